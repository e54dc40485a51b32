//! The ground of a visit follows its party: a lawyers' visit counts in no month, one with anybody else does.

use std::collections::BTreeMap;

use booking_domain::{
    BookRefusal, ChangeError, FacilityRules, Ground, Month, StoreError, local_date,
};
use jiff::tz::TimeZone;
use sqlx::AnyConnection;

use crate::{
    bookings::{month, plain::PlainVisit},
    error::failed,
    rows::text,
};

/// Gives a visit of the grid the ground of its new party. Where it counts from now on, the month must have a visit
/// left; where it does so no more, the month gets it back.
pub(super) async fn set(
    connection: &mut AnyConnection,
    visit: &PlainVisit,
    ground: Ground,
    rules: &FacilityRules,
    zone: &TimeZone,
) -> Result<(), ChangeError> {
    if !ground.counts() || visit.ground == ground {
        return Ok(uncounted(connection, visit, ground).await?);
    }
    let month = Month::of(local_date(visit.slot.starts_at_ms, zone));
    let more = BTreeMap::from([((visit.inmate, month), 1)]);
    if !month::count(&mut *connection, &more, rules.visits_a_month).await? {
        return Err(BookRefusal::QuotaUsed.into());
    }
    write(connection, visit, ground, Some(month.to_string())).await?;
    Ok(())
}

/// Gives a visit of the grid the ground of those who are left when somebody has gone.
pub(super) async fn without(
    connection: &mut AnyConnection,
    visit: &PlainVisit,
) -> Result<(), StoreError> {
    if !visit.in_grid {
        return Ok(());
    }
    let rows = sqlx::query(
        "SELECT COALESCE(application.relationship, '') AS relationship
         FROM visit_member AS member
         LEFT JOIN application ON application.person_id = member.person_id
                              AND application.inmate_id = $2
                              AND application.state = 'approved'
         WHERE member.visit_id = $1",
    )
    .bind(visit.id.to_string())
    .bind(visit.inmate.to_string())
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    for row in &rows {
        if Ground::of_relationship(&text(row, "relationship")?).counts() {
            return Ok(());
        }
    }
    uncounted(connection, visit, Ground::Lawyer).await
}

/// Gives a visit a ground that does not count, if it has another.
async fn uncounted(
    connection: &mut AnyConnection,
    visit: &PlainVisit,
    ground: Ground,
) -> Result<(), StoreError> {
    if visit.ground == ground {
        return Ok(());
    }
    write(&mut *connection, visit, ground, None).await?;
    month::give_back(connection, visit).await
}

async fn write(
    connection: &mut AnyConnection,
    visit: &PlainVisit,
    ground: Ground,
    counted: Option<String>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE visit SET ground = $2, counted_month = $3 WHERE id = $1")
        .bind(visit.id.to_string())
        .bind(ground.as_str())
        .bind(counted)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(failed)
}
