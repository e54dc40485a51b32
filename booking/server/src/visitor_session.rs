//! Who asks: a visitor, by the secret of the session.

use axum::{extract::FromRequestParts, http::request::Parts};
use ids::PersonId;
use telemetry::clock::unix_now_ms;

use crate::{Booking, ProblemCode, cookies::SessionCookie};

/// A visitor who is signed in.
pub(crate) struct VisitorSession {
    /// The visitor.
    pub(crate) person: PersonId,
}

impl FromRequestParts<Booking> for VisitorSession {
    type Rejection = ProblemCode;

    async fn from_request_parts(parts: &mut Parts, booking: &Booking) -> Result<Self, ProblemCode> {
        let secret = SessionCookie::Visitor
            .read(&parts.headers)
            .ok_or(ProblemCode::NotSignedIn)?;
        let person = booking
            .0
            .store
            .visitor_session(secret.hash(), unix_now_ms())
            .await?;
        person
            .map(|person| Self { person })
            .ok_or(ProblemCode::NotSignedIn)
    }
}
