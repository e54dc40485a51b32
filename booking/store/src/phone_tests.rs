//! What came of tests of phones, kept with the seats of visits.

use async_trait::async_trait;
use booking_domain::{PhoneTest, PhoneTests, StoreError};
use grant::TestKeyHash;
use ids::PersonId;

use crate::{
    Store,
    error::failed,
    rows::{from_ms, id},
};

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

    async fn whose_test_key(
        &self,
        key: TestKeyHash,
        now_ms: u64,
    ) -> Result<Option<PersonId>, StoreError> {
        let row = sqlx::query(
            "SELECT member.person_id
             FROM visit_member AS member JOIN visit ON visit.id = member.visit_id
             WHERE member.test_key_hash = $1 AND visit.ends_at_ms > $2
               AND visit.state IN ('confirmed', 'flagged', 'in_session')",
        )
        .bind(key.as_bytes().as_slice())
        .bind(from_ms(now_ms))
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| id(&row, "person_id")).transpose()
    }
}
