//! How the tests of terminals stand, for those who watch over the service.

use std::time::Duration;

use booking_domain::{SelfTest, SelfTestCounts, SelfTests, StoreError};
use booking_store::Store;
use prometheus::IntGauge;
use telemetry::{Metrics, MetricsError, clock::unix_now_ms};
use tokio::time::sleep;

const EVERY: Duration = Duration::from_secs(60);

struct Gauges {
    failed: IntGauge,
    untested: IntGauge,
}

/// Counts each minute how many terminals in service failed their newest test, and how many have had none for a day.
pub async fn count_self_tests(store: Store, metrics: Metrics) {
    let gauges = match gauges(&metrics) {
        Ok(gauges) => gauges,
        Err(error) => {
            return tracing::error!(%error, "how the tests of terminals stand is not told");
        }
    };
    loop {
        if let Err(error) = count(&store, &gauges, unix_now_ms()).await {
            tracing::warn!(%error, "the tests of terminals cannot be counted now");
        }
        sleep(EVERY).await;
    }
}

fn gauges(metrics: &Metrics) -> Result<Gauges, MetricsError> {
    Ok(Gauges {
        failed: metrics.gauge(
            "terminals_failed_self_test",
            "Terminals in service whose newest test of themselves failed.",
        )?,
        untested: metrics.gauge(
            "terminals_without_self_test",
            "Terminals in service that have not tested themselves for 26 hours.",
        )?,
    })
}

async fn count(store: &Store, gauges: &Gauges, now_ms: u64) -> Result<(), StoreError> {
    let tests = store.self_tests().await?;
    let tests = tests.iter().map(Option::<SelfTest>::as_ref);
    let SelfTestCounts { failed, untested } = SelfTestCounts::of(tests, now_ms);
    let gauge = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    gauges.failed.set(gauge(failed));
    gauges.untested.set(gauge(untested));
    Ok(())
}
