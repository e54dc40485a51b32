//! `POST /api/visitor/visits/{visit}/cancel`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::Bookings;
use ids::VisitId;
use protocol::EndReason;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{
    change_refused, own,
    view::{View, view},
};
use crate::{
    Booking, FieldCode, endpoints::Body, refusal::Refusal, visitor_session::VisitorSession,
};

/// The longest reason, characters.
const REASON_CHARACTERS: usize = 200;

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CancelVisit)]
pub(crate) struct Cancel {
    /// Why, as the others read it.
    reason: Option<String>,
}

/// The applicant calls the visit off, or lets a slot go that is kept. In good time, the visit is given back to
/// the inmate's month.
///
/// Refuses with `not_signed_in`, `bad_request`, `visit_not_found`, `visit_not_changeable`, `invalid_fields`,
/// `unavailable`.
#[utoipa::path(post, operation_id = "cancelVisit", path = "/api/visitor/visits/{visit}/cancel", tag = "visitor",
    params(("visit" = VisitId, Path)), request_body = Cancel,
    responses((status = 200, description = "Called off", body = View)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(visit): Path<String>,
    Body(cancel): Body<Cancel>,
) -> Result<Json<View>, Refusal> {
    let own_visit = own(&booking, &session, &visit).await?;
    let reason = cancel.reason.as_deref().map(str::trim);
    let reason = reason.filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > REASON_CHARACTERS) {
        return Err(Refusal::field("reason", FieldCode::TooLong));
    }
    let (id, now_ms) = (own_visit.id, unix_now_ms());
    let reason = reason.map(str::to_owned);
    let cancelled = booking
        .0
        .store
        .cancel(id, session.person, reason, now_ms)
        .await;
    cancelled.map_err(change_refused)?;
    // Somebody may be waiting in it already.
    booking.0.live.end(id, EndReason::Cancelled).await;
    let visit = own(&booking, &session, &visit).await?;
    Ok(Json(view(visit, &session, now_ms)))
}
