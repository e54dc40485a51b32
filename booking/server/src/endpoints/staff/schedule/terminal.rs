//! `PATCH /api/staff/facilities/{facility}/terminals/{terminal}`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{Slots, TerminalChange, TerminalChanged, TerminalStep};
use ids::{FacilityId, TerminalId};
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{id, scheduled, terminals::name};
use crate::{Booking, ProblemCode, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// What is to change; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeTerminal)]
pub(crate) struct Change {
    name: Option<String>,
    /// Whether visits can be booked at it.
    in_service: Option<bool>,
}

/// Changes a terminal. One with visits ahead stays in service until they are moved. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`,
/// `terminal_in_use`, `unavailable`.
#[utoipa::path(patch, operation_id = "changeTerminal", path = "/api/staff/facilities/{facility}/terminals/{terminal}", tag = "staff",
    params(("facility" = FacilityId, Path), ("terminal" = TerminalId, Path)), request_body = Change,
    responses((status = 204, description = "Changed")))]
pub(crate) async fn patch(
    State(booking): State<Booking>,
    session: StaffSession,
    Path((facility, terminal)): Path<(String, String)>,
    Body(change): Body<Change>,
) -> Result<StatusCode, Refusal> {
    let facility = scheduled(&session, &facility)?;
    let terminal: TerminalId = id(&terminal)?;
    let name = change.name.as_deref().map(name).transpose()?;
    let changes = [
        name.map(TerminalChange::Name),
        change
            .in_service
            .map(|in_service| TerminalChange::Service(TerminalStep::towards(in_service))),
    ];
    for change in changes.into_iter().flatten() {
        let store = &booking.0.store;
        let changed = store
            .change_terminal(facility, terminal, change, session.staff, unix_now_ms())
            .await?;
        match changed {
            TerminalChanged::Done => {}
            TerminalChanged::NotFound => return Err(ProblemCode::NotFound.into()),
            TerminalChanged::InUse => return Err(ProblemCode::TerminalInUse.into()),
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
