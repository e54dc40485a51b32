//! `POST /api/staff/facilities/{facility}/closures/preview`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::Slots;
use ids::FacilityId;
use telemetry::clock::unix_now_ms;

use super::{closures::NewClosure, scheduled, touched::Preview};
use crate::{Booking, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// The visits that a closure would flag.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "previewClosure", path = "/api/staff/facilities/{facility}/closures/preview", tag = "staff",
    params(("facility" = FacilityId, Path)), request_body = NewClosure,
    responses((status = 200, description = "Whom it touches", body = Preview)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
    Body(closure): Body<NewClosure>,
) -> Result<Json<Preview>, Refusal> {
    let facility = scheduled(&session, &facility)?;
    let plan = closure.plan()?;
    let store = &booking.0.store;
    let (visits, first) = store
        .touched_by_closure(Some(facility), &plan, unix_now_ms())
        .await?;
    Ok(Json(Preview::new(visits, first)))
}
