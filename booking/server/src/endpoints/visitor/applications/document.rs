//! `GET /api/visitor/applications/{application}/documents/{document}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use booking_domain::applications::{Documents, SealedDocument};
use ids::{ApplicationId, DocumentId};

use super::body::file_response;
use crate::{Booking, ProblemCode, endpoints::paging::id, visitor_session::VisitorSession};

/// A document of one's own, as it is kept.
///
/// Refuses with `not_signed_in`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "document",
    path = "/api/visitor/applications/{application}/documents/{document}", tag = "visitor",
    params(("application" = ApplicationId, Path), ("document" = DocumentId, Path)),
    responses((status = 200, description = "The document", content_type = "application/octet-stream")))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path((application, document)): Path<(String, String)>,
) -> Result<Response, ProblemCode> {
    let (application, document) = (id(&application)?, id(&document)?);
    let found = booking
        .0
        .store
        .own_document(session.person, application, document)
        .await?;
    given_out(&booking, found).await
}

/// The content of a document that somebody may see.
pub(in crate::endpoints) async fn given_out(
    booking: &Booking,
    found: Option<SealedDocument>,
) -> Result<Response, ProblemCode> {
    let found = found.ok_or(ProblemCode::NotFound)?;
    let id = found.document.id;
    match booking.0.documents.give_out(&found).await {
        Ok(Some(bytes)) => Ok(file_response(&found.document.media_type, bytes)),
        Ok(None) => {
            tracing::error!(document = %id, "a document's file is gone or was changed");
            Err(ProblemCode::Unavailable)
        }
        Err(error) => {
            tracing::error!(document = %id, %error, "a document cannot be read");
            Err(ProblemCode::Unavailable)
        }
    }
}
