//! `GET /api/staff/visits`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{AuditSubject, BookedVisit, Role, Slots, StaffBookings, local_date};
use grant::Slot;
use ids::{FacilityId, InmateId, PersonId, Seat, TerminalId, VisitId};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use protocol::Locale;
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, ProblemCode,
    endpoints::deeds::{self, DeedBody},
    messages::texts::reason,
    staff_session::StaffSession,
};

/// The request.
#[derive(Deserialize)]
pub(crate) struct Asked {
    facility: FacilityId,
    date: Option<String>,
}

/// A visit, as staff see it.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffVisit)]
pub(crate) struct Listed {
    id: VisitId,
    terminal_id: TerminalId,
    terminal_name: String,
    inmate_id: InmateId,
    inmate_name: String,
    inmate_number: String,
    batch: Option<u16>,
    opens_at_ms: u64,
    starts_at_ms: u64,
    ends_at_ms: u64,
    #[schema(value_type = crate::words::VisitState)]
    state: &'static str,
    held_until_ms: Option<u64>,
    #[schema(value_type = crate::words::Ground)]
    ground: &'static str,
    /// The date of the death or of the news of an illness, where the ground counts from one.
    event_on: Option<String>,
    /// Whether it counts in the inmate's month.
    counted: bool,
    reason: Option<String>,
    #[schema(value_type = Option<crate::words::EndedBy>)]
    ended_by: Option<&'static str>,
    /// How long the inmate and the visitors were together so far.
    together_ms: u64,
    /// How long a visitor was there without the inmate.
    without_inmate_ms: u64,
    /// How long the inmate was there while the visitors were cut off.
    without_visitors_ms: u64,
    /// By how much its end was moved for the time that it lost.
    given_back_ms: u64,
    party: Vec<Member>,
    deeds: Vec<DeedBody>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffVisitMember)]
struct Member {
    seat: Seat,
    person_id: PersonId,
    name: String,
}

/// The visits of a facility on a date, by their start and terminal, 1,000 at most, also those that were called off. For schedulers and officers.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `unavailable`.
#[utoipa::path(get, operation_id = "staffVisits", path = "/api/staff/visits", tag = "staff",
    params(("facility" = FacilityId, Query), ("date" = Option<String>, Query, description = "A date in the facility's time zone; left out: today")),
    responses((status = 200, description = "The visits", body = Vec<Listed>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<Listed>>, ProblemCode> {
    session.require_any([Role::Scheduler, Role::Officer], asked.facility)?;
    let store = &booking.0.store;
    let settings = store.settings(asked.facility).await?;
    let time_zone = settings.ok_or(ProblemCode::NotFound)?.time_zone;
    let zone = TimeZone::get(&time_zone).map_err(|error| {
        tracing::error!(%error, "a facility's time zone is not known");
        ProblemCode::Unavailable
    })?;
    let date: Date = match asked.date {
        Some(date) => date.parse().map_err(|_| ProblemCode::BadRequest)?,
        None => local_date(unix_now_ms(), &zone),
    };
    let day = Slot {
        starts_at_ms: midnight_ms(date, &zone),
        ends_at_ms: midnight_ms(date.saturating_add(1.day()), &zone),
    };
    let visits = store.facility_visits(asked.facility, day).await?;
    let ids = visits.iter().map(|visit| visit.id);
    let mut told = deeds::of_all(&booking, AuditSubject::Visit, ids).await?;
    let listed = |visit: BookedVisit| {
        let deeds = told.take(visit.id);
        listed(visit, deeds, session.locale)
    };
    Ok(Json(visits.into_iter().map(listed).collect()))
}

fn midnight_ms(date: Date, zone: &TimeZone) -> u64 {
    let midnight = date.to_zoned(zone.clone());
    midnight.map_or(u64::MAX, |midnight| {
        u64::try_from(midnight.timestamp().as_millisecond()).unwrap_or(0)
    })
}

fn listed(visit: BookedVisit, deeds: Vec<DeedBody>, locale: Locale) -> Listed {
    let member = |member: booking_domain::BookedMember| Member {
        seat: member.seat,
        person_id: member.person,
        name: member.name,
    };
    Listed {
        id: visit.id,
        terminal_id: visit.terminal,
        terminal_name: visit.terminal_name,
        inmate_id: visit.inmate,
        inmate_name: visit.inmate_name,
        inmate_number: visit.inmate_number,
        batch: visit.batch,
        opens_at_ms: visit.opens_at_ms,
        starts_at_ms: visit.slot.starts_at_ms,
        ends_at_ms: visit.slot.ends_at_ms,
        state: visit.state.as_str(),
        held_until_ms: visit.held_until_ms,
        ground: visit.ground.as_str(),
        event_on: visit.event_on.map(|date| date.to_string()),
        counted: visit.counted,
        reason: visit.reason.map(|why| reason(why, locale)),
        ended_by: visit.ended_by.map(booking_domain::EndedBy::as_str),
        together_ms: visit.time.together_ms,
        without_inmate_ms: visit.time.without_inmate_ms,
        without_visitors_ms: visit.time.without_visitors_ms,
        given_back_ms: visit.given_back_ms,
        party: visit.party.into_iter().map(member).collect(),
        deeds,
    }
}
