//! The job that removes accounts nobody proved, spent letters, ended sessions and, after its time, what is
//! left of closed accounts.

use std::time::Duration;

use booking_domain::accounts::{Accounts, Swept};
use booking_store::Store;
use telemetry::clock::unix_now_ms;
use tokio::task::AbortHandle;

const EVERY: Duration = Duration::from_secs(15 * 60);
/// Things of each kind at a time, so that nobody waits long for the database.
const AT_ONCE: u32 = 200;

/// The job. It ends when this is dropped. Two processes may run it at the same time: each thing is removed
/// once.
pub(crate) struct Sweeper(AbortHandle);

impl Sweeper {
    /// Starts the job.
    pub(crate) fn start(store: Store) -> Self {
        let job = tokio::spawn(async move {
            let mut turns = tokio::time::interval(EVERY);
            loop {
                turns.tick().await;
                match store.sweep_accounts(unix_now_ms(), AT_ONCE).await {
                    Ok(swept) if swept == Swept::default() => {}
                    Ok(swept) => tracing::info!(?swept, "removed what has had its time"),
                    Err(error) => tracing::error!(%error, "old accounts could not be removed"),
                }
            }
        });
        Self(job.abort_handle())
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}
