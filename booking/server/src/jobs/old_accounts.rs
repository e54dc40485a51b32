//! Accounts that nobody proved, spent letters, ended sessions and, after its time, what is left of closed
//! accounts are removed.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{
    StoreError,
    accounts::{Accounts, Swept},
};
use booking_store::Store;
use ids::InmateId;

use super::Job;

/// Things of each kind at a time, so that nobody waits long for the database.
const AT_ONCE: u32 = 200;

pub(super) struct OldAccounts {
    pub(super) store: Store,
    pub(super) held: Vec<InmateId>,
}

#[async_trait]
impl Job for OldAccounts {
    fn name(&self) -> &'static str {
        "old_accounts"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(15 * 60)
    }

    async fn run(&self, now_ms: u64) -> Result<(), StoreError> {
        let swept = self
            .store
            .sweep_accounts(&self.held, now_ms, AT_ONCE)
            .await?;
        if swept != Swept::default() {
            tracing::info!(?swept, "removed what has had its time");
        }
        Ok(())
    }
}
