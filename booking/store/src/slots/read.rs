//! Reading a schedule.

use std::collections::BTreeMap;

use booking_domain::{Closure, ClosurePlan, GridPlan, Schedule, SlotGrid, StoreError, Weekdays};
use ids::{FacilityId, SlotGridId, TerminalId};
use jiff::tz::TimeZone;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    error::failed,
    rows::{date, id, number, optional_date, optional_integer, optional_text, text, wrong},
};

/// What a facility offers: its grids with the terminals in service, and its newest 1,000 closures.
pub(crate) async fn schedule(
    connection: &mut AnyConnection,
    facility: FacilityId,
    time_zone: TimeZone,
) -> Result<Schedule, StoreError> {
    let mut batches = batches(&mut *connection, facility).await?;
    let mut terminals = terminals(&mut *connection, facility).await?;
    let rows = sqlx::query(
        "SELECT id, from_date, to_date, weekdays, visit_minutes, turnaround_minutes
         FROM slot_grid WHERE facility_id = $1 AND retired_at_ms IS NULL ORDER BY id",
    )
    .bind(facility.to_string())
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let grid = |row: &AnyRow| -> Result<SlotGrid, StoreError> {
        let id: SlotGridId = id(row, "id")?;
        let weekdays = Weekdays::from_bits(number(row, "weekdays")?)
            .ok_or_else(|| wrong("weekdays", "not days of the week"))?;
        let plan = GridPlan {
            from: date(row, "from_date")?,
            to: optional_date(row, "to_date")?,
            weekdays,
            visit_minutes: number(row, "visit_minutes")?,
            turnaround_minutes: number(row, "turnaround_minutes")?,
            batches: batches.remove(&id).unwrap_or_default(),
            terminals: terminals.remove(&id).unwrap_or_default(),
        };
        Ok(SlotGrid { id, plan })
    };
    let grids = rows.iter().map(grid).collect::<Result<_, _>>()?;
    Ok(Schedule {
        time_zone,
        grids,
        closures: closures(connection, facility).await?,
    })
}

async fn batches(
    connection: &mut AnyConnection,
    facility: FacilityId,
) -> Result<BTreeMap<SlotGridId, Vec<u16>>, StoreError> {
    let rows = sqlx::query(
        "SELECT batch.grid_id, batch.starts_minute
         FROM slot_grid_batch AS batch JOIN slot_grid AS grid ON grid.id = batch.grid_id
         WHERE grid.facility_id = $1 AND grid.retired_at_ms IS NULL
         ORDER BY batch.grid_id, batch.batch",
    )
    .bind(facility.to_string())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    let mut batches: BTreeMap<_, Vec<u16>> = BTreeMap::new();
    for row in &rows {
        let starts = number(row, "starts_minute")?;
        batches.entry(id(row, "grid_id")?).or_default().push(starts);
    }
    Ok(batches)
}

async fn terminals(
    connection: &mut AnyConnection,
    facility: FacilityId,
) -> Result<BTreeMap<SlotGridId, Vec<TerminalId>>, StoreError> {
    let rows = sqlx::query(
        "SELECT serving.grid_id, serving.terminal_id
         FROM slot_grid_terminal AS serving
         JOIN slot_grid AS grid ON grid.id = serving.grid_id
         JOIN terminal ON terminal.id = serving.terminal_id
         WHERE grid.facility_id = $1 AND grid.retired_at_ms IS NULL AND terminal.in_service = 1
         ORDER BY serving.grid_id, terminal.name, terminal.id",
    )
    .bind(facility.to_string())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    let mut terminals: BTreeMap<_, Vec<TerminalId>> = BTreeMap::new();
    for row in &rows {
        let terminal = id(row, "terminal_id")?;
        terminals
            .entry(id(row, "grid_id")?)
            .or_default()
            .push(terminal);
    }
    Ok(terminals)
}

async fn closures(
    connection: &mut AnyConnection,
    facility: FacilityId,
) -> Result<Vec<Closure>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, facility_id, from_date, to_date, from_minute, to_minute, reason FROM closure
         WHERE (facility_id = $1 OR facility_id IS NULL) AND lifted_at_ms IS NULL
         ORDER BY from_date DESC, id LIMIT 1000",
    )
    .bind(facility.to_string())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.iter().map(closure).collect()
}

/// A closure of a row of its table.
pub(super) fn closure(row: &AnyRow) -> Result<Closure, StoreError> {
    let minutes = match optional_integer(row, "from_minute")? {
        None => None,
        Some(_) => Some((number(row, "from_minute")?, number(row, "to_minute")?)),
    };
    Ok(Closure {
        id: id(row, "id")?,
        everywhere: optional_text(row, "facility_id")?.is_none(),
        plan: ClosurePlan {
            from: date(row, "from_date")?,
            to: date(row, "to_date")?,
            minutes,
            reason: text(row, "reason")?,
        },
    })
}
