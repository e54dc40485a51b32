//! The inmate's month: counted up under its condition, and given back.

use std::collections::BTreeMap;

use booking_domain::{Month, StoreError, local_date};
use ids::{InmateId, VisitId};
use sqlx::AnyConnection;

use crate::{
    bookings::plain::PlainVisit,
    error::failed,
    many::{all_of_pairs, rows_of, statement, stretches},
    rows::{from_ms, id, number, text},
    slots,
};

/// How many visits of inmates count in their months, where any does.
pub(super) async fn counted(
    connection: &mut AnyConnection,
    asked: &[(InmateId, Month)],
) -> Result<BTreeMap<(InmateId, Month), u32>, StoreError> {
    let month_of: BTreeMap<String, Month> = asked
        .iter()
        .map(|(_, month)| (month.to_string(), *month))
        .collect();
    let sql = "SELECT inmate_id, month, visits
         FROM asked JOIN visit_month ON visit_month.inmate_id = asked.one
                                    AND visit_month.month = asked.other";
    let mut counted = BTreeMap::new();
    for row in &all_of_pairs(connection, asked, sql).await? {
        if let Some(month) = month_of.get(&text(row, "month")?) {
            counted.insert((id(row, "inmate_id")?, *month), number(row, "visits")?);
        }
    }
    Ok(counted)
}

/// Counts more visits in months that have so many left. Whether all of them had.
pub(super) async fn count(
    connection: &mut AnyConnection,
    more: &BTreeMap<(InmateId, Month), u32>,
    limit: u32,
) -> Result<bool, StoreError> {
    // The statement's condition is on months that are there already.
    if more.values().any(|visits| *visits > limit) {
        return Ok(false);
    }
    let more: Vec<_> = more.iter().collect();
    for stretch in stretches(&more) {
        let places = rows_of(3, stretch.len());
        let sql = format!(
            "INSERT INTO visit_month (inmate_id, month, visits) VALUES {places}
             ON CONFLICT (inmate_id, month)
             DO UPDATE SET visits = visit_month.visits + excluded.visits
             WHERE visit_month.visits + excluded.visits <= ${}",
            3 * stretch.len() + 1
        );
        let mut counting = statement(sql);
        for ((inmate, month), visits) in stretch {
            counting = counting
                .bind(inmate.to_string())
                .bind(month.to_string())
                .bind(i64::from(**visits));
        }
        let counted = counting
            .bind(i64::from(limit))
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
        if counted.rows_affected() < stretch.len() as u64 {
            return Ok(false);
        }
    }
    Ok(true)
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

/// Counts a visit in its month once more, whatever is left there: it had its time.
pub(super) async fn count_again(
    connection: &mut AnyConnection,
    visit: &PlainVisit,
    month: Month,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE visit SET counted_month = $2 WHERE id = $1")
        .bind(visit.id.to_string())
        .bind(month.to_string())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    sqlx::query(
        "INSERT INTO visit_month (inmate_id, month, visits) VALUES ($1, $2, 1)
         ON CONFLICT (inmate_id, month) DO UPDATE SET visits = visit_month.visits + 1",
    )
    .bind(visit.inmate.to_string())
    .bind(month.to_string())
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

/// Makes what an inmate has used of the month and of later ones count at the facility that the inmate goes to. What is
/// booked ahead will not take place, and does not count there.
pub(crate) async fn carry_months(
    connection: &mut AnyConnection,
    inmate: InmateId,
    there: InmateId,
    at_ms: u64,
) -> Result<(), StoreError> {
    let zone = sqlx::query(
        "SELECT facility.time_zone FROM inmate JOIN facility ON facility.id = inmate.facility_id
         WHERE inmate.id = $1",
    )
    .bind(inmate.to_string())
    .fetch_one(&mut *connection)
    .await
    .map_err(failed)?;
    let zone = slots::time_zone(&text(&zone, "time_zone")?)?;
    let month = Month::of(local_date(at_ms, &zone));
    sqlx::query(
        "INSERT INTO visit_month (inmate_id, month, visits)
         SELECT $2, used.month, used.visits
         FROM (SELECT month, visits - (
                   SELECT COUNT(*) FROM visit
                   WHERE visit.inmate_id = $1 AND visit.counted_month = visit_month.month
                     AND visit.state IN ('held', 'confirmed', 'flagged', 'in_session')
                     AND visit.starts_at_ms >= $4) AS visits
               FROM visit_month WHERE inmate_id = $1 AND month >= $3) AS used
         WHERE used.visits > 0",
    )
    .bind(inmate.to_string())
    .bind(there.to_string())
    .bind(month.to_string())
    .bind(from_ms(at_ms))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
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
