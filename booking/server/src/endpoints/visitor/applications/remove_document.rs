//! `DELETE /api/visitor/applications/{application}/documents/{document}`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::applications::Documents;
use ids::{ApplicationId, DocumentId};
use telemetry::clock::unix_now_ms;

use super::refusal;
use crate::{Booking, ProblemCode, endpoints::paging::id, visitor_session::VisitorSession};

/// Removes a document from an application that is open.
///
/// Refuses with `not_signed_in`, `not_found`, `application_state`, `unavailable`.
#[utoipa::path(delete, operation_id = "removeDocument",
    path = "/api/visitor/applications/{application}/documents/{document}", tag = "visitor",
    params(("application" = ApplicationId, Path), ("document" = DocumentId, Path)),
    responses((status = 204, description = "Gone")))]
pub(crate) async fn delete(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path((application, document)): Path<(String, String)>,
) -> Result<StatusCode, ProblemCode> {
    let (application, document) = (id(&application)?, id(&document)?);
    let removed = booking
        .0
        .store
        .remove_document(session.person, application, document, unix_now_ms())
        .await;
    removed.map_err(refusal)?;
    booking.0.documents.forget(document).await;
    Ok(StatusCode::NO_CONTENT)
}
