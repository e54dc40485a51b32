//! The people of visits long past, and inmates who left long ago, are forgotten.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{Forgetting, ForgettingLimits, StoreError};
use booking_store::Store;

use super::Job;

/// Visits and inmates at a time: each look finds so many.
const AT_ONCE: u32 = 200;
/// Looks of one turn, so that what has gathered for years is done within days and no turn lasts for long.
const LOOKS: u32 = 50;

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
        let visits = until_short(|| store.forget_visits(limits, now_ms, AT_ONCE)).await?;
        let inmates = until_short(|| store.forget_inmates(limits, now_ms, AT_ONCE)).await?;
        if visits + inmates > 0 {
            tracing::info!(visits, inmates, "who is not needed any more is forgotten");
        }
        Ok(())
    }
}

/// Forgets [`AT_ONCE`] again and again until fewer are found, [`LOOKS`] times at most. How many it were.
async fn until_short<F>(mut forget: impl FnMut() -> F) -> Result<u32, StoreError>
where
    F: Future<Output = Result<u32, StoreError>>,
{
    let mut all = 0;
    for _ in 0..LOOKS {
        let forgotten = forget().await?;
        all += forgotten;
        if forgotten < AT_ONCE {
            break;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use booking_domain::Bookings;
    use telemetry::clock::unix_now_ms;

    use super::*;
    use crate::{
        RetentionSettings, seal_audit,
        tests::{TestApi, vault},
        verify_audit,
    };

    #[tokio::test]
    async fn a_turn_goes_on_while_much_is_found_and_not_for_ever() {
        let mut left = 2 * AT_ONCE + 1;
        let forgotten = until_short(|| {
            let found = left.min(AT_ONCE);
            left -= found;
            ready(Ok(found))
        });
        assert_eq!(forgotten.await, Ok(2 * AT_ONCE + 1));
        let endless = until_short(|| ready(Ok(AT_ONCE)));
        assert_eq!(endless.await, Ok(LOOKS * AT_ONCE));
    }

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
