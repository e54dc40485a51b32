//! What calls tell, many notes in few statements: at the full hour all visits begin at once, and everybody who comes
//! is noted.
//!
//! What is told of one visit in a row is taken together: it is read once, moved on once, and its time is added up
//! first. The steps of all go into the trail at the end, in their order.

use booking_domain::{Actor, AuditStep, CallNote, Step, StoreError, VisitEvent, VisitTime};
use ids::{TerminalId, VisitId};
use sqlx::AnyConnection;

use crate::{
    audit::{self, Note, Subject, detail},
    bookings,
    error::failed,
    rows::{from_ms, wrong},
    visit_time,
};

/// What a note is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Visit(VisitId),
    Terminal(TerminalId),
}

/// Writes notes. Where one of them cannot be, the transaction is to be given up.
pub(crate) async fn write(
    connection: &mut AnyConnection,
    notes: &[CallNote],
) -> Result<(), StoreError> {
    for of_one in notes.chunk_by(|one, next| about(one) == about(next)) {
        match of_one.first().map(about) {
            Some(About::Visit(visit)) => write_of_visit(connection, visit, of_one).await?,
            Some(About::Terminal(terminal)) => {
                write_of_terminal(connection, terminal, of_one).await?;
            }
            None => {}
        }
    }
    let steps: Vec<_> = notes.iter().filter_map(step_of).map(in_trail).collect();
    audit::note_all(connection, &steps).await
}

const fn about(note: &CallNote) -> About {
    match note {
        CallNote::Step(VisitEvent { visit, .. }) | CallNote::Time { visit, .. } => {
            About::Visit(*visit)
        }
        CallNote::Seen { terminal, .. } => About::Terminal(*terminal),
    }
}

const fn step_of(note: &CallNote) -> Option<&VisitEvent> {
    match note {
        CallNote::Step(event) => Some(event),
        CallNote::Time { .. } | CallNote::Seen { .. } => None,
    }
}

async fn write_of_visit(
    connection: &mut AnyConnection,
    visit: VisitId,
    notes: &[CallNote],
) -> Result<(), StoreError> {
    let steps: Vec<Step> = notes.iter().filter_map(step_of).map(|e| e.step).collect();
    if steps.iter().any(moves) {
        advance(connection, visit, &steps).await?;
    } else if !steps.is_empty() {
        find(connection, visit).await?;
    }
    let times = notes.iter().filter_map(|note| match note {
        CallNote::Time { time, .. } => Some(*time),
        CallNote::Step(_) | CallNote::Seen { .. } => None,
    });
    match times.reduce(VisitTime::plus) {
        Some(time) => visit_time::add(connection, visit, time).await,
        None => Ok(()),
    }
}

const fn moves(step: &Step) -> bool {
    matches!(step, Step::Joined { .. } | Step::SlotEnded)
}

/// Moves a visit to the state to which its steps lead, those that it does not take left out, unless somebody else has
/// moved it.
async fn advance(
    connection: &mut AnyConnection,
    visit: VisitId,
    steps: &[Step],
) -> Result<(), StoreError> {
    let before = bookings::read_booking(connection, visit)
        .await?
        .ok_or_else(no_such_visit)?;
    let after = steps.iter().fold(before.clone(), |booking, step| {
        let taken = match *step {
            Step::Joined { seat } => booking.clone().join(seat),
            Step::SlotEnded => booking.clone().slot_ended(),
            Step::Redeemed { .. } | Step::Heard { .. } | Step::Left { .. } => return booking,
        };
        taken.unwrap_or(booking)
    });
    let (before, after) = (before.state(), after.state());
    if after == before {
        return Ok(());
    }
    sqlx::query("UPDATE visit SET state = $3 WHERE id = $1 AND state = $2")
        .bind(visit.to_string())
        .bind(before.as_str())
        .bind(after.as_str())
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(failed)
}

async fn find(connection: &mut AnyConnection, visit: VisitId) -> Result<(), StoreError> {
    let found = sqlx::query("SELECT 1 FROM visit WHERE id = $1")
        .bind(visit.to_string())
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    found.map(|_| ()).ok_or_else(no_such_visit)
}

fn no_such_visit() -> StoreError {
    wrong("visit_id", "no such visit")
}

/// When a terminal was last seen.
async fn write_of_terminal(
    connection: &mut AnyConnection,
    terminal: TerminalId,
    notes: &[CallNote],
) -> Result<(), StoreError> {
    let seen = notes.iter().filter_map(|note| match note {
        CallNote::Seen { at_ms, .. } => Some(*at_ms),
        CallNote::Step(_) | CallNote::Time { .. } => None,
    });
    sqlx::query(
        "UPDATE terminal SET last_seen_at_ms = $2
         WHERE id = $1 AND COALESCE(last_seen_at_ms, 0) < $2",
    )
    .bind(terminal.to_string())
    .bind(from_ms(seen.max().unwrap_or(0)))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

fn in_trail(event: &VisitEvent) -> Note {
    let (actor, step, detail) = match event.step {
        Step::Redeemed { seat, generation } => {
            let detail = detail! { Seat: seat, Generation: generation };
            (Actor::Visitor, AuditStep::LinkRedeemed, detail)
        }
        Step::Joined { seat } => (Actor::System, AuditStep::Joined, detail! { Seat: seat }),
        Step::Heard { seat } => (Actor::System, AuditStep::Heard, detail! { Seat: seat }),
        Step::Left { seat } => (Actor::System, AuditStep::Left, detail! { Seat: seat }),
        Step::SlotEnded => (Actor::System, AuditStep::SlotEnded, detail! {}),
    };
    Note {
        at_ms: event.at_ms,
        actor,
        step,
        subject: Subject::visit(event.visit),
        detail,
    }
}
