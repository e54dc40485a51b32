//! `POST /api/staff/applications/{application}/ask`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::ReviewStep;
use ids::ApplicationId;

use super::decision::{Decided, Reason, decide};
use crate::{Booking, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// Asks the applicant for more: the application is open again until it is handed in again.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `invalid_fields`, `application_state`,
/// `application_withdrawn`, `unavailable`.
#[utoipa::path(post, operation_id = "askForMore", path = "/api/staff/applications/{application}/ask",
    tag = "staff", params(("application" = ApplicationId, Path)), request_body = Reason,
    responses((status = 200, body = Decided)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(application): Path<String>,
    Body(reason): Body<Reason>,
) -> Result<Json<Decided>, Refusal> {
    let step = ReviewStep::Ask(reason.checked()?);
    decide(&booking, &session, &application, step).await
}
