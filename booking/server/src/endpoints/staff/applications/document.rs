//! `GET /api/staff/applications/{application}/documents/{document}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use booking_domain::applications::Documents;
use ids::{ApplicationId, DocumentId};
use telemetry::clock::unix_now_ms;

use super::decision::reviewed_by;
use crate::{
    Booking, ProblemCode,
    endpoints::{paging::id, visitor::given_out},
    staff_session::StaffSession,
};

/// A document of an application. The look stands in the audit trail.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "documentForReview",
    path = "/api/staff/applications/{application}/documents/{document}", tag = "staff",
    params(("application" = ApplicationId, Path), ("document" = DocumentId, Path)),
    responses((status = 200, description = "The document", content_type = "application/octet-stream")))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Path((application, document)): Path<(String, String)>,
) -> Result<Response, ProblemCode> {
    let application = reviewed_by(&booking, &session, &application).await?;
    let found = booking
        .0
        .store
        .reviewed_document(session.staff, application, id(&document)?, unix_now_ms())
        .await?;
    given_out(&booking, found).await
}
