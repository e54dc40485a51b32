//! `POST /api/visitor/accounts/verify`

use axum::{extract::State, http::HeaderMap, response::Response};
use booking_domain::accounts::Accounts;
use grant::Secret;
use serde::Deserialize;

use super::{new_session, profile::Profile, signed_in};
use crate::{
    Booking, ProblemCode, client_address::ClientAddress, cookies::SessionCookie, endpoints::Body,
    refusal::Refusal,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyEmail {
    /// The part of the letter's link behind `#`.
    token: String,
}

/// Proves the address that a letter was sent to, once and within ten minutes, and signs its owner in.
///
/// Refuses with `letter_expired`, `too_many_requests`, `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "verifyEmail", path = "/api/visitor/accounts/verify", tag = "visitor",
    request_body = VerifyEmail, responses((status = 200, body = Profile)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    client: ClientAddress,
    headers: HeaderMap,
    Body(request): Body<VerifyEmail>,
) -> Result<Response, Refusal> {
    booking.0.account_limits.count(client)?;
    let token = Secret::parse(&request.token).map_err(|_| ProblemCode::LetterExpired)?;
    let (secret, session) = new_session(SessionCookie::Visitor.read(&headers));
    let person = booking.0.store.verify_email(token.hash(), session).await?;
    let person = person.ok_or(ProblemCode::LetterExpired)?;
    tracing::info!(%person, "an address was proved");
    Ok(signed_in(&booking, person, &secret).await?)
}
