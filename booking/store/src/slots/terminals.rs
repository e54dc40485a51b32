//! A facility's terminals.

use booking_domain::{
    Actor, AuditStep, AuditSubject, NewPairedTerminal, StoreError, TerminalChange, TerminalChanged,
    TerminalListing, TerminalState, TerminalStep,
};
use ids::{FacilityId, StaffId, TerminalId};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    audit::{self, Subject, detail},
    error::failed,
    many::statement,
    rows::{from_ms, id, integer, new_id, number, optional_ms, text},
    self_tests::self_test,
};

/// The most terminals of a list.
const LISTED: i64 = 500;
/// Whether a visit of the terminal's has yet to end, at $3: lost time that is given back has moved its end.
const AHEAD: &str = "visit.terminal_id = terminal.id AND visit.ends_at_ms > $3
    AND (visit.state IN ('confirmed', 'flagged', 'in_session')
         OR (visit.state = 'held' AND visit.held_until_ms > $3))";

pub(super) async fn list(
    connection: &mut AnyConnection,
    facility: FacilityId,
    now_ms: u64,
) -> Result<Vec<TerminalListing>, StoreError> {
    let sql = format!(
        "SELECT terminal.id, terminal.name, terminal.in_service, terminal.last_seen_at_ms,
                terminal.self_tested_at_ms, terminal.findings,
                (SELECT COUNT(*) FROM visit WHERE {AHEAD}) AS visits_ahead
         FROM terminal WHERE terminal.facility_id = $1
         ORDER BY terminal.name, terminal.id LIMIT $2"
    );
    let rows = statement(sql)
        .bind(facility.to_string())
        .bind(LISTED)
        .bind(from_ms(now_ms))
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let listing = |row: &AnyRow| {
        Ok(TerminalListing {
            id: id(row, "id")?,
            name: text(row, "name")?,
            state: TerminalState::of(integer(row, "in_service")? == 1),
            visits_ahead: number(row, "visits_ahead")?,
            last_seen_at_ms: optional_ms(row, "last_seen_at_ms")?,
            self_test: self_test(row)?,
        })
    };
    rows.iter().map(listing).collect()
}

pub(super) async fn add(
    connection: &mut AnyConnection,
    terminal: &NewPairedTerminal,
    by: StaffId,
    now_ms: u64,
) -> Result<TerminalId, StoreError> {
    let id = TerminalId::from_uuid(new_id());
    sqlx::query(
        "INSERT INTO terminal (id, facility_id, name, secret_hash) VALUES ($1, $2, $3, $4)",
    )
    .bind(id.to_string())
    .bind(terminal.facility.to_string())
    .bind(terminal.name.as_str())
    .bind(terminal.secret.as_bytes().as_slice())
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    let subject = Subject::new(AuditSubject::Terminal, id, Some(terminal.facility));
    let detail = detail! { Name: terminal.name };
    audit::note(
        connection,
        now_ms,
        Actor::Staff(by),
        AuditStep::TerminalAdded,
        subject,
        detail,
    )
    .await?;
    Ok(id)
}

pub(super) async fn change(
    connection: &mut AnyConnection,
    facility: FacilityId,
    terminal: TerminalId,
    change: &TerminalChange,
    by: StaffId,
    now_ms: u64,
) -> Result<TerminalChanged, StoreError> {
    let place = (facility, terminal);
    let (update, step, detail) = match change {
        TerminalChange::Name(name) => (
            sqlx::query("UPDATE terminal SET name = $3 WHERE id = $1 AND facility_id = $2")
                .bind(terminal.to_string())
                .bind(facility.to_string())
                .bind(name.as_str()),
            AuditStep::TerminalRenamed,
            detail! { Name: name },
        ),
        TerminalChange::Service(step) => {
            return serve(connection, place, *step, by, now_ms).await;
        }
        TerminalChange::Secret(secret) => (
            // What the former device found is not true of the next one.
            sqlx::query(
                "UPDATE terminal SET secret_hash = $3, self_tested_at_ms = NULL, findings = NULL
                 WHERE id = $1 AND facility_id = $2",
            )
            .bind(terminal.to_string())
            .bind(facility.to_string())
            .bind(secret.as_bytes().as_slice()),
            AuditStep::TerminalPaired,
            detail! {},
        ),
    };
    let changed = update.execute(&mut *connection).await.map_err(failed)?;
    if changed.rows_affected() == 0 {
        return Ok(TerminalChanged::NotFound);
    }
    let subject = Subject::new(AuditSubject::Terminal, terminal, Some(facility));
    audit::note(connection, now_ms, Actor::Staff(by), step, subject, detail).await?;
    Ok(TerminalChanged::Done)
}

/// Puts a facility's terminal in service, or takes it out, unless it is so already.
async fn serve(
    connection: &mut AnyConnection,
    (facility, terminal): (FacilityId, TerminalId),
    step: TerminalStep,
    by: StaffId,
    now_ms: u64,
) -> Result<TerminalChanged, StoreError> {
    let sql = format!(
        "SELECT in_service, (SELECT COUNT(*) FROM visit WHERE {AHEAD}) AS visits_ahead
         FROM terminal WHERE id = $1 AND facility_id = $2"
    );
    let row = statement(sql)
        .bind(terminal.to_string())
        .bind(facility.to_string())
        .bind(from_ms(now_ms))
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?;
    let Some(row) = row else {
        return Ok(TerminalChanged::NotFound);
    };
    let before = TerminalState::of(integer(&row, "in_service")? == 1);
    let Ok(next) = before.after(step, number(&row, "visits_ahead")?) else {
        return Ok(TerminalChanged::InUse);
    };
    if next == before {
        return Ok(TerminalChanged::Done);
    }
    let sql = format!(
        "UPDATE terminal SET in_service = $4 WHERE id = $1 AND facility_id = $2
           AND ($4 = 1 OR NOT EXISTS (SELECT 1 FROM visit WHERE {AHEAD}))"
    );
    let changed = statement(sql)
        .bind(terminal.to_string())
        .bind(facility.to_string())
        .bind(from_ms(now_ms))
        .bind(i64::from(next.is_in_service()))
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    if changed.rows_affected() == 0 {
        return Ok(TerminalChanged::InUse);
    }
    let subject = Subject::new(AuditSubject::Terminal, terminal, Some(facility));
    let (actor, detail) = (Actor::Staff(by), detail! {});
    audit::note(connection, now_ms, actor, step.audited(), subject, detail).await?;
    Ok(TerminalChanged::Done)
}
