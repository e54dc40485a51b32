//! Closures, and the visits that they touch.

use booking_domain::{
    Actor, AuditDetail, AuditStep, AuditSubject, ClosurePlan, ClosuresPage, FacilitySettings,
    ListedClosure, StoreError, TouchedVisit, VisitState, local_date, local_minute,
};
use ids::{ClosureId, FacilityId, StaffId};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    audit::{self, Subject, detail},
    bookings::{self, Flagging},
    error::failed,
    rows::{from_ms, id, new_id, optional_ms, slot, text, wrong},
    slots::{read, settings, time_zone},
};

/// More visits than a facility has ahead: they are booked 60 days before at most.
const EVERY: i64 = 100_000;

/// A facility that is closed, and its clock.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) facility: FacilityId,
    zone: TimeZone,
}

/// Adds a closure of a facility or of all, flags what it touches at these places and takes back the holds.
pub(super) async fn add(
    connection: &mut AnyConnection,
    facility: Option<FacilityId>,
    places: &[Place],
    plan: &ClosurePlan,
    by: StaffId,
    now_ms: u64,
) -> Result<(ClosureId, usize), StoreError> {
    plan.check().map_err(|fault| wrong("closure", fault))?;
    let id = ClosureId::from_uuid(new_id());
    sqlx::query(
        "INSERT INTO closure (id, facility_id, from_date, to_date, from_minute, to_minute, reason,
                              staff_id, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id.to_string())
    .bind(facility.map(|facility| facility.to_string()))
    .bind(plan.from.to_string())
    .bind(plan.to.to_string())
    .bind(plan.minutes.map(|(from, _)| i64::from(from)))
    .bind(plan.minutes.map(|(_, to)| i64::from(to)))
    .bind(plan.reason.as_str())
    .bind(by.to_string())
    .bind(from_ms(now_ms))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    let flagging = Flagging {
        reason: &plan.reason,
        source: Some((AuditDetail::Closure, id.as_uuid())),
        actor: Actor::Staff(by),
        at_ms: now_ms,
    };
    let mut touched = 0;
    for place in places {
        for visit in touched_at(&mut *connection, place, plan, now_ms).await? {
            touched += 1;
            bookings::flag_or_release(&mut *connection, visit.id, &flagging).await?;
        }
    }
    let subject = Subject::new(AuditSubject::Closure, id, facility);
    let detail = detail! {
        From: plan.from.to_string(),
        To: plan.to.to_string(),
        Minutes: plan.minutes,
        Reason: plan.reason,
        Visits: touched,
    };
    let actor = Actor::Staff(by);
    audit::note(
        connection,
        now_ms,
        actor,
        AuditStep::ClosureAdded,
        subject,
        detail,
    )
    .await?;
    Ok((id, touched))
}

/// Some of the closures of a facility and of all, lifted ones too, the latest days first.
pub(super) async fn list(
    connection: &mut AnyConnection,
    page: ClosuresPage,
) -> Result<Vec<ListedClosure>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, facility_id, from_date, to_date, from_minute, to_minute, reason, lifted_at_ms
         FROM closure
         WHERE (facility_id = $1 OR facility_id IS NULL)
           AND ($2 = '' OR (from_date, id) <
               (SELECT last.from_date, last.id FROM closure AS last WHERE last.id = $2))
         ORDER BY from_date DESC, id DESC LIMIT $3",
    )
    .bind(page.facility.to_string())
    .bind(page.after.map_or_else(String::new, |last| last.to_string()))
    .bind(i64::from(page.limit))
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    let listed = |row: &AnyRow| {
        Ok(ListedClosure {
            closure: read::closure(row)?,
            lifted_at_ms: optional_ms(row, "lifted_at_ms")?,
        })
    };
    rows.iter().map(listed).collect()
}

