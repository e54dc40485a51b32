//! Adding and retiring grids.

use booking_domain::{Actor, AuditStep, AuditSubject, GridPlan, StoreError};
use ids::{FacilityId, SlotGridId, StaffId};
use sqlx::AnyConnection;

use crate::{
    audit::{self, Subject, detail},
    error::failed,
    rows::{from_ms, new_id, wrong},
};

pub(super) async fn add(
    connection: &mut AnyConnection,
    facility: FacilityId,
    plan: &GridPlan,
    by: StaffId,
    now_ms: u64,
) -> Result<SlotGridId, StoreError> {
    plan.check().map_err(|fault| wrong("grid", fault))?;
    let id = SlotGridId::from_uuid(new_id());
    sqlx::query(
        "INSERT INTO slot_grid (id, facility_id, from_date, to_date, weekdays, visit_minutes,
                                turnaround_minutes, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id.to_string())
    .bind(facility.to_string())
    .bind(plan.from.to_string())
    .bind(plan.to.map(|to| to.to_string()))
    .bind(i64::from(plan.weekdays.bits()))
    .bind(i64::from(plan.visit_minutes))
    .bind(i64::from(plan.turnaround_minutes))
    .bind(from_ms(now_ms))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    for (batch, starts) in (1_i64..).zip(&plan.batches) {
        sqlx::query(
            "INSERT INTO slot_grid_batch (grid_id, batch, starts_minute) VALUES ($1, $2, $3)",
        )
        .bind(id.to_string())
        .bind(batch)
        .bind(i64::from(*starts))
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    }
    for terminal in &plan.terminals {
        let added = sqlx::query(
            "INSERT INTO slot_grid_terminal (grid_id, terminal_id)
             SELECT $1, id FROM terminal WHERE id = $2 AND facility_id = $3",
        )
        .bind(id.to_string())
        .bind(terminal.to_string())
        .bind(facility.to_string())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
        if added.rows_affected() == 0 {
            return Err(wrong("terminal_id", "not one of the facility's"));
        }
    }
    let detail = detail! {
        From: plan.from.to_string(),
        To: plan.to.map(|to| to.to_string()),
        Weekdays: plan.weekdays.bits(),
        Batches: plan.batches,
        VisitMinutes: plan.visit_minutes,
        TurnaroundMinutes: plan.turnaround_minutes,
        Terminals: plan.terminals,
    };
    let subject = Subject::new(AuditSubject::SlotGrid, id, Some(facility));
    audit::note(
        connection,
        now_ms,
        Actor::Staff(by),
        AuditStep::GridAdded,
        subject,
        detail,
    )
    .await?;
    Ok(id)
}

pub(super) async fn retire(
    connection: &mut AnyConnection,
    facility: FacilityId,
    grid: SlotGridId,
    by: StaffId,
    now_ms: u64,
) -> Result<bool, StoreError> {
    let retired = sqlx::query(
        "UPDATE slot_grid SET retired_at_ms = $3
         WHERE id = $1 AND facility_id = $2 AND retired_at_ms IS NULL",
    )
    .bind(grid.to_string())
    .bind(facility.to_string())
    .bind(from_ms(now_ms))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if retired.rows_affected() == 0 {
        let known = sqlx::query("SELECT 1 FROM slot_grid WHERE id = $1 AND facility_id = $2")
            .bind(grid.to_string())
            .bind(facility.to_string())
            .fetch_optional(connection)
            .await
            .map_err(failed)?;
        return Ok(known.is_some());
    }
    let subject = Subject::new(AuditSubject::SlotGrid, grid, Some(facility));
    audit::note(
        connection,
        now_ms,
        Actor::Staff(by),
        AuditStep::GridRetired,
        subject,
        detail! {},
    )
    .await?;
    Ok(true)
}
