//! Which terminal asks, by the secret that it was paired with.

use axum::{extract::FromRequestParts, http::request::Parts};
use booking_domain::Visits;
use grant::Secret;
use ids::TerminalId;

use crate::{Booking, ProblemCode, staff_session::bearer};

/// A terminal: `Authorization: Bearer SECRET` (RFC 6750 section 2.1). A secret that never was, one that another device
/// has taken the place of, and none at all get the same answer.
pub(crate) struct TerminalSession {
    /// Which one.
    pub(crate) terminal: TerminalId,
}

impl FromRequestParts<Booking> for TerminalSession {
    type Rejection = ProblemCode;

    async fn from_request_parts(parts: &mut Parts, booking: &Booking) -> Result<Self, ProblemCode> {
        let secret = bearer(&parts.headers).and_then(|secret| Secret::parse(secret).ok());
        let secret = secret.ok_or(ProblemCode::NotSignedIn)?;
        let terminal = booking.0.store.terminal(secret.hash()).await?;
        let terminal = terminal.ok_or(ProblemCode::NotSignedIn)?.id;
        Ok(Self { terminal })
    }
}
