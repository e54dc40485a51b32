//! `POST /api/staff/visits/{visit}/clear`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::StaffBookings;
use ids::VisitId;
use telemetry::clock::unix_now_ms;

use super::{change_refused, party_of, visit};
use crate::{Booking, ProblemCode, staff_session::StaffSession};

/// Clears a flagged visit: it takes place, and its party is told. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `visit_not_found`, `visit_not_changeable`, `not_approved`,
/// `restricted`, `minor_without_adult`, `inmate_gone`, `unavailable`.
#[utoipa::path(post, operation_id = "clearVisit", path = "/api/staff/visits/{visit}/clear", tag = "staff",
    params(("visit" = VisitId, Path)), responses((status = 204, description = "Cleared")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(visit): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    let (visit, facility) = self::visit(&booking, &session, &visit).await?;
    let born = party_of(&booking, visit).await?;
    let store = &booking.0.store;
    let cleared = store.clear(facility, visit, &born, session.staff, unix_now_ms());
    cleared.await.map_err(change_refused)?;
    Ok(StatusCode::NO_CONTENT)
}
