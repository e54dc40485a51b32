//! `POST /api/staff/visits`

use axum::{Json, extract::State, http::StatusCode};
use booking_domain::{
    EventFault, ExceptionError, ExceptionVisit, GridPlan, Ground, MAX_PARTY, Role, StaffBookings,
};
use grant::Slot;
use ids::{FacilityId, InmateId, PersonId, TerminalId, VisitId};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::reason;
use crate::{
    Booking, FieldCode, ProblemCode, birth_date, endpoints::Body, refusal::Refusal,
    staff_session::StaffSession,
};

/// A visit on a ground that does not count 通訊設備接見辦法 §10.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewException)]
pub(crate) struct Exception {
    facility_id: FacilityId,
    inmate_id: InmateId,
    /// Who come: one to three who are approved for the inmate.
    party: Vec<PersonId>,
    terminal_id: TerminalId,
    starts_at_ms: u64,
    minutes: u16,
    /// `lawyer`, `bereavement`, `critical_illness`, `consular`, `disaster`, `humanitarian` or `special`.
    #[schema(value_type = crate::words::Ground)]
    ground: String,
    /// The date of the death or of the news of an illness, in the facility's time zone. Needed with `bereavement` and
    /// `critical_illness`, and with no other ground.
    event_on: Option<String>,
    /// What happened, for the record.
    reason: String,
}

/// The field with the date of the event.
const EVENT_ON: &str = "event_on";

/// What was added.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = AddedVisit)]
pub(crate) struct Added {
    id: VisitId,
}

/// Adds a visit outside grid and quota. It is confirmed, and its party is told. After a death it is on a day within
/// a month of it, in a critical illness within seven days of the news.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `reason_length`, `invalid_fields`,
/// `not_approved`, `restricted`, `minor_without_adult`, `already_busy`, `slot_full` (the terminal is taken),
/// `not_bookable` (the time is over), `outside_window` (the day is not one that the event allows; `last_day` tells the
/// last one that is), `unavailable`.
#[utoipa::path(post, operation_id = "addException", path = "/api/staff/visits", tag = "staff",
    request_body = Exception, responses((status = 201, description = "Added", body = Added)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Body(exception): Body<Exception>,
) -> Result<(StatusCode, Json<Added>), Refusal> {
    let facility = exception.facility_id;
    session.require(Role::Scheduler, facility)?;
    let reason = reason(&exception.reason)?;
    let ground = Ground::parse(&exception.ground)
        .ok()
        .filter(|ground| !ground.counts())
        .ok_or_else(|| Refusal::field("ground", FieldCode::NotValid))?;
    if !(1..=GridPlan::MAX_MINUTES).contains(&exception.minutes) {
        return Err(Refusal::field("minutes", FieldCode::NotValid));
    }
    if !(1..=MAX_PARTY).contains(&exception.party.len()) {
        return Err(Refusal::field("party", FieldCode::NotValid));
    }
    let event_on = match exception.event_on.as_deref().map(str::parse).transpose() {
        Ok(date) => date,
        Err(_) => return Err(Refusal::field(EVENT_ON, FieldCode::NotValid)),
    };
    let store = &booking.0.store;
    let party = birth_date::candidates(store, &booking.0.vault, &exception.party).await?;
    let length_ms = u64::from(exception.minutes) * 60_000;
    let visit = ExceptionVisit {
        facility,
        inmate: exception.inmate_id,
        terminal: exception.terminal_id,
        slot: Slot {
            starts_at_ms: exception.starts_at_ms,
            ends_at_ms: exception.starts_at_ms.saturating_add(length_ms),
        },
        party,
        ground,
        event_on,
        reason,
        by: session.staff,
        now_ms: unix_now_ms(),
    };
    let id = store
        .add_exception(visit)
        .await
        .map_err(|error| match error {
            ExceptionError::Refused(refusal) => Refusal::from(ProblemCode::from(refusal)),
            ExceptionError::Event(fault) => event_refused(fault),
            ExceptionError::NotFound => ProblemCode::NotFound.into(),
            ExceptionError::Store(error) => error.into(),
        })?;
    tracing::info!(visit = %id, staff = %session.staff, "an exceptional visit was added");
    Ok((StatusCode::CREATED, Json(Added { id })))
}

fn event_refused(fault: EventFault) -> Refusal {
    let code = match fault {
        EventFault::Missing => FieldCode::Required,
        EventFault::NotAsked => FieldCode::NotValid,
        EventFault::InFuture => FieldCode::InFuture,
        EventFault::TooLongAgo => FieldCode::TooLongAgo,
        EventFault::OutsideWindow { last_day } => {
            return Refusal::Until(ProblemCode::OutsideWindow, last_day);
        }
    };
    Refusal::field(EVENT_ON, code)
}
