//! `POST /api/staff/closures/preview`

use axum::{Json, extract::State};
use booking_domain::Slots;
use telemetry::clock::unix_now_ms;

use super::{closures::NewClosure, everywhere, touched::Preview};
use crate::{Booking, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// The visits that a closure of all facilities would flag.
///
/// Refuses with `not_signed_in`, `not_allowed`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "previewClosureEverywhere", path = "/api/staff/closures/preview", tag = "staff",
    request_body = NewClosure, responses((status = 200, description = "Whom it touches", body = Preview)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Body(closure): Body<NewClosure>,
) -> Result<Json<Preview>, Refusal> {
    everywhere(&session)?;
    let plan = closure.plan()?;
    let store = &booking.0.store;
    let (visits, first) = store.touched_by_closure(None, &plan, unix_now_ms()).await?;
    Ok(Json(Preview::new(visits, first)))
}
