//! The job that frees the slots of holds nobody confirmed, and calls off flagged visits whose time has passed.
//!
//! Booking itself frees what has run out before it looks for a place; the job is for the months and the lists
//! of those who wait for it.

use std::time::Duration;

use booking_domain::Bookings;
use booking_store::Store;
use telemetry::clock::unix_now_ms;
use tokio::task::AbortHandle;

const EVERY: Duration = Duration::from_secs(60);

/// The job. It ends when this is dropped. Several processes may run it at the same time: each visit changes
/// once.
pub(crate) struct OverdueVisits(AbortHandle);

impl OverdueVisits {
    /// Starts the job.
    pub(crate) fn start(store: Store) -> Self {
        let job = tokio::spawn(async move {
            let mut turns = tokio::time::interval(EVERY);
            loop {
                turns.tick().await;
                match store.release_overdue(unix_now_ms()).await {
                    Ok(0) => {}
                    Ok(visits) => tracing::info!(visits, "released visits whose time had passed"),
                    Err(error) => tracing::error!(%error, "overdue visits could not be released"),
                }
            }
        });
        Self(job.abort_handle())
    }
}

impl Drop for OverdueVisits {
    fn drop(&mut self) {
        self.0.abort();
    }
}
