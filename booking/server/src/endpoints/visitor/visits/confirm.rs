//! `POST /api/visitor/visits/{visit}/confirm`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::Bookings;
use ids::VisitId;
use telemetry::clock::unix_now_ms;

use super::{
    change_refused, own,
    view::{View, view},
};
use crate::{Booking, ProblemCode, visitor_session::VisitorSession};

/// The applicant confirms while the slot is kept. Everybody in the party is told, and the facility.
///
/// Refuses with `not_signed_in`, `visit_not_found`, `visit_not_changeable` (the 10 minutes have passed),
/// `unavailable`.
#[utoipa::path(post, operation_id = "confirmVisit", path = "/api/visitor/visits/{visit}/confirm", tag = "visitor",
    params(("visit" = VisitId, Path)),
    responses((status = 200, description = "Confirmed", body = View)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(visit): Path<String>,
) -> Result<Json<View>, ProblemCode> {
    let id: VisitId = visit.parse().map_err(|_| ProblemCode::VisitNotFound)?;
    let now_ms = unix_now_ms();
    let confirmed = booking.0.store.confirm(id, session.person, now_ms).await;
    confirmed.map_err(change_refused)?;
    let visit = own(&booking, &session, &visit).await?;
    Ok(Json(view(visit, &session, now_ms)))
}
