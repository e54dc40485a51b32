//! Deleting what has served its purpose.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, StoreError,
    applications::{Retention, RetentionLimits},
};
use ids::{ApplicationId, DocumentId, FacilityId, InmateId};

use super::{applicants::remove, documents::shred};
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    held::{at, held_places},
    many::all,
    rows::{from_ms, id},
};

#[async_trait]
impl Retention for Store {
    async fn discard_old_drafts(
        &self,
        limits: RetentionLimits,
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError> {
        let untouched_since_ms = from_ms(now_ms.saturating_sub(limits.draft_ms));
        let rows = sqlx::query(
            "SELECT id FROM application WHERE state = 'draft' AND changed_at_ms <= $1
             ORDER BY changed_at_ms LIMIT $2",
        )
        .bind(untouched_since_ms)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let mut discarded = 0;
        for row in rows {
            let draft = id(&row, "id")?;
            let done = again(|| self.discard(draft, untouched_since_ms, now_ms)).await?;
            discarded += u32::from(done);
        }
        Ok(discarded)
    }

    async fn delete_old_documents(
        &self,
        limits: RetentionLimits,
        held: &[InmateId],
        now_ms: u64,
        limit: u32,
    ) -> Result<Vec<DocumentId>, StoreError> {
        let (inmates, last) = (held_places(3, held), held.len() + 3);
        let sql = format!(
            "SELECT document.id, document.application_id, application.facility_id
             FROM document
             JOIN application ON application.id = document.application_id
             LEFT JOIN account ON account.person_id = application.person_id
             WHERE document.deleted_at_ms IS NULL AND (
                 (application.state IN ('refused', 'revoked', 'withdrawn', 'stale')
                     AND application.decided_at_ms
                     <= CASE document.kind WHEN 'photo' THEN $1 ELSE $2 END)
                 OR (application.state = 'needs_more' AND application.changed_at_ms <= $2)
                 OR (account.state = 'closed' AND account.closed_at_ms
                     <= CASE document.kind WHEN 'photo' THEN $1 ELSE $2 END))
             AND application.inmate_id NOT IN ({inmates})
             ORDER BY document.id LIMIT ${last}"
        );
        let times =
            [limits.photo_ms, limits.document_ms].map(|kept_ms| now_ms.saturating_sub(kept_ms));
        let asking = at(sql, &times, held).bind(i64::from(limit));
        let rows = all(&self.readers, asking).await?;
        let mut deleted = Vec::new();
        for row in rows {
            let document = id(&row, "id")?;
            let (application, facility) = (id(&row, "application_id")?, id(&row, "facility_id")?);
            let done = again(|| self.delete(document, application, facility, now_ms)).await?;
            if done {
                deleted.push(document);
            }
        }
        Ok(deleted)
    }
}

impl Store {
    /// Removes a draft if nobody has touched it meanwhile.
    async fn discard(
        &self,
        draft: ApplicationId,
        untouched_since_ms: i64,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let rows = sqlx::query(
            "UPDATE application SET changed_at_ms = $3
             WHERE id = $1 AND state = 'draft' AND changed_at_ms <= $2 RETURNING facility_id",
        )
        .bind(draft.to_string())
        .bind(untouched_since_ms)
        .bind(from_ms(now_ms))
        .fetch_all(&mut *transaction)
        .await
        .map_err(failed)?;
        let Some(row) = rows.first() else {
            return Ok(false);
        };
        let subject = Subject::new(
            AuditSubject::Application,
            draft,
            Some(id(row, "facility_id")?),
        );
        remove(&mut transaction, draft).await?;
        audit::note(
            &mut transaction,
            now_ms,
            Actor::System,
            AuditStep::ApplicationDiscarded,
            subject,
            detail! {},
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn delete(
        &self,
        document: DocumentId,
        application: ApplicationId,
        facility: FacilityId,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        if !shred(&mut transaction, application, document, now_ms).await? {
            return Ok(false);
        }
        audit::note(
            &mut transaction,
            now_ms,
            Actor::System,
            AuditStep::DocumentDeleted,
            Subject::new(AuditSubject::Document, document, Some(facility)),
            detail! { Application: application },
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(true)
    }
}
