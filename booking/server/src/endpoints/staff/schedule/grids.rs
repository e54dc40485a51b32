//! `GET`, `POST /api/staff/facilities/{facility}/grids`

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{Slots, StoreError};
use ids::{FacilityId, SlotGridId};
use serde::Serialize;
use telemetry::clock::unix_now_ms;

use super::{
    grid_view::{Grid, NewGrid},
    scheduled,
};
use crate::{
    Booking, FieldCode, ProblemCode, endpoints::Body, refusal::Refusal, staff_session::StaffSession,
};

/// What was added.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = AddedGrid)]
pub(crate) struct Added {
    id: SlotGridId,
}

/// The grids in force. On a date that several cover, the one that began last counts.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "grids", path = "/api/staff/facilities/{facility}/grids", tag = "staff",
    params(("facility" = FacilityId, Path)),
    responses((status = 200, description = "The grids", body = Vec<Grid>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
) -> Result<Json<Vec<Grid>>, ProblemCode> {
    let facility = scheduled(&session, &facility)?;
    let schedule = booking.0.store.schedule(facility).await?;
    let schedule = schedule.ok_or(ProblemCode::NotFound)?;
    Ok(Json(schedule.grids.iter().map(Grid::from).collect()))
}

/// Adds a grid. Visits that are booked stay as they are.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "addGrid", path = "/api/staff/facilities/{facility}/grids", tag = "staff",
    params(("facility" = FacilityId, Path)), request_body = NewGrid,
    responses((status = 201, description = "Added", body = Added)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
    Body(grid): Body<NewGrid>,
) -> Result<(StatusCode, Json<Added>), Refusal> {
    let facility = scheduled(&session, &facility)?;
    let plan = grid.plan()?;
    let now_ms = unix_now_ms();
    let added = booking
        .0
        .store
        .add_grid(facility, plan, session.staff, now_ms)
        .await;
    match added {
        Ok(id) => Ok((StatusCode::CREATED, Json(Added { id }))),
        Err(StoreError::Invalid(_)) => Err(Refusal::field("terminals", FieldCode::NotValid)),
        Err(error) => Err(error.into()),
    }
}
