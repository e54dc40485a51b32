//! `POST`, `PUT /api/terminal/self-test`

use axum::{Json, extract::State, http::StatusCode};
use booking_domain::{Finding, SelfTest, SelfTests};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, CallTestPass, FieldCode, endpoints::Body, refusal::Refusal,
    terminal_session::TerminalSession,
};

/// The answer.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SelfTestPass)]
pub(crate) struct Opened {
    /// What the page shows at the websocket (`docs/protocol.md`), in `credential` of kind `test`.
    pass: String,
    /// Until when it is good, Unix milliseconds.
    ends_at_ms: u64,
}

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SelfTestResult)]
pub(crate) struct Told {
    /// What is not as it should be; empty: all is well.
    #[schema(value_type = Vec<crate::words::Finding>)]
    findings: Vec<String>,
}

/// A terminal's newest test of itself, as staff read it.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SelfTest)]
pub(crate) struct ListedSelfTest {
    /// When, Unix milliseconds.
    at_ms: u64,
    /// What is not as it should be; empty: all is well.
    #[schema(value_type = Vec<crate::words::Finding>)]
    findings: Vec<&'static str>,
    /// Whether a visit would lack picture or sound.
    failed: bool,
}

impl From<SelfTest> for ListedSelfTest {
    fn from(test: SelfTest) -> Self {
        Self {
            at_ms: test.at_ms,
            failed: test.failed(),
            findings: test.findings.iter().map(|found| found.as_str()).collect(),
        }
    }
}

/// Opens a test of whether a call would hold at a terminal: for a minute, alone, in no visit's call. A terminal shows its
/// secret as a bearer token, and may do so twelve times an hour. Answers 201.
///
/// Refuses with `not_signed_in`, `too_many_requests`, `unavailable`.
#[utoipa::path(post, operation_id = "openSelfTest", path = "/api/terminal/self-test", tag = "terminal",
    responses((status = 201, body = Opened)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: TerminalSession,
) -> Result<(StatusCode, Json<Opened>), Refusal> {
    booking.0.self_test_limit.count(&session.terminal)?;
    let CallTestPass { pass, ends_at_ms } = booking.0.live.self_test(session.terminal).await;
    Ok((StatusCode::CREATED, Json(Opened { pass, ends_at_ms })))
}

/// Keeps what came of a terminal's newest test of itself, where staff see it. A terminal may do so twelve times an hour.
/// Answers 204.
///
/// Refuses with `not_signed_in`, `bad_request`, `invalid_fields`, `too_many_requests`, `unavailable`.
#[utoipa::path(put, operation_id = "tellSelfTest", path = "/api/terminal/self-test", tag = "terminal",
    request_body = Told, responses((status = 204, description = "Kept")))]
pub(crate) async fn put(
    State(booking): State<Booking>,
    session: TerminalSession,
    Body(told): Body<Told>,
) -> Result<StatusCode, Refusal> {
    let findings: Result<Vec<_>, _> = told
        .findings
        .iter()
        .map(|word| Finding::parse(word))
        .collect();
    let findings = findings.map_err(|_| Refusal::field("findings", FieldCode::NotValid))?;
    booking.0.self_test_limit.count_told(&session.terminal)?;
    let test = SelfTest::new(unix_now_ms(), findings);
    let store = &booking.0.store;
    store.note_self_test(session.terminal, &test).await?;
    if test.failed() {
        tracing::warn!(terminal = %session.terminal, findings = ?test.findings, "a terminal's test of itself failed");
    }
    Ok(StatusCode::NO_CONTENT)
}
