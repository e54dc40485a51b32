//! The sessions of staff.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, Duties, OpenSession, STAFF_IDLE_MS, StaffSessions,
    StaffSignedIn, StoreError,
};
use grant::SecretHash;

use super::duties::duty;
use crate::{
    Store,
    audit::{self, Subject, detail},
    error::failed,
    rows::{from_ms, id, integer, number, text},
};

/// A session's use is noted as often as this, so that not every request writes.
const NOTED_EVERY_MS: u64 = 60 * 1000;

#[async_trait]
impl StaffSessions for Store {
    async fn staff_session(
        &self,
        secret: SecretHash,
        now_ms: u64,
    ) -> Result<Option<StaffSignedIn>, StoreError> {
        let rows = sqlx::query(
            "SELECT staff.id, staff.name, staff.login, staff.password_is_temporary,
                    session.complete, session.last_seen_at_ms, role.role, role.facility_id
             FROM staff_session AS session
             JOIN staff ON staff.id = session.staff_id
             LEFT JOIN staff_role AS role ON role.staff_id = staff.id
             WHERE session.hash = $1 AND session.expires_at_ms > $2
               AND session.last_seen_at_ms > $3 AND staff.state = 'active'",
        )
        .bind(secret.as_bytes().as_slice())
        .bind(from_ms(now_ms))
        .bind(from_ms(now_ms.saturating_sub(STAFF_IDLE_MS)))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        if number::<u64>(row, "last_seen_at_ms")? < now_ms.saturating_sub(NOTED_EVERY_MS) {
            self.seen(secret, now_ms).await?;
        }
        let mut duties = Vec::new();
        for row in &rows {
            duties.extend(duty(row)?);
        }
        Ok(Some(StaffSignedIn {
            staff: id(row, "id")?,
            name: text(row, "name")?,
            login: text(row, "login")?,
            complete: integer(row, "complete")? == 1,
            password_is_temporary: integer(row, "password_is_temporary")? == 1,
            duties: Duties::new(duties),
        }))
    }

    async fn begin_staff_session(&self, session: OpenSession) -> Result<(), StoreError> {
        // Nobody needs those that are over.
        sqlx::query("DELETE FROM staff_session WHERE expires_at_ms <= $1")
            .bind(from_ms(session.at_ms))
            .execute(&self.writers)
            .await
            .map_err(failed)?;
        sqlx::query(
            "INSERT INTO staff_session
                 (hash, staff_id, complete, created_at_ms, last_seen_at_ms, expires_at_ms)
             VALUES ($1, $2, 0, $3, $3, $4)",
        )
        .bind(session.secret.as_bytes().as_slice())
        .bind(session.staff.to_string())
        .bind(from_ms(session.at_ms))
        .bind(from_ms(session.expires_at_ms))
        .execute(&self.writers)
        .await
        .map(|_| ())
        .map_err(failed)
    }

    async fn end_staff_session(&self, secret: SecretHash, now_ms: u64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let ended = sqlx::query("DELETE FROM staff_session WHERE hash = $1 RETURNING staff_id")
            .bind(secret.as_bytes().as_slice())
            .fetch_all(&mut *transaction)
            .await
            .map_err(failed)?;
        if let Some(row) = ended.first() {
            let staff = id(row, "staff_id")?;
            audit::note(
                &mut transaction,
                now_ms,
                Actor::Staff(staff),
                AuditStep::SignedOut,
                Subject::new(AuditSubject::Staff, staff, None),
                detail! {},
            )
            .await?;
        }
        transaction.commit().await.map_err(failed)
    }
}

impl Store {
    async fn seen(&self, secret: SecretHash, now_ms: u64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE staff_session SET last_seen_at_ms = $2 WHERE hash = $1 AND last_seen_at_ms < $2",
        )
        .bind(secret.as_bytes().as_slice())
        .bind(from_ms(now_ms))
        .execute(&self.writers)
        .await
        .map(|_| ())
        .map_err(failed)
    }
}
