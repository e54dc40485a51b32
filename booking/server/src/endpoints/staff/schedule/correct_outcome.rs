//! `POST /api/staff/visits/{visit}/outcome`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{Correction, EndedBy, Outcome, StaffBookings, VisitState};
use ids::VisitId;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{change_refused, reason, visit};
use crate::{Booking, FieldCode, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CorrectOutcome)]
pub(crate) struct Correct {
    /// What became of the visit: `completed`, `no_show` (of its visitors) or `technical_failure`.
    #[schema(value_type = crate::words::VisitState)]
    outcome: String,
    /// Of a failure, on whose side: `facility`, `inmate` or `system`.
    #[schema(value_type = Option<crate::words::EndedBy>)]
    ended_by: Option<String>,
    /// Why it is known better, as the visitors read it.
    reason: String,
}

/// Corrects what became of a visit, once that is settled or an officer has ended it. The month gets the visit back or counts it again, also
/// beyond its quota; the party is told where it gets it back. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `visit_not_found`, `visit_not_changeable`, `bad_request`,
/// `reason_length`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "correctOutcome", path = "/api/staff/visits/{visit}/outcome", tag = "staff",
    params(("visit" = VisitId, Path)), request_body = Correct,
    responses((status = 204, description = "Corrected")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(visit): Path<String>,
    Body(correct): Body<Correct>,
) -> Result<StatusCode, Refusal> {
    let (visit, facility) = self::visit(&booking, &session, &visit).await?;
    let reason = reason(&correct.reason)?;
    let state = VisitState::parse(&correct.outcome)
        .map_err(|_| Refusal::field("outcome", FieldCode::NotValid))?;
    let wrong_side = || Refusal::field("ended_by", FieldCode::NotValid);
    let ended_by = correct.ended_by.as_deref().map(EndedBy::parse).transpose();
    let ended_by = ended_by.map_err(|_| wrong_side())?;
    let correction = Correction {
        facility,
        visit,
        outcome: Outcome::named(state, ended_by).ok_or_else(wrong_side)?,
        reason,
        by: session.staff,
        now_ms: unix_now_ms(),
    };
    let corrected = booking.0.store.correct_outcome(correction).await;
    corrected.map_err(change_refused)?;
    tracing::info!(%visit, staff = %session.staff, "what became of a visit was corrected");
    Ok(StatusCode::NO_CONTENT)
}
