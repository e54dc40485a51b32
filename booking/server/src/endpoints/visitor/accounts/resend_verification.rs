//! `POST /api/visitor/accounts/verify/resend`

use axum::{extract::State, http::StatusCode};
use booking_domain::accounts::EmailAddress;
use serde::Deserialize;

use crate::{Booking, client_address::ClientAddress, endpoints::Body, refusal::Refusal};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToAddress {
    pub(super) email: String,
}

/// Sends another letter that proves an address. Answers 202 at once, whatever the address is.
///
/// Refuses with `too_many_requests`, `bad_request`.
#[utoipa::path(post, operation_id = "resendVerification", path = "/api/visitor/accounts/verify/resend",
    tag = "visitor", request_body = ToAddress,
    responses((status = 202, description = "Whatever the address is")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    client: ClientAddress,
    Body(request): Body<ToAddress>,
) -> Result<StatusCode, Refusal> {
    booking.0.account_limits.count(client)?;
    if let Ok(email) = EmailAddress::parse(&request.email) {
        booking.0.account_letters.ask_verification(email.key());
    }
    Ok(StatusCode::ACCEPTED)
}
