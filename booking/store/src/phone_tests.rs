//! What came of tests of phones, kept with the seats of visits.

use async_trait::async_trait;
use booking_domain::{PhoneTest, PhoneTests, StoreError};
use ids::PersonId;

use crate::{Store, error::failed, rows::from_ms};

#[async_trait]
impl PhoneTests for Store {
    async fn note_phone_test(&self, person: PersonId, test: PhoneTest) -> Result<u64, StoreError> {
        let noted = sqlx::query(
            "UPDATE visit_member SET tested_at_ms = $2, tested = $3
             WHERE person_id = $1 AND COALESCE(tested_at_ms, 0) <= $2
               AND visit_id IN (
                   SELECT visit.id FROM visit
                   JOIN visit_member AS member ON member.visit_id = visit.id
                   WHERE member.person_id = $1 AND visit.ends_at_ms > $2
                     AND visit.state IN ('confirmed', 'flagged', 'in_session'))",
        )
        .bind(person.to_string())
        .bind(from_ms(test.at_ms))
        .bind(test.verdict.as_str())
        .execute(&self.writers)
        .await
        .map_err(failed)?;
        Ok(noted.rows_affected())
    }
}
