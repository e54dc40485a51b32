//! `POST /api/staff/facilities/{facility}/grids/{grid}/retire`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::Slots;
use ids::{FacilityId, SlotGridId};
use telemetry::clock::unix_now_ms;

use super::{id, scheduled};
use crate::{Booking, ProblemCode, staff_session::StaffSession};

/// Retires a grid: nothing is booked in it any more. Visits that are booked stay as they are. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(post, operation_id = "retireGrid", path = "/api/staff/facilities/{facility}/grids/{grid}/retire", tag = "staff",
    params(("facility" = FacilityId, Path), ("grid" = SlotGridId, Path)),
    responses((status = 204, description = "Retired")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path((facility, grid)): Path<(String, String)>,
) -> Result<StatusCode, ProblemCode> {
    let facility = scheduled(&session, &facility)?;
    let grid = id(&grid)?;
    let now_ms = unix_now_ms();
    let store = &booking.0.store;
    if store
        .retire_grid(facility, grid, session.staff, now_ms)
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ProblemCode::NotFound)
    }
}
