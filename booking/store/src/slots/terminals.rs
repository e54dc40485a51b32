//! A facility's terminals.

use booking_domain::{
    Actor, AuditStep, AuditSubject, NewPairedTerminal, StoreError, TerminalChange, TerminalChanged,
    TerminalListing,
};
use ids::{FacilityId, StaffId, TerminalId};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    audit::{self, Subject, detail},
    error::failed,
    rows::{from_ms, id, integer, new_id, number, optional_ms, text},
    self_tests::self_test,
};

pub(super) async fn list(
    connection: &mut AnyConnection,
    facility: FacilityId,
) -> Result<Vec<TerminalListing>, StoreError> {
    let rows = sqlx::query(
        "SELECT terminal.id, terminal.name, terminal.in_service, terminal.last_seen_at_ms,
                terminal.self_tested_at_ms, terminal.findings,
                (SELECT COUNT(*) FROM visit WHERE visit.terminal_id = terminal.id
                    AND visit.state IN ('held', 'confirmed', 'flagged', 'in_session')) AS visits_ahead
         FROM terminal WHERE terminal.facility_id = $1
         ORDER BY terminal.name, terminal.id LIMIT 500",
    )
    .bind(facility.to_string())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    let listing = |row: &AnyRow| {
        Ok(TerminalListing {
            id: id(row, "id")?,
            name: text(row, "name")?,
            in_service: integer(row, "in_service")? == 1,
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
    let (update, step, detail) = match change {
        TerminalChange::Name(name) => (
            sqlx::query("UPDATE terminal SET name = $3 WHERE id = $1 AND facility_id = $2")
                .bind(terminal.to_string())
                .bind(facility.to_string())
                .bind(name.as_str()),
            AuditStep::TerminalRenamed,
            detail! { Name: name },
        ),
        TerminalChange::InService(true) => (
            sqlx::query("UPDATE terminal SET in_service = 1 WHERE id = $1 AND facility_id = $2")
                .bind(terminal.to_string())
                .bind(facility.to_string()),
            AuditStep::TerminalInService,
            detail! {},
        ),
        TerminalChange::InService(false) => (
            sqlx::query(
                "UPDATE terminal SET in_service = 0 WHERE id = $1 AND facility_id = $2
                   AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.terminal_id = terminal.id
                        AND visit.state IN ('held', 'confirmed', 'flagged', 'in_session')
                        AND visit.ends_at_ms > $3)",
            )
            .bind(terminal.to_string())
            .bind(facility.to_string())
            .bind(from_ms(now_ms)),
            AuditStep::TerminalOutOfService,
            detail! {},
        ),
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
        let known = sqlx::query("SELECT 1 FROM terminal WHERE id = $1 AND facility_id = $2")
            .bind(terminal.to_string())
            .bind(facility.to_string())
            .fetch_optional(connection)
            .await
            .map_err(failed)?;
        return Ok(match known {
            Some(_) => TerminalChanged::InUse,
            None => TerminalChanged::NotFound,
        });
    }
    let subject = Subject::new(AuditSubject::Terminal, terminal, Some(facility));
    audit::note(connection, now_ms, Actor::Staff(by), step, subject, detail).await?;
    Ok(TerminalChanged::Done)
}
