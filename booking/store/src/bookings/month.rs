//! The inmate's month: counted up under its condition, and given back.

use booking_domain::{Month, StoreError};
use ids::{InmateId, VisitId};
use sqlx::AnyConnection;

use crate::{bookings::plain::PlainVisit, error::failed};

/// Counts a visit in a month that has one left. Whether it had.
pub(super) async fn count(
    connection: &mut AnyConnection,
    inmate: InmateId,
    month: Month,
    limit: u32,
) -> Result<bool, StoreError> {
    if limit == 0 {
        return Ok(false);
    }
    let counted = sqlx::query(
        "INSERT INTO visit_month (inmate_id, month, visits) VALUES ($1, $2, 1)
         ON CONFLICT (inmate_id, month) DO UPDATE SET visits = visit_month.visits + 1
         WHERE visit_month.visits < $3",
    )
    .bind(inmate.to_string())
    .bind(month.to_string())
    .bind(i64::from(limit))
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(counted.rows_affected() > 0)
}

/// Gives a visit back to the month that it counted in. Its own row has just ceased to count.
pub(super) async fn give_back(
    connection: &mut AnyConnection,
    visit: &PlainVisit,
) -> Result<(), StoreError> {
    match &visit.counted_month {
        Some(month) => count_down(connection, visit.inmate, month).await,
        None => Ok(()),
    }
}

/// Gives a visit back to the month that its row still says it counts in; the row says so no more.
pub(crate) async fn uncount(
    connection: &mut AnyConnection,
    visit: VisitId,
    inmate: InmateId,
    month: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE visit SET counted_month = NULL WHERE id = $1")
        .bind(visit.to_string())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    count_down(connection, inmate, month).await
}

async fn count_down(
    connection: &mut AnyConnection,
    inmate: InmateId,
    month: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE visit_month SET visits = visits - 1
         WHERE inmate_id = $1 AND month = $2 AND visits > 0",
    )
    .bind(inmate.to_string())
    .bind(month)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}
