//! `POST /api/visitor/visits/{visit}/leave`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{Bookings, is_adult, local_date};
use ids::{PersonId, VisitId};
use jiff::tz::TimeZone;
use telemetry::clock::unix_now_ms;

use super::{change_refused, own};
use crate::{Booking, ProblemCode, birth_date, visitor_session::VisitorSession};

/// One of the party does not come along. Where no adult is left, staff look at the visit first. Answers 204.
///
/// Refuses with `not_signed_in`, `visit_not_found`, `visit_not_changeable` (the applicant cancels instead),
/// `unavailable`.
#[utoipa::path(post, operation_id = "leaveVisit", path = "/api/visitor/visits/{visit}/leave", tag = "visitor",
    params(("visit" = VisitId, Path)), responses((status = 204, description = "Left")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(visit): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    let visit = own(&booking, &session, &visit).await?;
    let store = &booking.0.store;
    let candidates = birth_date::of_party(&booking, &visit).await?;
    let zone = TimeZone::get(&visit.time_zone).unwrap_or(TimeZone::UTC);
    let day = local_date(visit.slot.starts_at_ms, &zone);
    let adults: Vec<PersonId> = candidates
        .into_iter()
        .filter(|candidate| is_adult(candidate.born, day))
        .map(|candidate| candidate.person)
        .collect();
    let left = store.leave(visit.id, session.person, &adults, unix_now_ms());
    left.await.map_err(change_refused)?;
    Ok(StatusCode::NO_CONTENT)
}
