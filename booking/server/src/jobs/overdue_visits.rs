//! Holds that nobody confirmed free their slots, and flagged visits whose time has passed are called off.
//!
//! Booking itself frees what has run out before it looks for a place; this is for the months and the lists of
//! those who wait for it.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{Bookings, StoreError};
use booking_store::Store;

use super::Job;

pub(super) struct OverdueVisits(pub(super) Store);

#[async_trait]
impl Job for OverdueVisits {
    fn name(&self) -> &'static str {
        "overdue_visits"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, now_ms: u64) -> Result<(), StoreError> {
        let visits = self.0.release_overdue(now_ms).await?;
        if visits > 0 {
            tracing::info!(visits, "released visits whose time had passed");
        }
        Ok(())
    }
}
