//! What a visit's time was spent on, and an end that is moved for what was lost.

use booking_domain::{Actor, AuditStep, StoreError, VisitTime, end_with_lost_time};
use ids::VisitId;
use sqlx::AnyConnection;

use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    rows::{from_ms, number, optional_ms, promised_slot, wrong},
};

const MINUTE_MS: u64 = 60_000;

/// Adds to what a visit's time was spent on.
pub(crate) async fn add(
    connection: &mut AnyConnection,
    visit: VisitId,
    time: VisitTime,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE visit SET together_ms = together_ms + $2,
                without_inmate_ms = without_inmate_ms + $3,
                without_visitors_ms = without_visitors_ms + $4
         WHERE id = $1",
    )
    .bind(visit.to_string())
    .bind(from_ms(time.together_ms))
    .bind(from_ms(time.without_inmate_ms))
    .bind(from_ms(time.without_visitors_ms))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

impl Store {
    pub(crate) async fn move_end_for(
        &self,
        visit: VisitId,
        lost_ms: u64,
        now_ms: u64,
    ) -> Result<u64, StoreError> {
        let moved = again(|| async {
            let mut transaction = self.begin().await?;
            let end = move_end(&mut transaction, visit, lost_ms, now_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(end)
        })
        .await;
        match moved {
            // Somebody else was given the time in the same moment.
            Err(StoreError::Overlap) => self.end_of(visit).await,
            moved => moved,
        }
    }

    async fn end_of(&self, visit: VisitId) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT ends_at_ms FROM visit WHERE id = $1")
            .bind(visit.to_string())
            .fetch_one(&self.readers)
            .await
            .map_err(failed)?;
        number(&row, "ends_at_ms")
    }
}

async fn move_end(
    connection: &mut AnyConnection,
    visit: VisitId,
    lost_ms: u64,
    now_ms: u64,
) -> Result<u64, StoreError> {
    // Nobody else changes the visit from here on.
    sqlx::query("UPDATE visit SET given_back_ms = given_back_ms WHERE id = $1")
        .bind(visit.to_string())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    let row = sqlx::query(
        "SELECT visit.starts_at_ms, visit.ends_at_ms, visit.given_back_ms, facility.give_back_minutes,
                (SELECT MIN(other.starts_at_ms)
                 FROM engagement AS own JOIN engagement AS other ON other.subject = own.subject
                 WHERE own.visit_id = visit.id AND other.visit_id <> visit.id
                   AND other.starts_at_ms >= visit.ends_at_ms) AS next_starts_at_ms
         FROM visit JOIN facility ON facility.id = visit.facility_id
         WHERE visit.id = $1",
    )
    .bind(visit.to_string())
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?
    .ok_or_else(|| wrong("visit_id", "no such visit"))?;
    let ends_at_ms: u64 = number(&row, "ends_at_ms")?;
    let slot = promised_slot(&row)?;
    let at_most_ms = number::<u64>(&row, "give_back_minutes")? * MINUTE_MS;
    let next = optional_ms(&row, "next_starts_at_ms")?;
    let end = end_with_lost_time(slot, lost_ms, at_most_ms, next);
    if end <= ends_at_ms || ends_at_ms <= now_ms {
        return Ok(ends_at_ms);
    }
    let moved = sqlx::query(
        "UPDATE visit SET ends_at_ms = $2, given_back_ms = $3
         WHERE id = $1 AND state IN ('confirmed', 'in_session')",
    )
    .bind(visit.to_string())
    .bind(from_ms(end))
    .bind(from_ms(end - slot.ends_at_ms))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if moved.rows_affected() == 0 {
        return Ok(ends_at_ms);
    }
    let minutes = (end - ends_at_ms).div_ceil(MINUTE_MS);
    audit::note(
        connection,
        now_ms,
        Actor::System,
        AuditStep::TimeGivenBack,
        Subject::visit(visit),
        detail! { MinutesGivenBack: minutes },
    )
    .await?;
    Ok(end)
}
