//! `POST /api/staff/facilities/{facility}/grids/preview`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::{SlotGrid, Slots, TouchedVisit};
use ids::{FacilityId, SlotGridId};
use jiff::civil::Date;
use telemetry::clock::unix_now_ms;

use super::{grid_view::NewGrid, scheduled, touched::Preview};
use crate::{Booking, ProblemCode, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// The id of a grid that is later than all others (RFC 9562 section 5.10).
const LATEST: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// The visits that would not fit a new grid: another time, or a terminal that does not serve it. They stay as
/// they are when it is added; this is for whoever would rather move them first.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "previewGrid", path = "/api/staff/facilities/{facility}/grids/preview", tag = "staff",
    params(("facility" = FacilityId, Path)), request_body = NewGrid,
    responses((status = 200, description = "Whom it touches", body = Preview)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
    Body(grid): Body<NewGrid>,
) -> Result<Json<Preview>, Refusal> {
    let facility = scheduled(&session, &facility)?;
    let plan = grid.plan()?;
    let store = &booking.0.store;
    let schedule = store.schedule(facility).await?;
    let mut schedule = schedule.ok_or(ProblemCode::NotFound)?;
    let dates = (plan.from, plan.to.unwrap_or(Date::MAX));
    let ahead = store.visits_ahead(facility, dates, unix_now_ms()).await?;
    let id: SlotGridId = LATEST.parse().expect("it is a UUID");
    schedule.grids.push(SlotGrid { id, plan });
    let fits = |visit: &TouchedVisit| {
        schedule
            .find(visit.slot.starts_at_ms)
            .is_some_and(|offered| {
                offered.slot == visit.slot && offered.grid.plan.terminals.contains(&visit.terminal)
            })
    };
    let touched: Vec<_> = ahead.into_iter().filter(|visit| !fits(visit)).collect();
    Ok(Json(Preview::new(touched.len(), touched)))
}
