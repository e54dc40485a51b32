//! `POST /api/visitor/password`

use axum::{extract::State, http::StatusCode};
use booking_domain::accounts::{Accounts, Password, PasswordChange};
use secrecy::SecretString;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::verified;
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
    let verified_hash = verified(&booking, client, session.person, request.current).await?;
    let new = SecretString::from(new.reveal());
    let password_hash = booking.0.passwords.hash(new).await?;
    let change = PasswordChange {
        person: session.person,
        verified_hash,
        password_hash,
        keep: session.secret,
        at_ms: unix_now_ms(),
    };
    if !booking.0.store.change_password(change).await? {
        return Err(ProblemCode::WrongCredentials.into());
    }
    Ok(StatusCode::NO_CONTENT)
}
