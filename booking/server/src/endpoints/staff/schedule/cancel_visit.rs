//! `POST /api/staff/visits/{visit}/cancel`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{EndedBy, StaffBookings, StaffCancellation};
use ids::VisitId;
use protocol::EndReason;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{change_refused, reason, visit};
use crate::{Booking, FieldCode, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CancelVisitByStaff)]
pub(crate) struct Cancel {
    /// Why, as the visitors read it.
    reason: String,
    /// On whose side it fails: `facility`, `inmate`, `visitor` or `system`.
    #[schema(value_type = crate::words::EndedBy)]
    ended_by: String,
}

/// Calls a visit off, if its slot has not begun or no visitor has joined. Who waits in its call leaves it. Its
/// party is told, and the month gets the visit back as the rules say. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `visit_not_found`, `visit_not_changeable`, `bad_request`,
/// `reason_length`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "cancelVisitByStaff", path = "/api/staff/visits/{visit}/cancel", tag = "staff",
    params(("visit" = VisitId, Path)), request_body = Cancel,
    responses((status = 204, description = "Called off")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(visit): Path<String>,
    Body(cancel): Body<Cancel>,
) -> Result<StatusCode, Refusal> {
    let (visit, facility) = self::visit(&booking, &session, &visit).await?;
    let reason = reason(&cancel.reason)?;
    let ended_by = EndedBy::parse(&cancel.ended_by)
        .map_err(|_| Refusal::field("ended_by", FieldCode::NotValid))?;
    let cancellation = StaffCancellation {
        facility,
        visit,
        ended_by,
        reason,
        by: session.staff,
        now_ms: unix_now_ms(),
    };
    let cancelled = booking.0.store.cancel_by_staff(cancellation).await;
    cancelled.map_err(change_refused)?;
    // Somebody may be waiting in it already.
    booking.0.live.end(visit, EndReason::Cancelled).await;
    tracing::info!(%visit, staff = %session.staff, "a visit was called off");
    Ok(StatusCode::NO_CONTENT)
}
