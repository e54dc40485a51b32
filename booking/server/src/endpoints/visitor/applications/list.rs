//! `GET /api/visitor/applications`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::applications::Applications;

use super::ApplicationBody;
use crate::{Booking, ProblemCode, endpoints::paging::Page, visitor_session::VisitorSession};

/// One's own applications, the newest first.
///
/// Refuses with `not_signed_in`, `bad_request`, `unavailable`.
#[utoipa::path(get, operation_id = "applications", path = "/api/visitor/applications", tag = "visitor",
    params(Page), responses((status = 200, body = [ApplicationBody])))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
    Query(page): Query<Page>,
) -> Result<Json<Vec<ApplicationBody>>, ProblemCode> {
    let (before, limit) = (page.before()?, page.limit());
    let own = booking
        .0
        .store
        .own_applications(session.person, before, limit);
    let body = |application| ApplicationBody::new(application, session.locale);
    Ok(Json(own.await?.into_iter().map(body).collect()))
}
