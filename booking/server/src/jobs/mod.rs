//! What happens by itself at its time.
//!
//! [`Jobs`] runs each [`Job`] again and again, in one process at a time: whoever has its lease. What is to be
//! done is found in the store and decided in `booking_domain`; a job only carries it out.

mod join_links;
mod old_accounts;
mod old_documents;
mod old_messages;
mod old_visits;
mod outcomes;
mod overdue_visits;
mod phone_tests;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use booking_domain::{JobLeases, StoreError};
use booking_store::Store;
use prometheus::IntCounter;
use telemetry::{Metrics, MetricsError, clock::unix_now_ms};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

use crate::Booking;

/// A lease outlives so many turns, so that a process that died is followed by another.
const LEASED_TURNS: u32 = 4;
const SHORTEST_LEASE: Duration = Duration::from_secs(30);

/// Something that happens by itself.
#[async_trait]
pub trait Job: Send + Sync {
    /// Its name in the store.
    fn name(&self) -> &'static str;

    /// How often one looks.
    fn every(&self) -> Duration;

    /// Does what is due at `now_ms`, Unix milliseconds. May be interrupted anywhere, and run twice at once.
    async fn run(&self, now_ms: u64) -> Result<(), StoreError>;
}

/// The running jobs. They end when this is stopped or dropped.
pub struct Jobs {
    running: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// The jobs of booking: links that go out when a visit opens, phones to be tried a day before, what became
/// of visits, and what is given back, removed and deleted once it has had its time.
#[must_use]
pub fn jobs(booking: &Booking) -> Vec<Arc<dyn Job>> {
    let issuer = &booking.0.issuer;
    let held = &booking.0.retention.held_inmates;
    vec![
        Arc::new(overdue_visits::OverdueVisits(issuer.store.clone())),
        Arc::new(old_accounts::OldAccounts {
            store: issuer.store.clone(),
            held: held.clone(),
        }),
        Arc::new(old_documents::OldDocuments {
            desk: booking.0.documents.clone(),
            held: held.clone(),
        }),
        Arc::new(old_messages::OldMessages {
            store: issuer.store.clone(),
            held: held.clone(),
        }),
        Arc::new(old_visits::OldVisits {
            store: issuer.store.clone(),
            limits: booking.0.retention.limits(),
        }),
        Arc::new(join_links::JoinLinks(issuer.clone())),
        Arc::new(phone_tests::PhoneTests(issuer.clone())),
        Arc::new(outcomes::Outcomes(issuer.store.clone())),
    ]
}

impl Jobs {
    /// Starts the jobs. This must be called within a tokio runtime.
    ///
    /// # Errors
    /// A metric is named twice.
    pub fn start(
        store: &Store,
        jobs: Vec<Arc<dyn Job>>,
        metrics: &Metrics,
    ) -> Result<Self, MetricsError> {
        let failed = metrics.counters(
            "jobs_failed_total",
            "Turns of what happens by itself that could not do their work.",
            &["job"],
        )?;
        let (running, watched) = watch::channel(true);
        let holder = format!("{:032x}", rand::random::<u128>());
        let start = |job: Arc<dyn Job>| {
            let turns = Turns {
                failed: failed.with_label_values(&[job.name()]),
                job,
                store: store.clone(),
                holder: holder.clone(),
            };
            tokio::spawn(turns.run(watched.clone()))
        };
        let tasks = jobs.into_iter().map(start).collect();
        Ok(Self { running, tasks })
    }

    /// Lets what is under way end, and stops.
    pub async fn stop(self) {
        drop(self.running);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a job failed");
            }
        }
    }
}

struct Turns {
    job: Arc<dyn Job>,
    store: Store,
    holder: String,
    failed: IntCounter,
}

impl Turns {
    async fn run(self, mut running: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.turn(unix_now_ms()).await {
                self.failed.inc();
                tracing::error!(%error, job = self.job.name(), "a job could not do its work");
            }
            tokio::select! {
                () = sleep(self.job.every()) => {}
                // The other end is gone: it is time to stop.
                _ = running.changed() => break,
            }
        }
        let released = self.store.release_job(self.job.name(), &self.holder).await;
        if let Err(error) = released {
            tracing::warn!(%error, job = self.job.name(), "a job's lease runs out by itself");
        }
    }

    async fn turn(&self, now_ms: u64) -> Result<(), StoreError> {
        let lease = (self.job.every() * LEASED_TURNS).max(SHORTEST_LEASE);
        let until_ms = now_ms.saturating_add(u64::try_from(lease.as_millis()).unwrap_or(u64::MAX));
        let job = self.job.name();
        if self
            .store
            .lease_job(job, &self.holder, now_ms, until_ms)
            .await?
        {
            self.job.run(now_ms).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Notify;

    use super::*;

    struct Failing(Arc<Notify>);

    #[async_trait]
    impl Job for Failing {
        fn name(&self) -> &'static str {
            "failing"
        }

        fn every(&self) -> Duration {
            Duration::from_millis(1)
        }

        async fn run(&self, _: u64) -> Result<(), StoreError> {
            self.0.notify_one();
            Err(StoreError::Unavailable("the disk is full".into()))
        }
    }

    #[tokio::test]
    async fn a_job_that_fails_is_counted_and_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::sqlite(&folder.path().join("visits.db")).await;
        let metrics = Metrics::new().unwrap();
        let tried = Arc::new(Notify::new());
        let jobs: Vec<Arc<dyn Job>> = vec![Arc::new(Failing(tried.clone()))];
        let jobs = Jobs::start(&store.unwrap(), jobs, &metrics).unwrap();
        tried.notified().await;
        tried.notified().await;
        jobs.stop().await;
        let text = metrics.render().unwrap();
        let counted = text
            .lines()
            .find_map(|line| line.strip_prefix("openvisit_jobs_failed_total{job=\"failing\"} "))
            .unwrap();
        assert!(counted.parse::<u64>().unwrap() >= 2, "{text}");
    }
}
