//! `POST /api/staff/closures/{closure}/lift`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::Slots;
use ids::ClosureId;
use telemetry::clock::unix_now_ms;

use super::{everywhere, id};
use crate::{Booking, ProblemCode, staff_session::StaffSession};

/// Lifts a closure of all facilities. Visits that it flagged stay flagged until somebody clears them. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(post, operation_id = "liftClosureEverywhere", path = "/api/staff/closures/{closure}/lift",
    tag = "staff", params(("closure" = ClosureId, Path)),
    responses((status = 204, description = "Lifted")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(closure): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    everywhere(&session)?;
    let closure = id(&closure)?;
    let store = &booking.0.store;
    if store
        .lift_closure(None, closure, session.staff, unix_now_ms())
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ProblemCode::NotFound)
    }
}
