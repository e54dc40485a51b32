//! `POST /api/visitor/password`

use axum::{extract::State, http::StatusCode};
use booking_domain::accounts::{Accounts, Password, PasswordChange};
use secrecy::SecretString;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::shown;
use crate::{
    Booking, ProblemCode, client_address::ClientAddress, endpoints::Body, refusal::Refusal,
    visitor_session::VisitorSession,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    current: String,
    /// At least ten characters.
    new: String,
}

/// Sets another password. All other sessions end, and the owner is told by letter.
///
/// Refuses with `not_signed_in`, `wrong_credentials`, `invalid_fields`, `too_many_requests`, `many_at_once`, `bad_request`,
/// `unavailable`.
#[utoipa::path(post, operation_id = "changePassword", path = "/api/visitor/password", tag = "visitor",
    request_body = ChangePassword, responses((status = 204, description = "It is changed")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    client: ClientAddress,
    Body(request): Body<ChangePassword>,
) -> Result<StatusCode, Refusal> {
    let new = Password::check(&request.new, &[]).map_err(|fault| Refusal::fault("new", fault))?;
    let shown = shown(&booking, client, session.person).await?;
    let (current, new) = (
        SecretString::from(request.current),
        SecretString::from(new.reveal()),
    );
    let exchanged = shown.place.exchange(current, &shown.hash, new).await?;
    let password_hash = exchanged.ok_or(ProblemCode::WrongCredentials)?;
    shown.guess.right();
    let change = PasswordChange {
        person: session.person,
        verified_hash: shown.hash,
        password_hash,
        keep: session.secret,
        at_ms: unix_now_ms(),
    };
    if !booking.0.store.change_password(change).await? {
        return Err(ProblemCode::WrongCredentials.into());
    }
    Ok(StatusCode::NO_CONTENT)
}
