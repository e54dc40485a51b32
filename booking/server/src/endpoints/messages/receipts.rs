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
use booking_domain::{Outbox, Receipt};
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, ProblemCode,
    messages::{self, Secret, TwilioReceipt, same},
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
    let receipt = messages::read_http_receipt(settings, &body, unix_now_ms());
    let receipt = receipt.map_err(|_| ProblemCode::BadRequest)?;
    record(&booking, receipt).await?;
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
    record(
        &booking,
        messages::read_mitake_receipt(&values, unix_now_ms()),
    )
    .await?;
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
    let signature = headers.get("x-twilio-signature");
    let receipt = TwilioReceipt {
        message,
        signature: signature.map_or(&[][..], |value| value.as_bytes()),
        form: &form,
    };
    let (settings, site) = (&booking.0.messages.twilio, &booking.0.public_url);
    let receipt = messages::read_twilio_receipt(settings, site, receipt, unix_now_ms());
    record(&booking, receipt.map_err(|_| ProblemCode::NotFound)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes what is settled, if anything is.
async fn record(booking: &Booking, receipt: Option<Receipt>) -> Result<(), ProblemCode> {
    let Some(receipt) = receipt else {
        return Ok(());
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

#[cfg(test)]
mod tests;
