//! `POST /api/visitor/applications/{application}/submit`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::Applications;
use ids::ApplicationId;
use telemetry::clock::unix_now_ms;

use super::{ApplicationBody, refusal, show::shown};
use crate::{Booking, ProblemCode, endpoints::paging::id, visitor_session::VisitorSession};

/// Hands an application in, for the first time or again.
///
/// Refuses with `not_signed_in`, `not_found`, `application_incomplete`, `application_state`, `unavailable`.
#[utoipa::path(post, operation_id = "submitApplication",
    path = "/api/visitor/applications/{application}/submit", tag = "visitor",
    params(("application" = ApplicationId, Path)),
    responses((status = 200, body = ApplicationBody)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(application): Path<String>,
) -> Result<Json<ApplicationBody>, ProblemCode> {
    let application = id(&application)?;
    let submitted = booking
        .0
        .store
        .submit_application(session.person, application, unix_now_ms())
        .await;
    let state = submitted.map_err(refusal)?;
    tracing::info!(%application, state = state.as_str(), "an application was handed in");
    shown(&booking, &session, application).await
}
