//! `/api/messages/receipts/…`: what gateways tell about messages that they took.
//!
//! Who tells is known by a secret in the address (`http`, `mitake`) or by a signature (`twilio`). Without it
//! there is nothing under these addresses. A receipt of a message that is not known is thanked for like any
//! other, so that a gateway does not repeat it for days.

use std::collections::BTreeMap;

use axum::{
    Form, Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
};
use booking_domain::{Outbox, Receipt, ReceiptOf};
use ids::MessageId;
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, ProblemCode,
    messages::{self, Secret},
};

type Values = BTreeMap<String, String>;

/// A receipt of the gateway that the configuration describes, as JSON.
#[utoipa::path(post, operation_id = "httpReceipt", path = "/api/messages/receipts/http/{secret}", tag = "gateways",
    params(("secret" = String, Path, description = "messages.receipts_secret")),
    responses((status = 204, description = "Noted")))]
pub(crate) async fn http(
    State(booking): State<Booking>,
    Path(secret): Path<String>,
    Json(body): Json<serde_json::Value>,
) -> Result<StatusCode, ProblemCode> {
    check(&booking, &secret)?;
    let settings = &booking.0.messages.http;
    let word = |pointer: &str| body.pointer(pointer).and_then(messages::word);
    let reference = word(&settings.receipt_reference).ok_or(ProblemCode::BadRequest)?;
    let status = word(&settings.receipt_status).ok_or(ProblemCode::BadRequest)?;
    let delivered = if settings.receipt_delivered.contains(&status) {
        true
    } else if settings.receipt_failed.contains(&status) {
        false
    } else {
        return Ok(StatusCode::NO_CONTENT);
    };
    record(&booking, by_reference("http", reference), delivered, status).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A receipt of Mitake's, in the address.
#[utoipa::path(get, operation_id = "mitakeReceipt", path = "/api/messages/receipts/mitake/{secret}", tag = "gateways",
    params(("secret" = String, Path, description = "messages.receipts_secret")),
    responses((status = 200, description = "Noted", body = String)))]
pub(crate) async fn mitake(
    State(booking): State<Booking>,
    Path(secret): Path<String>,
    Query(values): Query<Values>,
) -> Result<String, ProblemCode> {
    check(&booking, &secret)?;
    let reference = values.get("msgid").ok_or(ProblemCode::BadRequest)?;
    if let Some((reference, delivered, word)) = messages::read_mitake_receipt(&values) {
        let of = by_reference("mitake", reference.to_owned());
        record(&booking, of, delivered, word.to_owned()).await?;
    }
    Ok(format!("magicid=sms_gateway_rpack\nmsgid={reference}\n"))
}

/// A receipt of Twilio's, as a form.
#[utoipa::path(post, operation_id = "twilioReceipt", path = "/api/messages/receipts/twilio", tag = "gateways",
    params(("message" = String, Query, description = "The message"),
           ("X-Twilio-Signature" = String, Header, description = "The signature")),
    responses((status = 204, description = "Noted")))]
pub(crate) async fn twilio(
    State(booking): State<Booking>,
    Query(query): Query<Values>,
    headers: HeaderMap,
    Form(form): Form<Values>,
) -> Result<StatusCode, ProblemCode> {
    let message = query.get("message").ok_or(ProblemCode::NotFound)?;
    let token = booking.0.messages.twilio.auth_token.reveal();
    let site = booking.0.public_url.trim_end_matches('/');
    let url = format!("{site}/api/messages/receipts/twilio?message={message}");
    let expected = messages::twilio_signature(token, &url, &form);
    let shown = headers.get("x-twilio-signature");
    let shown = shown.map_or(&[][..], |value| value.as_bytes());
    if token.is_empty() || !same(shown, expected.as_bytes()) {
        return Err(ProblemCode::NotFound);
    }
    let message: MessageId = message.parse().map_err(|_| ProblemCode::NotFound)?;
    let status = form.get("MessageStatus").map_or("", String::as_str);
    let delivered = match status {
        "delivered" | "read" => true,
        "undelivered" | "failed" | "canceled" => false,
        _ => return Ok(StatusCode::NO_CONTENT),
    };
    let word = match form.get("ErrorCode") {
        Some(code) => format!("{status}, code {code}"),
        None => status.to_owned(),
    };
    record(&booking, ReceiptOf::Message(message), delivered, word).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn by_reference(provider: &str, reference: String) -> ReceiptOf {
    ReceiptOf::Reference {
        provider: provider.to_owned(),
        reference,
    }
}

async fn record(
    booking: &Booking,
    of: ReceiptOf,
    delivered: bool,
    word: String,
) -> Result<(), ProblemCode> {
    /// Longer words tell nothing more.
    const LONGEST: usize = 100;
    let receipt = Receipt {
        of,
        delivered,
        word: word.chars().take(LONGEST).collect(),
        at_ms: unix_now_ms(),
    };
    if !booking.0.store.record_receipt(&receipt).await? {
        tracing::warn!("a receipt came of a message that is not known");
    }
    Ok(())
}

fn check(booking: &Booking, shown: &str) -> Result<(), ProblemCode> {
    let secret: &Secret = &booking.0.messages.receipts_secret;
    if secret.reveal().is_empty() || !same(shown.as_bytes(), secret.reveal().as_bytes()) {
        return Err(ProblemCode::NotFound);
    }
    Ok(())
}

/// Compares without telling by its time where the difference lies.
fn same(shown: &[u8], expected: &[u8]) -> bool {
    bool::from(subtle::ConstantTimeEq::ct_eq(shown, expected))
}

#[cfg(test)]
mod tests;
