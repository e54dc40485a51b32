//! The texts of messages that went out long ago are emptied.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{Outbox, StoreError};
use booking_store::Store;
use ids::InmateId;

use super::Job;

/// Texts at a time, so that nobody waits long for the database.
const AT_ONCE: u32 = 200;

pub(super) struct OldMessages {
    pub(super) store: Store,
    pub(super) held: Vec<InmateId>,
}

#[async_trait]
impl Job for OldMessages {
    fn name(&self) -> &'static str {
        "old_messages"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(15 * 60)
    }

    async fn run(&self, now_ms: u64) -> Result<(), StoreError> {
        let emptied = self
            .store
            .empty_old_texts(&self.held, now_ms, AT_ONCE)
            .await?;
        if emptied > 0 {
            tracing::info!(emptied, "emptied the texts of old messages");
        }
        Ok(())
    }
}
