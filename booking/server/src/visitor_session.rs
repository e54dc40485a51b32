//! Who asks: a visitor, by the cookie of the session.

use axum::{extract::FromRequestParts, http::request::Parts};
use grant::SecretHash;
use ids::PersonId;
use protocol::Locale;

use crate::{Booking, ProblemCode, cookies::SessionCookie, locale};

/// A visitor who is signed in. A secret that never was, one whose session is over and none at all get the
/// same answer.
pub(crate) struct VisitorSession {
    /// The visitor.
    pub(crate) person: PersonId,
    /// The hash of the session's secret.
    pub(crate) secret: SecretHash,
    /// The language that the request asks for.
    pub(crate) locale: Locale,
}

impl FromRequestParts<Booking> for VisitorSession {
    type Rejection = ProblemCode;

    async fn from_request_parts(parts: &mut Parts, booking: &Booking) -> Result<Self, ProblemCode> {
        let secret = SessionCookie::Visitor.read(&parts.headers);
        let secret = secret.ok_or(ProblemCode::NotSignedIn)?.hash();
        let person = booking.0.sessions.person(secret).await?;
        let person = person.ok_or(ProblemCode::NotSignedIn)?;
        let locale = locale::of_request(&parts.uri, &parts.headers);
        Ok(Self {
            person,
            secret,
            locale,
        })
    }
}