pub(super) async fn lift(
    connection: &mut AnyConnection,
    facility: Option<FacilityId>,
    closure: ClosureId,
    by: StaffId,
    now_ms: u64,
) -> Result<bool, StoreError> {
    // None is equal to nothing in SQL: it stands there as an empty text.
    let own = facility.map_or_else(String::new, |facility| facility.to_string());
    let lifted = sqlx::query(
        "UPDATE closure SET lifted_at_ms = $3
         WHERE id = $1 AND COALESCE(facility_id, '') = $2 AND lifted_at_ms IS NULL",
    )
    .bind(closure.to_string())
    .bind(own.clone())
    .bind(from_ms(now_ms))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if lifted.rows_affected() == 0 {
        let known =
            sqlx::query("SELECT 1 FROM closure WHERE id = $1 AND COALESCE(facility_id, '') = $2")
                .bind(closure.to_string())
                .bind(own)
                .fetch_optional(connection)
                .await
                .map_err(failed)?;
        return Ok(known.is_some());
    }
    let subject = Subject::new(AuditSubject::Closure, closure, facility);
    let actor = Actor::Staff(by);
    audit::note(
        connection,
        now_ms,
        actor,
        AuditStep::ClosureLifted,
        subject,
        detail! {},
    )
    .await?;
    Ok(true)
}

/// The visits that a closure touches at one place, by their start.
pub(super) async fn touched_at(
    connection: &mut AnyConnection,
    place: &Place,
    plan: &ClosurePlan,
    now_ms: u64,
) -> Result<Vec<TouchedVisit>, StoreError> {
    let Place { facility, zone } = place;
    let dates = (plan.from, plan.to);
    let mut ahead = visits_ahead(connection, *facility, dates, zone, now_ms, EVERY).await?;
    ahead.retain(|visit| {
        let starts_at_ms = visit.slot.starts_at_ms;
        plan.covers(
            local_date(starts_at_ms, zone),
            local_minute(starts_at_ms, zone),
        )
    });
    Ok(ahead)
}

/// The facility, or where none is named all of them, in the order in which their rows are taken.
pub(super) async fn places(
    connection: &mut AnyConnection,
    facility: Option<FacilityId>,
) -> Result<Vec<Place>, StoreError> {
    if let Some(facility) = facility {
        let settings = settings::read(connection, facility).await?;
        let place = |settings: FacilitySettings| {
            let zone = time_zone(&settings.time_zone)?;
            Ok(Place { facility, zone })
        };
        return settings.into_iter().map(place).collect();
    }
    let rows = sqlx::query("SELECT id, time_zone FROM facility ORDER BY id")
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let place = |row: &AnyRow| {
        Ok(Place {
            facility: id(row, "id")?,
            zone: time_zone(&text(row, "time_zone")?)?,
        })
    };
    rows.iter().map(place).collect()
}

/// The visits that have not ended and begin on one of these dates, by their start.
pub(super) async fn visits_ahead(
    connection: &mut AnyConnection,
    facility: FacilityId,
    (from, to): (Date, Date),
    zone: &TimeZone,
    now_ms: u64,
    limit: i64,
) -> Result<Vec<TouchedVisit>, StoreError> {
    let after = to.saturating_add(1.day());
    let rows = sqlx::query(
        "SELECT visit.id, facility.name AS facility_name, inmate.name AS inmate_name, visit.terminal_id,
                terminal.name AS terminal_name, visit.starts_at_ms, visit.ends_at_ms, visit.state
         FROM visit JOIN inmate ON inmate.id = visit.inmate_id
         JOIN facility ON facility.id = visit.facility_id
         JOIN terminal ON terminal.id = visit.terminal_id
         WHERE visit.facility_id = $1 AND visit.starts_at_ms >= $2 AND visit.starts_at_ms < $3
           AND visit.ends_at_ms > $4
           AND (visit.state IN ('confirmed', 'in_session', 'flagged')
                OR (visit.state = 'held' AND visit.held_until_ms > $4))
         ORDER BY visit.starts_at_ms, terminal.name, visit.id LIMIT $5",
    )
    .bind(facility.to_string())
    .bind(midnight_ms(from, zone))
    .bind(midnight_ms(after, zone))
    .bind(from_ms(now_ms))
    .bind(limit)
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.iter().map(touched).collect()
}

fn touched(row: &AnyRow) -> Result<TouchedVisit, StoreError> {
    Ok(TouchedVisit {
        id: id(row, "id")?,
        facility_name: text(row, "facility_name")?,
        inmate_name: text(row, "inmate_name")?,
        terminal: id(row, "terminal_id")?,
        terminal_name: text(row, "terminal_name")?,
        slot: slot(row)?,
        state: VisitState::parse(&text(row, "state")?).map_err(|error| wrong("state", error))?,
    })
}

fn midnight_ms(date: Date, zone: &TimeZone) -> i64 {
    date.to_zoned(zone.clone())
        .map_or(i64::MAX, |midnight| midnight.timestamp().as_millisecond())
}
