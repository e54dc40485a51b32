//! What time itself ends: holds that nobody confirmed, and flagged visits that nobody cleared.

use booking_domain::{Actor, Booking, EndedBy, NotPossible, StoreError};
use sqlx::AnyConnection;

use crate::{
    bookings::{change, plain::read_plain},
    error::failed,
    rows::{from_ms, id},
};

/// The most visits of one go.
const AT_ONCE: i64 = 200;

/// Frees the slots of holds that have run out. How many.
pub(super) async fn release_holds(
    connection: &mut AnyConnection,
    now_ms: u64,
) -> Result<usize, StoreError> {
    end(
        connection,
        "SELECT id FROM visit WHERE state = 'held' AND held_until_ms <= $1
         ORDER BY held_until_ms, id LIMIT $2",
        Booking::run_out,
        now_ms,
    )
    .await
}

/// Calls off flagged visits whose time has passed. How many.
pub(super) async fn end_flagged(
    connection: &mut AnyConnection,
    now_ms: u64,
) -> Result<usize, StoreError> {
    end(
        connection,
        "SELECT id FROM visit WHERE state = 'flagged' AND ends_at_ms <= $1
         ORDER BY ends_at_ms, id LIMIT $2",
        |flagged, _| flagged.cancel(EndedBy::System, None),
        now_ms,
    )
    .await
}

async fn end(
    connection: &mut AnyConnection,
    overdue: &'static str,
    after: impl Fn(Booking, u64) -> Result<Booking, NotPossible>,
    now_ms: u64,
) -> Result<usize, StoreError> {
    let rows = sqlx::query(overdue)
        .bind(from_ms(now_ms))
        .bind(AT_ONCE)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    let mut ended = 0;
    for row in &rows {
        let Some(visit) = read_plain(&mut *connection, id(row, "id")?).await? else {
            continue;
        };
        let (after, actor) = (after(visit.booking.clone(), now_ms), Actor::System);
        let called_off = change::call_off(&mut *connection, &visit, after, actor, now_ms).await?;
        ended += usize::from(called_off);
    }
    Ok(ended)
}
