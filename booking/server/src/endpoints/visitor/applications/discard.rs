//! `DELETE /api/visitor/applications/{application}`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::applications::Applications;
use ids::ApplicationId;
use telemetry::clock::unix_now_ms;

use super::refusal;
use crate::{Booking, ProblemCode, endpoints::paging::id, visitor_session::VisitorSession};

/// Throws a draft away, with its documents.
///
/// Refuses with `not_signed_in`, `not_found`, `application_state`, `unavailable`.
#[utoipa::path(delete, operation_id = "discardApplication",
    path = "/api/visitor/applications/{application}", tag = "visitor",
    params(("application" = ApplicationId, Path)),
    responses((status = 204, description = "Gone")))]
pub(crate) async fn delete(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(application): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    let application = id(&application)?;
    let documents = booking
        .0
        .store
        .discard_application(session.person, application, unix_now_ms())
        .await;
    for document in documents.map_err(refusal)? {
        booking.0.documents.forget(document).await;
    }
    Ok(StatusCode::NO_CONTENT)
}
