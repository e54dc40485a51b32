//! `POST /api/staff/visits/{visit}/move`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::StaffBookings;
use ids::{TerminalId, VisitId};
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{change_refused, visit};
use crate::{Booking, ProblemCode, endpoints::Body, staff_session::StaffSession};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MoveVisit)]
pub(crate) struct Move {
    /// Another terminal of the facility's.
    terminal_id: TerminalId,
}

/// Moves a visit to another terminal, if its slot has not begun or no visitor has joined. Its visitors notice
/// nothing. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `visit_not_found`, `visit_not_changeable`, `slot_full` (the
/// terminal is taken at that time), `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "moveVisit", path = "/api/staff/visits/{visit}/move", tag = "staff",
    params(("visit" = VisitId, Path)), request_body = Move,
    responses((status = 204, description = "Moved")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(visit): Path<String>,
    Body(target): Body<Move>,
) -> Result<StatusCode, ProblemCode> {
    let (visit, facility) = self::visit(&booking, &session, &visit).await?;
    let (store, now_ms) = (&booking.0.store, unix_now_ms());
    let moved = store.move_to(facility, visit, target.terminal_id, session.staff, now_ms);
    moved.await.map_err(change_refused)?;
    // The former terminal may be in the call already.
    booking.0.live.moved(visit).await;
    Ok(StatusCode::NO_CONTENT)
}
