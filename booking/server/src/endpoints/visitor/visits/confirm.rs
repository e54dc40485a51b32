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
use crate::{Booking, ProblemCode, birth_date, visitor_session::VisitorSession};

/// The applicant confirms while the slot is kept. Everybody in the party is told, and the facility.
///
/// Refuses with `not_signed_in`, `visit_not_found`, `visit_not_changeable` (the 10 minutes have passed),
/// `not_approved`, `restricted`, `minor_without_adult`, `inmate_gone` (something has changed meanwhile),
/// `unavailable`.
#[utoipa::path(post, operation_id = "confirmVisit", path = "/api/visitor/visits/{visit}/confirm", tag = "visitor",
    params(("visit" = VisitId, Path)),
    responses((status = 200, description = "Confirmed", body = View)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(visit): Path<String>,
) -> Result<Json<View>, ProblemCode> {
    let held = own(&booking, &session, &visit).await?;
    let born = birth_date::of_party(&booking, &held).await?;
    let now_ms = unix_now_ms();
    let store = &booking.0.store;
    let confirmed = store.confirm(held.id, session.person, &born, now_ms).await;
    confirmed.map_err(change_refused)?;
    let visit = own(&booking, &session, &visit).await?;
    Ok(Json(view(visit, &session, now_ms)))
}
