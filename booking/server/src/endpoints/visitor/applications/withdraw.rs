//! `POST /api/visitor/applications/{application}/withdraw`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::Applications;
use ids::ApplicationId;
use telemetry::clock::unix_now_ms;

use super::{ApplicationBody, refusal, show::shown};
use crate::{Booking, ProblemCode, endpoints::paging::id, visitor_session::VisitorSession};

/// Takes an application back that was handed in and is not over. If it was approved, the visits that it touches are
/// flagged, and everybody in them told. Another application for the same inmate may follow.
///
/// Refuses with `not_signed_in`, `not_found`, `application_state`, `application_withdrawn`, `unavailable`.
#[utoipa::path(post, operation_id = "withdrawApplication",
    path = "/api/visitor/applications/{application}/withdraw", tag = "visitor",
    params(("application" = ApplicationId, Path)),
    responses((status = 200, body = ApplicationBody)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(application): Path<String>,
) -> Result<Json<ApplicationBody>, ProblemCode> {
    let application = id(&application)?;
    let withdrawn = booking
        .0
        .store
        .withdraw_application(session.person, application, unix_now_ms())
        .await;
    withdrawn.map_err(refusal)?;
    tracing::info!(%application, "an application was withdrawn");
    shown(&booking, &session, application).await
}
