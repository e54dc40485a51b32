//! `POST /api/staff/applications/{application}/revoke`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::ReviewStep;
use ids::ApplicationId;

use super::decision::{Decided, Reason, decide};
use crate::{Booking, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// Takes an approval back, with the reason. The visits that it touches are flagged, and their visitors told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `invalid_fields`, `application_state`,
/// `application_withdrawn`, `unavailable`.
#[utoipa::path(post, operation_id = "revokeApplication", path = "/api/staff/applications/{application}/revoke",
    tag = "staff", params(("application" = ApplicationId, Path)), request_body = Reason,
    responses((status = 200, body = Decided)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(application): Path<String>,
    Body(reason): Body<Reason>,
) -> Result<Json<Decided>, Refusal> {
    let step = ReviewStep::Revoke(reason.checked()?);
    decide(&booking, &session, &application, step).await
}
