//! `PUT /api/visitor/phone-test`

use axum::{extract::State, http::StatusCode};
use booking_domain::{PhoneTest, PhoneTests, PhoneVerdict};
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::tester::Tester;
use crate::{Booking, FieldCode, endpoints::Body, refusal::Refusal};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PhoneTestResult)]
pub(crate) struct Told {
    /// What came of it: `good`, `sound_only` or `no_connection`.
    #[schema(value_type = crate::words::PhoneVerdict)]
    verdict: String,
}

/// Keeps what came of the newest test with the person's visits ahead, where those who look after them see it. A person
/// may do so twelve times an hour. Answers 204.
///
/// Refuses with `not_signed_in`, `bad_request`, `invalid_fields`, `too_many_requests`, `unavailable`.
#[utoipa::path(put, operation_id = "tellPhoneTest", path = "/api/visitor/phone-test", tag = "visitor",
    request_body = Told, responses((status = 204, description = "Kept")))]
pub(crate) async fn put(
    State(booking): State<Booking>,
    tester: Tester,
    Body(told): Body<Told>,
) -> Result<StatusCode, Refusal> {
    let verdict = PhoneVerdict::parse(&told.verdict)
        .map_err(|_| Refusal::field("verdict", FieldCode::NotValid))?;
    booking.0.phone_test_limit.count_told(&tester.person)?;
    let test = PhoneTest {
        verdict,
        at_ms: unix_now_ms(),
    };
    booking.0.store.note_phone_test(tester.person, test).await?;
    Ok(StatusCode::NO_CONTENT)
}
