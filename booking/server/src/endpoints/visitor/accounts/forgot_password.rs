//! `POST /api/visitor/password/forgot`

use axum::{extract::State, http::StatusCode};
use booking_domain::accounts::EmailAddress;

use super::resend_verification::ToAddress;
use crate::{Booking, client_address::ClientAddress, endpoints::Body, refusal::Refusal};

/// Sends a letter with which the owner of an account can set a new password. Answers 202 at once, whatever
/// the address is.
///
/// Refuses with `too_many_requests`, `bad_request`.
#[utoipa::path(post, operation_id = "forgotPassword", path = "/api/visitor/password/forgot",
    tag = "visitor", request_body = ToAddress,
    responses((status = 202, description = "Whatever the address is")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    client: ClientAddress,
    Body(request): Body<ToAddress>,
) -> Result<StatusCode, Refusal> {
    booking.0.account_limits.count(client)?;
    if let Ok(email) = EmailAddress::parse(&request.email) {
        booking.0.account_letters.ask_reset(email.key());
    }
    Ok(StatusCode::ACCEPTED)
}
