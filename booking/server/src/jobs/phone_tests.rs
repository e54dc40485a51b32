//! A day before a visit, its visitors are asked to try their phones.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{StoreError, VisitJobs};
use booking_store::Store;

use super::Job;

pub(super) struct PhoneTests(pub(super) Store);

#[async_trait]
impl Job for PhoneTests {
    fn name(&self) -> &'static str {
        "phone_tests"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, now_ms: u64) -> Result<(), StoreError> {
        while self.0.ask_to_test_phones(now_ms).await? > 0 {}
        Ok(())
    }
}
