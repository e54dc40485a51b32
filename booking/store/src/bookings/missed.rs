//! Who has missed a visit to which nobody came.

use booking_domain::{Outcome, StoreError};
use ids::VisitId;
use sqlx::AnyConnection;

use crate::error::failed;

/// Notes of each of a party whether the visit with this outcome was theirs to miss: a text message with the own
/// link went out. Who got none has missed nothing.
pub(crate) async fn note_missed(
    connection: &mut AnyConnection,
    visit: VisitId,
    outcome: Outcome,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE visit_member SET missed = CASE WHEN $2 = 1 AND EXISTS (
             SELECT 1 FROM outbox
             WHERE outbox.visit_id = visit_member.visit_id
               AND outbox.person_id = visit_member.person_id
               AND outbox.kind IN ('join_link', 'new_join_link')
               AND outbox.state IN ('sent', 'delivered')) THEN 1 ELSE 0 END
         WHERE visit_id = $1",
    )
    .bind(visit.to_string())
    .bind(i64::from(outcome == Outcome::Missed))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}
