//! The audit trail and its seals.

use std::collections::BTreeMap;

use async_trait::async_trait;
use booking_domain::{
    AUDIT_LATE_BY, AuditEvent, AuditQuery, AuditSeal, AuditTrail, StoreError, Unsealed,
};
use sqlx::any::AnyRow;

use super::audit_names;
use crate::{
    Store,
    error::failed,
    rows::{from_ms, number, optional_hash, optional_integer, optional_text, text, wrong},
};

#[async_trait]
impl AuditTrail for Store {
    async fn audit_events(&self, query: AuditQuery) -> Result<Vec<AuditEvent>, StoreError> {
        let rows = sqlx::query(
            "SELECT sequence, at_ms, actor, action, subject, subject_id, facility_id, detail
             FROM audit_event
             WHERE sequence < $1
               AND ($2 = '' OR facility_id = $2 OR (subject = 'closure' AND facility_id IS NULL))
               AND ($3 = '' OR subject = $3) AND ($4 = '' OR subject_id = $4)
             ORDER BY sequence DESC LIMIT $5",
        )
        .bind(query.before.map_or(i64::MAX, from_ms))
        .bind(
            query
                .facility
                .map_or_else(String::new, |facility| facility.to_string()),
        )
        .bind(query.subject.unwrap_or_default())
        .bind(query.subject_id.unwrap_or_default())
        .bind(i64::from(query.limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(event).collect()
    }

    async fn audit_names(
        &self,
        events: &[AuditEvent],
    ) -> Result<BTreeMap<String, String>, StoreError> {
        audit_names::of(self, events).await
    }

    async fn audit_head(&self) -> Result<Option<AuditSeal>, StoreError> {
        let row = sqlx::query(
            "SELECT position, sequence AS seal_sequence, hash FROM audit_seal
             ORDER BY position DESC LIMIT 1",
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.as_ref().map(seal).transpose()
    }

    async fn unsealed_events(&self, limit: u32) -> Result<Vec<AuditEvent>, StoreError> {
        let rows = sqlx::query(
            "SELECT sequence, at_ms, actor, action, subject, subject_id, facility_id, detail
             FROM audit_event AS event
             WHERE event.sequence > (SELECT COALESCE(MAX(sequence), 0) FROM audit_seal) - $1
               AND NOT EXISTS (SELECT 1 FROM audit_seal WHERE audit_seal.sequence = event.sequence)
             ORDER BY event.sequence LIMIT $2",
        )
        .bind(from_ms(AUDIT_LATE_BY))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(event).collect()
    }

    async fn append_seals(&self, seals: &[AuditSeal]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for seal in seals {
            sqlx::query("INSERT INTO audit_seal (position, sequence, hash) VALUES ($1, $2, $3)")
                .bind(from_ms(seal.position))
                .bind(from_ms(seal.sequence))
                .bind(seal.hash.as_slice())
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    async fn sealed_events(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(AuditSeal, Option<AuditEvent>)>, StoreError> {
        let rows = sqlx::query(
            "SELECT seal.position, seal.sequence AS seal_sequence, seal.hash,
                    event.sequence, event.at_ms, event.actor, event.action, event.subject,
                    event.subject_id, event.facility_id, event.detail
             FROM audit_seal AS seal LEFT JOIN audit_event AS event ON event.sequence = seal.sequence
             WHERE seal.position > $1 ORDER BY seal.position LIMIT $2",
        )
        .bind(from_ms(after))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let pair = |row: &AnyRow| {
            let known = optional_integer(row, "sequence")?.is_some();
            let event = known.then(|| event(row)).transpose()?;
            Ok((seal(row)?, event))
        };
        rows.iter().map(pair).collect()
    }

    async fn unsealed_count(&self) -> Result<Unsealed, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS waiting,
                    MIN(CASE WHEN event.sequence <=
                        (SELECT COALESCE(MAX(sequence), 0) FROM audit_seal) - $1
                        THEN event.sequence END) AS inserted
             FROM audit_event AS event
             WHERE NOT EXISTS (SELECT 1 FROM audit_seal WHERE audit_seal.sequence = event.sequence)",
        )
        .bind(from_ms(AUDIT_LATE_BY))
        .fetch_one(&self.readers)
        .await
        .map_err(failed)?;
        let inserted = optional_integer(&row, "inserted")?;
        Ok(Unsealed {
            waiting: number(&row, "waiting")?,
            // A number below nought is as wrong as one long past.
            inserted: inserted.map(|sequence| u64::try_from(sequence).unwrap_or(0)),
        })
    }
}

fn event(row: &AnyRow) -> Result<AuditEvent, StoreError> {
    Ok(AuditEvent {
        sequence: number(row, "sequence")?,
        at_ms: number(row, "at_ms")?,
        actor: text(row, "actor")?,
        action: text(row, "action")?,
        subject: text(row, "subject")?,
        subject_id: text(row, "subject_id")?,
        facility: optional_text(row, "facility_id")?,
        detail: text(row, "detail")?,
    })
}

fn seal(row: &AnyRow) -> Result<AuditSeal, StoreError> {
    Ok(AuditSeal {
        position: number(row, "position")?,
        sequence: number(row, "seal_sequence")?,
        hash: optional_hash(row, "hash")?.ok_or_else(|| wrong("hash", "there is none"))?,
    })
}
