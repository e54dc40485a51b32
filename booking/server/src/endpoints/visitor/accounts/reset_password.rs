//! `POST /api/visitor/password/reset`

use axum::{extract::State, http::StatusCode};
use booking_domain::accounts::{Accounts, Password, PasswordReset};
use grant::Secret;
use secrecy::SecretString;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, ProblemCode, client_address::ClientAddress, endpoints::Body, refusal::Refusal,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPassword {
    /// The part of the letter's link behind `#`.
    token: String,
    /// The new password, at least ten characters.
    password: String,
}

/// Sets a new password by a letter's token, once and within half an hour. All sessions end.
///
/// Refuses with `letter_expired`, `invalid_fields`, `too_many_requests`, `many_at_once`, `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "resetPassword", path = "/api/visitor/password/reset",
    tag = "visitor", request_body = ResetPassword,
    responses((status = 204, description = "Sign in with it now")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    client: ClientAddress,
    Body(request): Body<ResetPassword>,
) -> Result<StatusCode, Refusal> {
    let place = booking.0.passwords.place(client)?;
    booking.0.account_limits.count(client)?;
    let password = Password::check(&request.password, &[])
        .map_err(|fault| Refusal::fault("password", fault))?;
    let token = Secret::parse(&request.token).map_err(|_| ProblemCode::LetterExpired)?;
    let password = SecretString::from(password.reveal());
    let password_hash = place.hash(password).await?;
    let reset = PasswordReset {
        token: token.hash(),
        password_hash,
        at_ms: unix_now_ms(),
    };
    let person = booking.0.store.reset_password(reset).await?;
    let person = person.ok_or(ProblemCode::LetterExpired)?;
    tracing::info!(%person, "a password was set anew");
    Ok(StatusCode::NO_CONTENT)
}
