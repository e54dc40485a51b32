//! `GET /api/visitor/export`

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header::CONTENT_DISPOSITION},
    response::{AppendHeaders, IntoResponse, Response},
};
use booking_domain::accounts::{Accounts, PersonalData};
use serde_json::{Value, json};
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, ProblemCode,
    accounts::{Identity, open},
    messages::texts::reason,
    visitor_session::VisitorSession,
};

/// All that is kept of the visitor, as a file. Moments are Unix milliseconds.
///
/// Of files it tells which are kept; what they show is read where they were handed in. Of messages it tells the words
/// that are still kept, but for those that open something by themselves.
///
/// Refuses with `not_signed_in`, `unavailable`.
#[utoipa::path(get, operation_id = "exportPersonalData", path = "/api/visitor/export", tag = "visitor",
    responses((status = 200, content_type = "application/json",
        description = "The account, applications, files, agreements, restrictions, visits, messages and steps")))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
) -> Result<Response, ProblemCode> {
    let now_ms = unix_now_ms();
    let data = booking
        .0
        .store
        .personal_data(session.person, now_ms)
        .await?;
    let data = data.ok_or(ProblemCode::NotSignedIn)?;
    let Some(identity) = open(&booking.0.vault, &data.account) else {
        tracing::error!(person = %session.person, "what identifies a person does not open");
        return Err(ProblemCode::Unavailable);
    };
    let file = HeaderValue::from_static("attachment; filename=\"openvisit-personal-data.json\"");
    let headers = AppendHeaders([(CONTENT_DISPOSITION, file)]);
    Ok((headers, Json(told(data, &identity, now_ms))).into_response())
}

fn told(data: PersonalData, identity: &Identity, now_ms: u64) -> Value {
    let account = data.account;
    let locale = account.locale;
    json!({
        "made_at_ms": now_ms,
        "account": {
            "id": account.person,
            "name": account.name,
            "national_id": identity.national_id.as_str(),
            "birth_date": identity.birth_date.to_string(),
            "email": account.email,
            "phone": account.phone,
            "landline": account.landline,
            "locale": account.locale.tag(),
            "state": account.state.as_str(),
            "consent_version": account.consent_version,
            "consented_at_ms": account.consented_at_ms,
            "created_at_ms": account.created_at_ms,
        },
        "applications": list(data.applications, |it| json!({
            "id": it.id, "facility": it.facility, "inmate": it.inmate,
            "relationship": it.relationship, "ground": it.ground,
            "on_site": it.on_site, "remote": it.remote, "mobile": it.mobile, "state": it.state,
            "reason": it.reason.map(|why| reason(why, locale)),
            "created_at_ms": it.created_at_ms, "decided_at_ms": it.decided_at_ms,
        })),
        "documents": list(data.documents, |it| json!({
            "application": it.application, "kind": it.kind, "name": it.name, "bytes": it.bytes,
            "created_at_ms": it.created_at_ms, "deleted_at_ms": it.deleted_at_ms,
        })),
        "companions": list(data.companions, |it| json!({
            "inmate": it.inmate, "sent": it.sent, "state": it.state,
            "created_at_ms": it.created_at_ms,
        })),
        "restrictions": list(data.restrictions, |it| json!({
            "facility": it.facility, "inmate": it.inmate, "kind": it.kind,
            "from_ms": it.from_ms, "until_ms": it.until_ms, "lifted_at_ms": it.lifted_at_ms,
        })),
        "visits": list(data.visits, |it| json!({
            "id": it.id, "facility": it.facility, "inmate": it.inmate,
            "starts_at_ms": it.starts_at_ms, "ends_at_ms": it.ends_at_ms, "state": it.state,
            "missed": it.missed,
            "phone_tested_at_ms": it.tested_at_ms, "phone_test": it.tested,
        })),
        "messages": list(data.messages, |it| json!({
            "kind": it.kind, "channel": it.channel, "state": it.state,
            "recipient": it.recipient, "subject": it.subject, "body": it.body,
            "created_at_ms": it.created_at_ms, "sent_at_ms": it.sent_at_ms,
            "delivered_at_ms": it.delivered_at_ms,
        })),
        "steps": list(data.events, |it| json!({
            "action": it.action, "subject": it.subject, "own": it.own, "at_ms": it.at_ms,
        })),
    })
}

fn list<T>(records: Vec<T>, told: impl Fn(T) -> Value) -> Value {
    records.into_iter().map(told).collect()
}
