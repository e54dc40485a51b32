//! Writing visits that are held.

use std::collections::BTreeMap;

use booking_domain::{Actor, AuditStep, AuditSubject, StoreError, giving::NewHold};
use ids::{PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    audit::{self, Note, Subject, detail},
    bookings::month,
    error::failed,
    many::{rows_of, statement, stretches},
    rows::from_ms,
};

/// The columns of a visit that is held.
const COLUMNS: usize = 15;

/// Writes visits, and counts them in their months. Whether every month had so many left; where one had not,
/// nothing more is written.
pub(super) async fn write(
    connection: &mut AnyConnection,
    holds: &[NewHold],
    visits_a_month: u32,
) -> Result<bool, StoreError> {
    let mut counted = BTreeMap::new();
    for hold in holds {
        if let Some(month) = hold.counted {
            *counted.entry((hold.held.inmate, month)).or_default() += 1;
        }
    }
    if !month::count(&mut *connection, &counted, visits_a_month).await? {
        return Ok(false);
    }
    for stretch in stretches(holds) {
        insert(&mut *connection, stretch).await?;
    }
    let seats = holds
        .iter()
        .map(|hold| (hold.held.visit, hold.people.as_slice()));
    seat(&mut *connection, seats).await?;
    let notes: Vec<_> = holds.iter().map(note).collect();
    audit::note_all(connection, &notes).await?;
    Ok(true)
}

async fn insert(connection: &mut AnyConnection, holds: &[NewHold]) -> Result<(), StoreError> {
    let mut inserting = statement(format!(
        "INSERT INTO visit (id, facility_id, terminal_id, inmate_id, opens_at_ms, starts_at_ms,
                            ends_at_ms, state, applicant_id, batch, ground, counted_month,
                            held_until_ms, idempotency_key, created_at_ms)
         VALUES {}",
        rows_of(COLUMNS, holds.len())
    ));
    for hold in holds {
        inserting = inserting
            .bind(hold.held.visit.to_string())
            .bind(hold.held.facility.to_string())
            .bind(hold.held.terminal.to_string())
            .bind(hold.held.inmate.to_string())
            .bind(from_ms(hold.opens_at_ms))
            .bind(from_ms(hold.held.slot.starts_at_ms))
            .bind(from_ms(hold.held.slot.ends_at_ms))
            .bind("held")
            .bind(hold.applicant.to_string())
            .bind(i64::from(hold.batch))
            .bind(hold.ground.as_str())
            .bind(hold.counted.map(|month| month.to_string()))
            .bind(from_ms(hold.until_ms))
            .bind(hold.key.clone())
            .bind(from_ms(hold.now_ms));
    }
    inserting.execute(connection).await.map_err(failed)?;
    Ok(())
}

fn note(hold: &NewHold) -> Note {
    let held = &hold.held;
    Note {
        at_ms: hold.now_ms,
        actor: Actor::Person(hold.applicant),
        step: AuditStep::VisitHeld,
        subject: Subject::new(AuditSubject::Visit, held.visit, Some(held.facility)),
        detail: detail! { StartsAtMs: held.slot.starts_at_ms, Terminal: held.terminal },
    }
}

/// Gives the people of visits the seats 1, 2 and 3 in their order. They are written in the order of their ids,
/// so that two bookings of the same people wait for each other instead of locking each other up.
pub(super) async fn seat<'a>(
    connection: &mut AnyConnection,
    visits: impl Iterator<Item = (VisitId, &'a [PersonId])>,
) -> Result<(), StoreError> {
    let seats = |(visit, people): (VisitId, &'a [PersonId])| {
        let numbered = people.iter().copied().zip(1..);
        numbered.map(move |(person, seat)| (person, visit, seat))
    };
    let mut seated: Vec<(PersonId, VisitId, i64)> = visits.flat_map(seats).collect();
    seated.sort_unstable();
    for stretch in stretches(&seated) {
        let mut seating = statement(format!(
            "INSERT INTO visit_member (person_id, visit_id, seat) VALUES {}",
            rows_of(3, stretch.len())
        ));
        for (person, visit, seat) in stretch {
            seating = seating
                .bind(person.to_string())
                .bind(visit.to_string())
                .bind(*seat);
        }
        seating.execute(&mut *connection).await.map_err(failed)?;
    }
    Ok(())
}
