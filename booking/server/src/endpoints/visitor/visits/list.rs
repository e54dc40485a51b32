//! `GET /api/visitor/visits`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{BookingPage, Bookings};
use ids::VisitId;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::view::{View, view};
use crate::{Booking, ProblemCode, visitor_session::VisitorSession};

const LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

/// Which part of the list.
#[derive(Deserialize)]
pub(crate) struct Page {
    before: Option<VisitId>,
    limit: Option<u32>,
}

/// The visits in which the person has a part, the latest first.
///
/// Refuses with `not_signed_in`, `bad_request`, `unavailable`.
#[utoipa::path(get, operation_id = "visits", path = "/api/visitor/visits", tag = "visitor",
    params(("before" = Option<VisitId>, Query, description = "Only what follows this one"),
           ("limit" = Option<u32>, Query, description = "At most so many, 100 at most; 20 where it is left out")),
    responses((status = 200, description = "The visits", body = Vec<View>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
    Query(page): Query<Page>,
) -> Result<Json<Vec<View>>, ProblemCode> {
    let now_ms = unix_now_ms();
    let page = BookingPage {
        before: page.before,
        limit: page.limit.unwrap_or(LIMIT).clamp(1, MAX_LIMIT),
    };
    let visits = booking
        .0
        .store
        .visits_of(session.person, page, now_ms)
        .await?;
    let view = |visit| view(visit, &session, now_ms);
    Ok(Json(visits.into_iter().map(view).collect()))
}
