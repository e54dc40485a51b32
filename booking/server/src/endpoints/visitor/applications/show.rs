//! `GET /api/visitor/applications/{application}`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::Applications;
use ids::ApplicationId;

use super::ApplicationBody;
use crate::{Booking, ProblemCode, endpoints::paging::id, visitor_session::VisitorSession};

/// One of one's own applications.
///
/// Refuses with `not_signed_in`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "application", path = "/api/visitor/applications/{application}",
    tag = "visitor", params(("application" = ApplicationId, Path)),
    responses((status = 200, body = ApplicationBody)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(application): Path<String>,
) -> Result<Json<ApplicationBody>, ProblemCode> {
    shown(&booking, &session, id(&application)?).await
}

/// An application as its applicant sees it.
pub(super) async fn shown(
    booking: &Booking,
    session: &VisitorSession,
    application: ApplicationId,
) -> Result<Json<ApplicationBody>, ProblemCode> {
    let found = booking.0.store.own_application(session.person, application);
    let found = found.await?.ok_or(ProblemCode::NotFound)?;
    Ok(Json(ApplicationBody::new(found, session.locale)))
}
