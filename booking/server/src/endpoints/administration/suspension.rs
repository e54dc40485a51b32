//! `POST` and `DELETE /api/staff/accounts/{person}/suspension`

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::accounts::{NewSuspension, SuspensionError, Suspensions};
use ids::PersonId;
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::{
    super::{Body, paging::id, reason},
    everywhere,
};
use crate::{Booking, ProblemCode, refusal::Refusal, staff_session::StaffSession};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SuspendAccount)]
pub(crate) struct Suspend {
    /// 5 to 500 characters. The visitor reads it.
    reason: String,
}

/// The answer.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = AccountSuspended)]
pub(crate) struct Suspended {
    /// How many booked visits were flagged.
    flagged_visits: usize,
}

/// Suspends a visitor's account: the visitor is signed out, the visits ahead are flagged, and everybody
/// concerned is told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `account_state`, `invalid_fields`, `bad_request`,
/// `unavailable`.
#[utoipa::path(post, operation_id = "suspendAccount",
    path = "/api/staff/accounts/{person}/suspension", tag = "staff",
    params(("person" = PersonId, Path)), request_body = Suspend,
    responses((status = 200, description = "Suspended", body = Suspended)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(person): Path<String>,
    Body(suspend): Body<Suspend>,
) -> Result<Json<Suspended>, Refusal> {
    everywhere(&session)?;
    let person: PersonId = id(&person)?;
    let suspension = NewSuspension {
        person,
        staff: session.staff,
        reason: reason::checked("reason", &suspend.reason)?,
        at_ms: unix_now_ms(),
    };
    let flagged = booking.0.store.suspend(suspension).await;
    let flagged_visits = flagged.map_err(ProblemCode::from)?;
    tracing::info!(%person, staff = %session.staff, "an account was suspended");
    Ok(Json(Suspended { flagged_visits }))
}

/// Lets a visitor in again, who is told. Visits that were flagged wait for staff to look at them.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `account_state`, `unavailable`.
#[utoipa::path(delete, operation_id = "reinstateAccount",
    path = "/api/staff/accounts/{person}/suspension", tag = "staff",
    params(("person" = PersonId, Path)), responses((status = 204, description = "Open again")))]
pub(crate) async fn delete(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(person): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    everywhere(&session)?;
    let person: PersonId = id(&person)?;
    let store = &booking.0.store;
    store
        .reinstate(person, session.staff, unix_now_ms())
        .await?;
    tracing::info!(%person, staff = %session.staff, "an account was opened again");
    Ok(StatusCode::NO_CONTENT)
}

impl From<SuspensionError> for ProblemCode {
    fn from(error: SuspensionError) -> Self {
        match error {
            SuspensionError::NotFound => Self::NotFound,
            SuspensionError::NotNow => Self::AccountState,
            SuspensionError::Store(error) => error.into(),
        }
    }
}
