//! `GET /api/visitor/visits/{visit}`

use axum::{
    Json,
    extract::{Path, State},
};
use ids::VisitId;
use telemetry::clock::unix_now_ms;

use super::{
    own,
    view::{View, view},
};
use crate::{Booking, ProblemCode, visitor_session::VisitorSession};

/// A visit in which the person has a part.
///
/// Refuses with `not_signed_in`, `visit_not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "visit", path = "/api/visitor/visits/{visit}", tag = "visitor",
    params(("visit" = VisitId, Path)),
    responses((status = 200, description = "The visit", body = View)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(visit): Path<String>,
) -> Result<Json<View>, ProblemCode> {
    let visit = own(&booking, &session, &visit).await?;
    Ok(Json(view(visit, &session, unix_now_ms())))
}
