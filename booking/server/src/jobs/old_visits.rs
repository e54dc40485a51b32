//! The people of visits long past, and inmates who left long ago, are forgotten.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{Forgetting, ForgettingLimits, StoreError};
use booking_store::Store;

use super::Job;

/// Visits and inmates at a time, so that nobody waits long for the database.
const AT_ONCE: u32 = 200;

pub(super) struct OldVisits {
    pub(super) store: Store,
    pub(super) limits: ForgettingLimits,
}

#[async_trait]
impl Job for OldVisits {
    fn name(&self) -> &'static str {
        "old_visits"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60 * 60)
    }

    async fn run(&self, now_ms: u64) -> Result<(), StoreError> {
        let Self { store, limits } = self;
        let visits = store.forget_visits(limits, now_ms, AT_ONCE).await?;
        let inmates = store.forget_inmates(limits, now_ms, AT_ONCE).await?;
        if visits + inmates > 0 {
            tracing::info!(visits, inmates, "who is not needed any more is forgotten");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use booking_domain::Bookings;
    use telemetry::clock::unix_now_ms;

    use super::*;
    use crate::{
        RetentionSettings, seal_audit,
        tests::{TestApi, vault},
        verify_audit,
    };

    #[tokio::test]
    async fn the_audit_trail_is_whole_after_somebody_was_forgotten() {
        let api = TestApi::start_for_real().await;
        let store = api.store.clone();
        sqlx::query("UPDATE visit SET state = 'completed'")
            .execute(&api.database().await)
            .await
            .unwrap();
        seal_audit(&store, &vault()).await.unwrap();
        let job = OldVisits {
            store: store.clone(),
            limits: RetentionSettings::default().limits(),
        };
        let party = async || {
            let visits = store.booked_visits(&[api.demo.visit]).await.unwrap();
            visits[0].as_ref().unwrap().party.len()
        };
        job.run(unix_now_ms()).await.unwrap();
        assert_eq!(party().await, 3);
        let in_two_years_ms = unix_now_ms() + 2 * 365 * 24 * 60 * 60 * 1000;
        job.run(in_two_years_ms).await.unwrap();
        assert_eq!(party().await, 0);
        seal_audit(&store, &vault()).await.unwrap();
        let verified = verify_audit(&store, &vault()).await.unwrap();
        assert_eq!((verified.broken, verified.waiting), (None, 0));
        assert!(verified.sealed > 0);
    }
}
