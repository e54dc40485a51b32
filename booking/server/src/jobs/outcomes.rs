//! What became of visits, settled a short while after their slots.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{StoreError, VisitJobs};
use booking_store::Store;

use super::Job;

pub(super) struct Outcomes(pub(super) Store);

#[async_trait]
impl Job for Outcomes {
    fn name(&self) -> &'static str {
        "outcomes"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(30)
    }

    async fn run(&self, now_ms: u64) -> Result<(), StoreError> {
        for (visit, attendance) in self.0.unsettled_visits(now_ms).await? {
            let outcome = attendance.outcome();
            self.0.settle_visit(visit, outcome, now_ms).await?;
            tracing::info!(%visit, ?outcome, "a visit's outcome is settled");
        }
        Ok(())
    }
}
