//! `POST /api/staff/applications/{application}/take`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::ReviewStep;
use ids::ApplicationId;

use super::decision::{Decided, decide};
use crate::{Booking, refusal::Refusal, staff_session::StaffSession};

/// Begins the review of an application, or takes it over from another reviewer.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `application_state`,
/// `application_withdrawn`, `unavailable`.
#[utoipa::path(post, operation_id = "takeApplication", path = "/api/staff/applications/{application}/take",
    tag = "staff", params(("application" = ApplicationId, Path)),
    responses((status = 200, body = Decided)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(application): Path<String>,
) -> Result<Json<Decided>, Refusal> {
    decide(&booking, &session, &application, ReviewStep::Take).await
}
