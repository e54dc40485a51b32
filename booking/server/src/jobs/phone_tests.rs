//! A day before a visit, its visitors are asked to try their phones, unless one of them may not come any more.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{StoreError, TestLink, VisitJobs};
use grant::TestKey;

use super::Job;
use crate::LinkIssuer;

pub(super) struct PhoneTests(pub(super) LinkIssuer);

#[async_trait]
impl Job for PhoneTests {
    fn name(&self) -> &'static str {
        "phone_tests"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, now_ms: u64) -> Result<(), StoreError> {
        let mut link = || {
            let key = TestKey::generate(&mut rand::rng());
            TestLink {
                key: key.hash(),
                url: self.0.test_url(&key),
            }
        };
        let store = &self.0.store;
        while store.flag_unapproved(now_ms).await? > 0 {}
        while store.ask_to_test_phones(now_ms, &mut link).await? > 0 {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use telemetry::clock::unix_now_ms;

    use super::*;
    use crate::tests::TestApi;

    #[tokio::test]
    async fn a_visit_that_somebody_may_not_come_to_any_more_waits_for_staff() {
        let api = TestApi::start().await;
        let database = api.database().await;
        let job = PhoneTests(api.booking.0.issuer.clone());
        let state = async || {
            job.run(unix_now_ms()).await.unwrap();
            let state = sqlx::query_scalar::<_, String>("SELECT state FROM visit");
            state.fetch_one(&database).await.unwrap()
        };
        assert_eq!(state().await, "confirmed");
        let end = "UPDATE application SET state = 'revoked'";
        sqlx::query(end).execute(&database).await.unwrap();
        assert_eq!(state().await, "flagged");
    }
}
