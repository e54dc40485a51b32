//! `POST /api/staff/restrictions/{restriction}/lift`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{Role, applications::Restrictions};
use ids::RestrictionId;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, ProblemCode,
    endpoints::{Body, paging::id, reason},
    refusal::Refusal,
    staff_session::StaffSession,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LiftRestriction)]
pub(crate) struct Lift {
    /// 5 to 500 characters, for the audit trail.
    reason: String,
}

/// Lifts a restriction. One that was lifted already, or is over, stays so.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "liftRestriction",
    path = "/api/staff/restrictions/{restriction}/lift", tag = "staff",
    params(("restriction" = RestrictionId, Path)), request_body = Lift,
    responses((status = 204, description = "Lifted")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(restriction): Path<String>,
    Body(lift): Body<Lift>,
) -> Result<StatusCode, Refusal> {
    let restriction: RestrictionId = id(&restriction)?;
    let facility = booking.0.store.facility_of_restriction(restriction).await?;
    session.require(Role::Reviewer, facility.ok_or(ProblemCode::NotFound)?)?;
    let reason = reason::checked("reason", &lift.reason)?;
    let lifted = booking
        .0
        .store
        .lift_restriction(restriction, session.staff, &reason, unix_now_ms())
        .await?;
    if lifted {
        tracing::info!(%restriction, staff = %session.staff, "a restriction was lifted");
    }
    Ok(StatusCode::NO_CONTENT)
}
