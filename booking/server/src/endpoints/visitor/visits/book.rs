//! `POST /api/visitor/bookings`

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use booking_domain::{BookError, NewBooking};
use ids::{ApplicationId, CompanionId};
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::view::{View, view};
use crate::{
    Booking, ProblemCode, birth_date, booking_desk::Wanted, endpoints::Body,
    visitor_session::VisitorSession,
};

const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The longest key, characters.
const KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 1..=64;

/// A slot that somebody wants.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBooking)]
pub(crate) struct Request {
    /// The applicant's approved application for the inmate.
    application_id: ApplicationId,
    /// Up to two who have agreed to come along.
    #[serde(default)]
    companions: Vec<CompanionId>,
    /// When the slot begins.
    starts_at_ms: u64,
}

/// Keeps a slot for 10 minutes, for the applicant to confirm. Asking again with the same `Idempotency-Key` gets
/// the same visit and never another.
///
/// Refuses with `not_signed_in`, `bad_request`, `not_found`, `slot_full`, `quota_used`, `already_busy`,
/// `not_approved`, `restricted`, `not_bookable`, `minor_without_adult`, `party_size`, `key_reused`,
/// `unavailable`.
#[utoipa::path(post, operation_id = "book", path = "/api/visitor/bookings", tag = "visitor",
    params(("Idempotency-Key" = Option<String>, Header, description = "What the device calls the request, 64 characters at most")),
    request_body = Request, responses((status = 201, description = "The slot is kept", body = View)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    headers: HeaderMap,
    Body(request): Body<Request>,
) -> Result<(StatusCode, Json<View>), ProblemCode> {
    let idempotency_key = key(&headers)?;
    let person = session.person;
    let application = request.application_id;
    let subject = booking.0.applicants.subject(person, application).await?;
    let subject = subject.ok_or(ProblemCode::NotFound)?;
    let party = if request.companions.is_empty() {
        let sealed = subject.sealed_birth_date.as_deref();
        let born = birth_date::open(&booking.0.vault, person, sealed);
        vec![booking_domain::PartyCandidate { person, born }]
    } else {
        super::party(&booking, person, subject.inmate, &request.companions).await?
    };
    let now_ms = unix_now_ms();
    let wanted = Wanted {
        facility: subject.approved.then_some(subject.facility),
        request: NewBooking {
            application,
            party,
            starts_at_ms: request.starts_at_ms,
            idempotency_key,
            now_ms,
        },
    };
    let held = booking.0.desk.book(wanted).await.map_err(refusal)?;
    Ok((StatusCode::CREATED, Json(view(held, &session, now_ms))))
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ProblemCode> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let key = key.to_str().map_err(|_| ProblemCode::BadRequest)?;
    if KEY_CHARACTERS.contains(&key.len()) {
        Ok(Some(key.to_owned()))
    } else {
        Err(ProblemCode::BadRequest)
    }
}

fn refusal(error: BookError) -> ProblemCode {
    match error {
        BookError::Refused(refusal) => refusal.into(),
        BookError::NotFound => ProblemCode::NotFound,
        BookError::KeyReused => ProblemCode::KeyReused,
        BookError::Store(error) => error.into(),
    }
}
