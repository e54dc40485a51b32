//! What happens by itself around visits.

mod settling;
mod unapproved;

use async_trait::async_trait;
use booking_domain::{
    Attendance, JobLeases, MessageKind, Notice, Outcome, StoreError, TestLink, VisitJobs,
};
use ids::{PersonId, Seat, VisitId};

use crate::{
    Store,
    again::again,
    error::failed,
    outbox::queue_notice,
    rows::{from_ms, id, integer, number, seat},
};

/// The most that one list holds.
const AT_ONCE: i64 = 200;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// So long before a visit opens it is too late to try a phone, ms.
const TOO_LATE_TO_TEST_MS: u64 = 60 * 60 * 1000;

#[async_trait]
impl JobLeases for Store {
    async fn lease_job(
        &self,
        job: &str,
        holder: &str,
        now_ms: u64,
        until_ms: u64,
    ) -> Result<bool, StoreError> {
        let leased = sqlx::query(
            "INSERT INTO job_lease (job, holder, until_ms) VALUES ($1, $2, $3)
             ON CONFLICT (job) DO UPDATE SET holder = $2, until_ms = $3
             WHERE job_lease.holder = $2 OR job_lease.until_ms <= $4",
        )
        .bind(job)
        .bind(holder)
        .bind(from_ms(until_ms))
        .bind(from_ms(now_ms))
        .execute(&self.writers)
        .await
        .map_err(failed)?;
        Ok(leased.rows_affected() > 0)
    }

    async fn release_job(&self, job: &str, holder: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM job_lease WHERE job = $1 AND holder = $2")
            .bind(job)
            .bind(holder)
            .execute(&self.writers)
            .await
            .map(|_| ())
            .map_err(failed)
    }
}

#[async_trait]
impl VisitJobs for Store {
    async fn seats_without_link(&self, now_ms: u64) -> Result<Vec<(VisitId, Seat)>, StoreError> {
        let rows = sqlx::query(
            "SELECT member.visit_id, member.seat
             FROM visit JOIN visit_member AS member ON member.visit_id = visit.id
             WHERE visit.ends_at_ms > $1 AND visit.opens_at_ms <= $1
               AND visit.state IN ('confirmed', 'in_session') AND member.links_issued = 0
             ORDER BY visit.starts_at_ms, member.visit_id, member.seat LIMIT $2",
        )
        .bind(from_ms(now_ms))
        .bind(AT_ONCE)
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| Ok((id(row, "visit_id")?, seat(integer(row, "seat")?)?)))
            .collect()
    }

    async fn flag_unapproved(&self, now_ms: u64) -> Result<usize, StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let flagged = unapproved::flag(&mut transaction, now_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(flagged)
        })
        .await
    }

    async fn ask_to_test_phones(
        &self,
        now_ms: u64,
        link: &mut (dyn FnMut() -> TestLink + Send),
    ) -> Result<usize, StoreError> {
        let rows = sqlx::query(
            "SELECT member.visit_id, member.person_id, visit.opens_at_ms
             FROM visit JOIN visit_member AS member ON member.visit_id = visit.id
             WHERE visit.ends_at_ms > $1 AND visit.opens_at_ms > $2 AND visit.starts_at_ms <= $3
               AND visit.state = 'confirmed'
               AND NOT EXISTS (
                   SELECT 1 FROM outbox
                   WHERE outbox.key = 'test_link ' || member.visit_id || ' ' || member.person_id
               )
             ORDER BY visit.starts_at_ms, member.visit_id, member.seat LIMIT $4",
        )
        .bind(from_ms(now_ms))
        .bind(from_ms(now_ms.saturating_add(TOO_LATE_TO_TEST_MS)))
        .bind(from_ms(now_ms.saturating_add(DAY_MS)))
        .bind(AT_ONCE)
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        if rows.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.begin().await?;
        for row in &rows {
            let visit: VisitId = id(row, "visit_id")?;
            let person: PersonId = id(row, "person_id")?;
            let TestLink { key, url } = link();
            sqlx::query(
                "UPDATE visit_member SET test_key_hash = $3
                 WHERE visit_id = $1 AND person_id = $2",
            )
            .bind(visit.to_string())
            .bind(person.to_string())
            .bind(key.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            let notice = Notice::email(MessageKind::TestLink, visit, person)
                .by_sms()
                .about_visit(visit)
                .with("url", url)
                .until(number(row, "opens_at_ms")?);
            queue_notice(&mut transaction, &notice, now_ms).await?;
        }
        transaction.commit().await.map_err(failed)?;
        Ok(rows.len())
    }

    async fn unsettled_visits(
        &self,
        now_ms: u64,
    ) -> Result<Vec<(VisitId, Attendance)>, StoreError> {
        self.unsettled(now_ms).await
    }

    async fn settle_visit(
        &self,
        visit: VisitId,
        outcome: Outcome,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.settle(visit, outcome, now_ms).await
    }
}
