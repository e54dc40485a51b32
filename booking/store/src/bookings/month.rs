//! The inmate's month: counted up under its condition, and given back.

use booking_domain::{Month, StoreError};
use ids::InmateId;
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
    let Some(month) = &visit.counted_month else {
        return Ok(());
    };
    sqlx::query(
        "UPDATE visit_month SET visits = visits - 1
         WHERE inmate_id = $1 AND month = $2 AND visits > 0",
    )
    .bind(visit.inmate.to_string())
    .bind(month.as_str())
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}
