//! Drafts that were given up, documents past their time and files without a document are deleted.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{StoreError, applications::RetentionLimits};
use ids::InmateId;

use super::Job;
use crate::documents::{Desk, FILE_AGE, HousekeepingError, Tidied, tidy};

pub(super) struct OldDocuments {
    pub(super) desk: Desk,
    pub(super) held: Vec<InmateId>,
}

#[async_trait]
impl Job for OldDocuments {
    fn name(&self) -> &'static str {
        "old_documents"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60 * 60)
    }

    async fn run(&self, now_ms: u64) -> Result<(), StoreError> {
        let Self { desk, held } = self;
        match tidy(desk, RetentionLimits::default(), held, now_ms, FILE_AGE).await {
            Ok(done) if done == Tidied::default() => {}
            Ok(done) => tracing::info!(
                drafts = done.drafts,
                documents = done.documents,
                files = done.files,
                "what has served its purpose is deleted"
            ),
            Err(HousekeepingError::Store(error)) => return Err(error),
            Err(error) => tracing::error!(%error, "what has served its purpose is still there"),
        }
        Ok(())
    }
}
