//! `POST /api/staff/applications/{application}/refuse`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::ReviewStep;
use ids::ApplicationId;

use super::decision::{Decided, Reason, decide};
use crate::{Booking, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// Refuses an application under review, with the reason. The applicant is told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `invalid_fields`, `application_state`,
/// `application_withdrawn`, `unavailable`.
#[utoipa::path(post, operation_id = "refuseApplication", path = "/api/staff/applications/{application}/refuse",
    tag = "staff", params(("application" = ApplicationId, Path)), request_body = Reason,
    responses((status = 200, body = Decided)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(application): Path<String>,
    Body(reason): Body<Reason>,
) -> Result<Json<Decided>, Refusal> {
    let step = ReviewStep::Refuse(reason.checked()?);
    decide(&booking, &session, &application, step).await
}
