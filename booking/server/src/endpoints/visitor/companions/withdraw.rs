//! `DELETE /api/visitor/companions/{companion}`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::applications::CompanionStep;
use ids::CompanionId;

use super::answer::step;
use crate::{Booking, ProblemCode, visitor_session::VisitorSession};

/// Ends it: an invitation that one sent, or an agreement of both.
///
/// Refuses with `not_signed_in`, `not_found`, `companion_state`, `unavailable`.
#[utoipa::path(delete, operation_id = "withdrawCompanion",
    path = "/api/visitor/companions/{companion}", tag = "visitor",
    params(("companion" = CompanionId, Path)),
    responses((status = 204, description = "Ended")))]
pub(crate) async fn delete(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(companion): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    step(
        &booking,
        session.person,
        &companion,
        CompanionStep::Withdraw,
    )
    .await
}
