//! What is kept no longer than its purpose.
//!
//! A document serves the decision and, while an approval lasts, the look at who comes. Its purpose ends when
//! the application is refused, revoked, withdrawn or stale, or the account is closed. From then on a photo, which is
//! biometric, is kept at most 30 days, other documents 90 (科技設備辦法 §13-15). A draft that nobody touched
//! for 30 days was given up. While a complaint or a court case about an inmate is under way, the purpose of what was
//! handed in to visit them goes on, that of photos, too.

use async_trait::async_trait;
use ids::{DocumentId, InmateId};

use crate::StoreError;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Deletes what has served its purpose.
#[async_trait]
pub trait Retention: Send + Sync {
    /// Throws drafts away that nobody touched for too long, at most `limit`, and answers how many. Their
    /// documents can be read no more.
    async fn discard_old_drafts(
        &self,
        limits: RetentionLimits,
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError>;

    /// Makes documents unreadable whose purpose has ended long enough ago, at most `limit`, and answers
    /// them, so that their files can go. Those of applications for inmates who are `held` stay.
    async fn delete_old_documents(
        &self,
        limits: RetentionLimits,
        held: &[InmateId],
        now_ms: u64,
        limit: u32,
    ) -> Result<Vec<DocumentId>, StoreError>;
}

/// How long what is kept, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionLimits {
    /// A draft that nobody touches.
    pub draft_ms: u64,
    /// A photo after its purpose.
    pub photo_ms: u64,
    /// Another document after its purpose.
    pub document_ms: u64,
}

impl Default for RetentionLimits {
    /// Photos go a day before the law's last one, so that a service that was away for some hours is still in
    /// time.
    fn default() -> Self {
        Self {
            draft_ms: 30 * DAY_MS,
            photo_ms: 29 * DAY_MS,
            document_ms: 90 * DAY_MS,
        }
    }
}
