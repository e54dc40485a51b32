//! Signing in.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, CODE_ATTEMPTS_WITHIN_MS, CodeAttempts, SecondFactor,
    ShownFactor, StaffPassword, StaffSignIn, StoreError,
};
use grant::SecretHash;
use ids::StaffId;
use sqlx::Row;

use crate::{
    Store,
    audit::{self, Subject, detail},
    error::failed,
    rows::{from_ms, id, integer, number, text},
};

#[async_trait]
impl StaffSignIn for Store {
    async fn staff_password(&self, login: &str) -> Result<Option<StaffPassword>, StoreError> {
        let row = sqlx::query(
            "SELECT id, password_hash,
                    CASE WHEN totp_secret IS NULL THEN 0 ELSE 1 END AS has_factor
             FROM staff WHERE login = $1 AND state = 'active'",
        )
        .bind(login)
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| {
            Ok(StaffPassword {
                staff: id(&row, "id")?,
                hash: text(&row, "password_hash")?,
                has_second_factor: integer(&row, "has_factor")? == 1,
            })
        })
        .transpose()
    }

    async fn second_factor(&self, staff: StaffId) -> Result<Option<SecondFactor>, StoreError> {
        let row = sqlx::query(
            "SELECT totp_secret, totp_pending, totp_last_step FROM staff WHERE id = $1",
        )
        .bind(staff.to_string())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| {
            Ok(SecondFactor {
                secret: row.try_get("totp_secret").map_err(failed)?,
                pending: row.try_get("totp_pending").map_err(failed)?,
                last_step: number(&row, "totp_last_step")?,
            })
        })
        .transpose()
    }

    async fn set_up_second_factor(
        &self,
        staff: StaffId,
        sealed: Vec<u8>,
    ) -> Result<bool, StoreError> {
        let kept =
            sqlx::query("UPDATE staff SET totp_pending = $2 WHERE id = $1 AND totp_secret IS NULL")
                .bind(staff.to_string())
                .bind(sealed)
                .execute(&self.writers)
                .await
                .map_err(failed)?;
        Ok(kept.rows_affected() == 1)
    }

    async fn attempt_code(
        &self,
        staff: StaffId,
        now_ms: u64,
    ) -> Result<Result<(), Duration>, StoreError> {
        let mut transaction = self.begin().await?;
        // From here to the end of the transaction nobody else counts.
        let rows = sqlx::query(
            "UPDATE staff SET code_attempts = code_attempts WHERE id = $1
             RETURNING code_attempts, code_attempts_since_ms",
        )
        .bind(staff.to_string())
        .fetch_all(&mut *transaction)
        .await
        .map_err(failed)?;
        let Some(row) = rows.first() else {
            return Ok(Err(Duration::from_millis(CODE_ATTEMPTS_WITHIN_MS)));
        };
        let before = CodeAttempts {
            count: number(row, "code_attempts")?,
            since_ms: number(row, "code_attempts_since_ms")?,
        };
        let after = match before.with_one_more(now_ms) {
            Ok(after) => after,
            Err(wait) => return Ok(Err(wait)),
        };
        sqlx::query(
            "UPDATE staff SET code_attempts = $2, code_attempts_since_ms = $3 WHERE id = $1",
        )
        .bind(staff.to_string())
        .bind(i64::from(after.count))
        .bind(from_ms(after.since_ms))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(Ok(()))
    }

    async fn complete_staff_session(&self, shown: ShownFactor) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let counts = sqlx::query(
            "UPDATE staff
             SET totp_last_step = $2, code_attempts = 0, code_attempts_since_ms = 0,
                 totp_secret = COALESCE(totp_secret, totp_pending), totp_pending = NULL
             WHERE id = $1 AND totp_last_step < $2 AND state = 'active'
               AND (totp_secret IS NOT NULL OR totp_pending IS NOT NULL)",
        )
        .bind(shown.staff.to_string())
        .bind(from_ms(shown.step))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        let renewed = sqlx::query(
            "UPDATE staff_session SET hash = $3, complete = 1, last_seen_at_ms = $4
             WHERE hash = $1 AND staff_id = $2 AND complete = 0 AND expires_at_ms > $4",
        )
        .bind(shown.session.as_bytes().as_slice())
        .bind(shown.staff.to_string())
        .bind(shown.renewed.as_bytes().as_slice())
        .bind(from_ms(shown.at_ms))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        if counts.rows_affected() != 1 || renewed.rows_affected() != 1 {
            transaction.rollback().await.map_err(failed)?;
            return Ok(false);
        }
        audit::note(
            &mut transaction,
            shown.at_ms,
            Actor::Staff(shown.staff),
            AuditStep::SignedIn,
            Subject::new(AuditSubject::Staff, shown.staff, None),
            detail! {},
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn change_staff_password(
        &self,
        staff: StaffId,
        hash: String,
        keep: SecretHash,
        at_ms: u64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE staff SET password_hash = $2, password_is_temporary = 0 WHERE id = $1")
            .bind(staff.to_string())
            .bind(hash)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        sqlx::query("DELETE FROM staff_session WHERE staff_id = $1 AND hash <> $2")
            .bind(staff.to_string())
            .bind(keep.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        audit::note(
            &mut transaction,
            at_ms,
            Actor::Staff(staff),
            AuditStep::PasswordChanged,
            Subject::new(AuditSubject::Staff, staff, None),
            detail! {},
        )
        .await?;
        transaction.commit().await.map_err(failed)
    }
}
