//! Visits that come up and whose visitors are not approved any more.
//!
//! What takes an approval away flags the visits that rest on it. This finds those that nothing flagged, before anybody
//! stands at a closed door.

use booking_domain::{Actor, Cause, StoreError};
use sqlx::AnyConnection;

use super::{AT_ONCE, DAY_MS};
use crate::{
    applications::is_approved,
    bookings::{Flagging, flag_or_release},
    error::failed,
    rows::{from_ms, id},
};

/// Flags them and tells everybody concerned. How many.
pub(super) async fn flag(connection: &mut AnyConnection, now_ms: u64) -> Result<usize, StoreError> {
    let rows = sqlx::query(concat!(
        "SELECT visit.id FROM visit
         WHERE visit.ends_at_ms > $1 AND visit.starts_at_ms <= $2
           AND visit.state IN ('confirmed', 'in_session')
           AND EXISTS (SELECT 1 FROM visit_member AS member
                       WHERE member.visit_id = visit.id AND NOT ",
        is_approved!("member.person_id", "visit.inmate_id"),
        ") ORDER BY visit.starts_at_ms, visit.id LIMIT $3",
    ))
    .bind(from_ms(now_ms))
    .bind(from_ms(now_ms.saturating_add(DAY_MS)))
    .bind(AT_ONCE)
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let flagging = Flagging {
        reason: Cause::ApprovalEnded.as_str(),
        source: None,
        actor: Actor::System,
        at_ms: now_ms,
    };
    let mut flagged = 0;
    for row in &rows {
        let visit = id(row, "id")?;
        flagged += usize::from(flag_or_release(&mut *connection, visit, &flagging).await?);
    }
    Ok(flagged)
}
