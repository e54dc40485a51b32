//! `POST /api/staff/facilities/{facility}/closures/{closure}/lift`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::Slots;
use ids::{ClosureId, FacilityId};
use telemetry::clock::unix_now_ms;

use super::{id, scheduled};
use crate::{Booking, ProblemCode, staff_session::StaffSession};

/// Lifts a closure. Visits that it flagged stay flagged until somebody clears them. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(post, operation_id = "liftClosure", path = "/api/staff/facilities/{facility}/closures/{closure}/lift", tag = "staff",
    params(("facility" = FacilityId, Path), ("closure" = ClosureId, Path)),
    responses((status = 204, description = "Lifted")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path((facility, closure)): Path<(String, String)>,
) -> Result<StatusCode, ProblemCode> {
    let facility = scheduled(&session, &facility)?;
    let closure = id(&closure)?;
    let now_ms = unix_now_ms();
    let store = &booking.0.store;
    if store
        .lift_closure(Some(facility), closure, session.staff, now_ms)
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ProblemCode::NotFound)
    }
}
