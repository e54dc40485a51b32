//! `POST /api/staff/facilities/{facility}/closures/preview`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::{Slots, local_date, local_minute};
use ids::FacilityId;
use telemetry::clock::unix_now_ms;

use super::{closures::NewClosure, scheduled, touched::Preview};
use crate::{Booking, ProblemCode, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

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
    let schedule = store.schedule(facility).await?;
    let zone = schedule.ok_or(ProblemCode::NotFound)?.time_zone;
    let dates = (plan.from, plan.to);
    let ahead = store.visits_ahead(facility, dates, unix_now_ms()).await?;
    let touched = ahead.into_iter().filter(|visit| {
        let starts_at_ms = visit.slot.starts_at_ms;
        plan.covers(
            local_date(starts_at_ms, &zone),
            local_minute(starts_at_ms, &zone),
        )
    });
    Ok(Json(touched.collect()))
}
