//! Who asks: an officer, by the secret of the session.

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use booking_domain::{OfficerInfo, Officers};
use grant::Secret;
use telemetry::clock::unix_now_ms;

use crate::{Booking, ProblemCode};

/// An officer who is signed in: `Authorization: Bearer SECRET` (RFC 6750 section 2.1). A secret that never
/// was, one that has expired and none at all get the same answer.
pub(crate) struct OfficerSession(pub(crate) OfficerInfo);

impl FromRequestParts<Booking> for OfficerSession {
    type Rejection = ProblemCode;

    async fn from_request_parts(parts: &mut Parts, booking: &Booking) -> Result<Self, ProblemCode> {
        let secret = bearer(parts).ok_or(ProblemCode::NotSignedIn)?;
        let officer = booking
            .0
            .store
            .officer(secret.hash(), unix_now_ms())
            .await?;
        officer.map(Self).ok_or(ProblemCode::NotSignedIn)
    }
}

fn bearer(parts: &Parts) -> Option<Secret> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Secret::parse(secret).ok())
        .flatten()
}
