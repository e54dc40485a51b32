//! `POST /api/visitor/companions/{companion}/agree` and `…/decline`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::applications::{ApplicationError, CompanionStep, Companions};
use ids::{CompanionId, PersonId};
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, ProblemCode,
    endpoints::{paging::id, visitor::applications::refusal},
    visitor_session::VisitorSession,
};

/// Says yes to an invitation.
///
/// Refuses with `not_signed_in`, `not_found`, `companion_state`, `unavailable`.
#[utoipa::path(post, operation_id = "agreeToCompanion",
    path = "/api/visitor/companions/{companion}/agree", tag = "visitor",
    params(("companion" = CompanionId, Path)),
    responses((status = 204, description = "Agreed")))]
pub(crate) async fn agree(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(companion): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    step(&booking, session.person, &companion, CompanionStep::Agree).await
}

/// Says no to an invitation.
///
/// Refuses with `not_signed_in`, `not_found`, `companion_state`, `unavailable`.
#[utoipa::path(post, operation_id = "declineCompanion",
    path = "/api/visitor/companions/{companion}/decline", tag = "visitor",
    params(("companion" = CompanionId, Path)),
    responses((status = 204, description = "Declined")))]
pub(crate) async fn decline(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(companion): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    step(&booking, session.person, &companion, CompanionStep::Decline).await
}

/// Takes a step of somebody's.
pub(super) async fn step(
    booking: &Booking,
    person: PersonId,
    companion: &str,
    step: CompanionStep,
) -> Result<StatusCode, ProblemCode> {
    let companion = id(companion)?;
    let taken = booking
        .0
        .store
        .step_companion(person, companion, step, unix_now_ms())
        .await;
    match taken {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(ApplicationError::NotNow) => Err(ProblemCode::CompanionState),
        Err(error) => Err(refusal(error)),
    }
}
