//! `POST /api/visitor/phone-test`

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;

use super::tester::Tester;
use crate::{Booking, CallTestPass, refusal::Refusal};

/// The answer.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = PhoneTest)]
pub(crate) struct Opened {
    /// What the page shows at the websocket (`docs/protocol.md`), in `credential` of kind `test`.
    pass: String,
    /// Until when it is good, Unix milliseconds.
    ends_at_ms: u64,
}

/// Opens a test of whether a call would hold on this phone: for a minute, alone, in no visit's call. A person may do so
/// twelve times an hour, signed in or with the key of the message that asks to, as a bearer token. Answers 201.
///
/// Refuses with `not_signed_in`, `too_many_requests`, `unavailable`.
#[utoipa::path(post, operation_id = "openPhoneTest", path = "/api/visitor/phone-test", tag = "visitor",
    responses((status = 201, body = Opened)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    tester: Tester,
) -> Result<(StatusCode, Json<Opened>), Refusal> {
    booking.0.phone_test_limit.count(&tester.person)?;
    let CallTestPass { pass, ends_at_ms } = booking.0.live.phone_test(tester.person).await;
    Ok((StatusCode::CREATED, Json(Opened { pass, ends_at_ms })))
}
