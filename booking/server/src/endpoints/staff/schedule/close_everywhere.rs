//! `POST /api/staff/closures`

use axum::{Json, extract::State, http::StatusCode};
use booking_domain::Slots;
use telemetry::clock::unix_now_ms;

use super::{
    closures::{Added, NewClosure},
    everywhere,
};
use crate::{Booking, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// Adds a closure of all facilities, such as a national holiday; each by its own clock. Confirmed visits that it
/// touches are flagged, holds are taken back, and everybody concerned is told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "addClosureEverywhere", path = "/api/staff/closures", tag = "staff",
    request_body = NewClosure, responses((status = 201, description = "Added", body = Added)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Body(closure): Body<NewClosure>,
) -> Result<(StatusCode, Json<Added>), Refusal> {
    everywhere(&session)?;
    let plan = closure.plan()?;
    let store = &booking.0.store;
    let (id, visits) = store
        .add_closure(None, plan, session.staff, unix_now_ms())
        .await?;
    tracing::info!(closure = %id, visits, "a closure of all facilities was added");
    Ok((StatusCode::CREATED, Json(Added { id, visits })))
}
