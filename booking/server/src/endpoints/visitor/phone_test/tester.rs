//! Whose phone is tried.

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use booking_domain::PhoneTests;
use grant::TestKey;
use ids::PersonId;
use telemetry::clock::unix_now_ms;

use crate::{Booking, ProblemCode, staff_session::bearer, visitor_session::VisitorSession};

/// A visitor who is signed in, or has the key of the message that asks to try the phone: `Authorization: Bearer KEY`
/// (RFC 6750 section 2.1). A key that never was, one whose visit is over and none at all get the same answer.
pub(crate) struct Tester {
    /// The visitor.
    pub(crate) person: PersonId,
}

impl FromRequestParts<Booking> for Tester {
    type Rejection = ProblemCode;

    async fn from_request_parts(parts: &mut Parts, booking: &Booking) -> Result<Self, ProblemCode> {
        let person = if parts.headers.contains_key(AUTHORIZATION) {
            let key = bearer(&parts.headers).and_then(|key| TestKey::parse(key).ok());
            let key = key.ok_or(ProblemCode::NotSignedIn)?;
            let store = &booking.0.store;
            let person = store.whose_test_key(key.hash(), unix_now_ms()).await?;
            person.ok_or(ProblemCode::NotSignedIn)?
        } else {
            VisitorSession::from_request_parts(parts, booking)
                .await?
                .person
        };
        Ok(Self { person })
    }
}
