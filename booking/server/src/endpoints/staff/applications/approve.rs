//! `POST /api/staff/applications/{application}/approve`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::ReviewStep;
use ids::ApplicationId;

use super::decision::{Decided, decide};
use crate::{Booking, refusal::Refusal, staff_session::StaffSession};

/// Approves an application under review. The applicant is told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `inmate_gone`, `application_state`,
/// `application_withdrawn`, `unavailable`.
#[utoipa::path(post, operation_id = "approveApplication", path = "/api/staff/applications/{application}/approve",
    tag = "staff", params(("application" = ApplicationId, Path)),
    responses((status = 200, body = Decided)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(application): Path<String>,
) -> Result<Json<Decided>, Refusal> {
    decide(&booking, &session, &application, ReviewStep::Approve).await
}
