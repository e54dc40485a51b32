//! What all decisions have in common.

use axum::Json;
use booking_domain::{
    Role,
    applications::{Decision, ReviewStep, Reviews},
};
use ids::ApplicationId;
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, ProblemCode,
    endpoints::{paging::id, reason, visitor::refusal},
    refusal::Refusal,
    staff_session::StaffSession,
};

/// Why, as the applicant reads it.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecisionReason)]
pub(crate) struct Reason {
    /// 5 to 500 characters.
    reason: String,
}

/// What became of an application.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Decided)]
pub(crate) struct Decided {
    id: ApplicationId,
    /// Its state now.
    #[schema(value_type = crate::words::ApplicationState)]
    state: &'static str,
}

impl Reason {
    pub(super) fn checked(self) -> Result<String, Refusal> {
        reason::checked("reason", &self.reason)
    }
}

/// An application that was handed in at a facility where the member reviews.
pub(super) async fn reviewed_by(
    booking: &Booking,
    session: &StaffSession,
    application: &str,
) -> Result<ApplicationId, ProblemCode> {
    let application = id(application)?;
    let facility = booking.0.store.facility_of_application(application).await?;
    session.require(Role::Reviewer, facility.ok_or(ProblemCode::NotFound)?)?;
    Ok(application)
}

/// Takes a step with an application.
pub(super) async fn decide(
    booking: &Booking,
    session: &StaffSession,
    application: &str,
    step: ReviewStep,
) -> Result<Json<Decided>, Refusal> {
    let application = reviewed_by(booking, session, application).await?;
    let decision = Decision {
        application,
        staff: session.staff,
        step,
        at_ms: unix_now_ms(),
    };
    let decided = booking.0.store.decide_application(decision).await;
    let state = decided.map_err(refusal)?.as_str();
    tracing::info!(%application, staff = %session.staff, state, "an application was decided");
    Ok(Json(Decided {
        id: application,
        state,
    }))
}
