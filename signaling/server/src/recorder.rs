//! Notes the steps of visits in the audit trail, what their time was spent on, and which terminals came and went, in
//! order, also over an outage of the store.
//!
//! Rooms hand over a step and go on. While the store is away steps wait here, a bounded number of them;
//! what does not fit is lost, counted and reported.

use std::{sync::Arc, time::Duration};

use booking_domain::{Step, StoreError, VisitEvent, VisitTime, Visits};
use ids::{TerminalId, VisitId};
use telemetry::clock::WallClock;
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep,
};

use crate::metrics::SignalingMetrics;

/// Steps of many hundred visits.
const WAITING: usize = 8_192;
const RETRY: Duration = Duration::from_secs(2);

enum Job {
    Note(VisitEvent),
    Count(VisitId, VisitTime),
    Seen {
        terminal: TerminalId,
        at_ms: u64,
    },
    /// Answered when everything before it is noted.
    Flush(oneshot::Sender<()>),
}

#[derive(Clone)]
pub(crate) struct Recorder {
    jobs: mpsc::Sender<Job>,
    metrics: SignalingMetrics,
    clock: Arc<WallClock>,
}

impl Recorder {
    /// Starts the task that writes.
    pub(crate) fn start(
        visits: Arc<dyn Visits>,
        metrics: SignalingMetrics,
        clock: Arc<WallClock>,
    ) -> Self {
        let (jobs, queue) = mpsc::channel(WAITING);
        tokio::spawn(write(visits, queue, metrics.clone()));
        Self {
            jobs,
            metrics,
            clock,
        }
    }

    /// Notes a step that happens now.
    pub(crate) fn note(&self, visit: VisitId, step: Step) {
        let event = VisitEvent {
            visit,
            at_ms: self.clock.now().unix_ms,
            step,
        };
        if self.jobs.try_send(Job::Note(event)).is_err() {
            self.metrics.steps_lost.inc();
            tracing::error!(%visit, "a step could not be noted: too many wait for the store");
        }
    }

    /// Adds to what a visit's time was spent on.
    pub(crate) fn count(&self, visit: VisitId, time: VisitTime) {
        if self.jobs.try_send(Job::Count(visit, time)).is_err() {
            tracing::error!(%visit, "a visit's time could not be noted: too much waits for the store");
        }
    }

    /// Notes that a terminal comes or goes now.
    pub(crate) fn seen(&self, terminal: TerminalId) {
        let at_ms = self.clock.now().unix_ms;
        if self.jobs.try_send(Job::Seen { terminal, at_ms }).is_err() {
            tracing::error!(%terminal, "when a terminal was seen could not be noted: too much waits for the store");
        }
    }

    /// Waits until all steps so far are noted.
    pub(crate) async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.jobs.send(Job::Flush(done)).await.is_ok() {
            // An error means that the writer is gone, and nothing is left to wait for.
            drop(wait.await);
        }
    }
}

async fn write(visits: Arc<dyn Visits>, mut queue: mpsc::Receiver<Job>, metrics: SignalingMetrics) {
    while let Some(job) = queue.recv().await {
        match job {
            Job::Note(event) => note(&*visits, event, &metrics).await,
            Job::Count(visit, time) => count(&*visits, visit, time).await,
            Job::Seen { terminal, at_ms } => seen(&*visits, terminal, at_ms).await,
            // Nobody waits any more: nothing is lost by that.
            Job::Flush(done) => drop(done.send(())),
        }
    }
}

async fn note(visits: &dyn Visits, event: VisitEvent, metrics: &SignalingMetrics) {
    let visit = event.visit;
    let waits = |error: &StoreError| tracing::warn!(%visit, %error, "a step waits to be noted");
    if let Err(error) = until_taken(|| visits.record(event.clone()), waits).await {
        metrics.steps_lost.inc();
        tracing::error!(%visit, %error, "a step could not be noted");
    }
}

async fn count(visits: &dyn Visits, visit: VisitId, time: VisitTime) {
    let noted = until_taken(|| visits.add_time(visit, time), |_| ()).await;
    if let Err(error) = noted {
        tracing::error!(%visit, %error, "a visit's time could not be noted");
    }
}

async fn seen(visits: &dyn Visits, terminal: TerminalId, at_ms: u64) {
    let noted = until_taken(|| visits.terminal_seen(terminal, at_ms), |_| ()).await;
    if let Err(error) = noted {
        tracing::error!(%terminal, %error, "when a terminal was seen could not be noted");
    }
}

/// Tries until the store takes it, or refuses it for good; `waits` hears why it has to be tried again.
async fn until_taken<F>(
    attempt: impl Fn() -> F,
    waits: impl Fn(&StoreError),
) -> Result<(), StoreError>
where
    F: Future<Output = Result<(), StoreError>>,
{
    loop {
        match attempt().await {
            Err(error @ (StoreError::Unavailable(_) | StoreError::Conflict)) => {
                waits(&error);
                sleep(RETRY).await;
            }
            taken => return taken,
        }
    }
}
