//! Notes the steps of visits in the audit trail, what their time was spent on, and which terminals came and went, of
//! each in order, also over an outage of the store.
//!
//! Rooms hand over a step and go on. While the store is away steps wait here, a bounded number of them;
//! what does not fit is lost, counted and reported.

use std::{slice, sync::Arc, time::Duration};

use booking_domain::{CallNote, Step, StoreError, VisitEvent, VisitTime, Visits};
use ids::{TerminalId, VisitId};
use telemetry::clock::WallClock;
use tokio::{
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot,
    },
    time::sleep,
};

use crate::metrics::SignalingMetrics;

/// Steps of many hundred visits.
const WAITING: usize = 8_192;
/// So many are written together at most.
const TOGETHER: usize = 64;
/// How long the first waits for those that come with it: at the full hour people come by the dozen, and to write what
/// they do together costs little more than one step.
const GATHERING: Duration = Duration::from_millis(100);
const RETRY: Duration = Duration::from_secs(2);

enum Job {
    Note(CallNote),
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
        if self.try_note(CallNote::Step(event)).is_err() {
            self.metrics.steps_lost.inc();
            tracing::error!(%visit, "a step could not be noted: too many wait for the store");
        }
    }

    /// Adds to what a visit's time was spent on.
    pub(crate) fn count(&self, visit: VisitId, time: VisitTime) {
        if self.try_note(CallNote::Time { visit, time }).is_err() {
            tracing::error!(%visit, "a visit's time could not be noted: too much waits for the store");
        }
    }

    /// Notes that a terminal comes or goes now.
    pub(crate) fn seen(&self, terminal: TerminalId) {
        let at_ms = self.clock.now().unix_ms;
        if self.try_note(CallNote::Seen { terminal, at_ms }).is_err() {
            tracing::error!(%terminal, "when a terminal was seen could not be noted: too much waits for the store");
        }
    }

    fn try_note(&self, note: CallNote) -> Result<(), TrySendError<Job>> {
        self.jobs.try_send(Job::Note(note))
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

/// What came within a moment, or while the store was written to, is written together: a store that was away, or is
/// slow, is caught up with.
async fn write(visits: Arc<dyn Visits>, mut queue: mpsc::Receiver<Job>, metrics: SignalingMetrics) {
    let mut jobs = Vec::with_capacity(TOGETHER);
    while queue.recv_many(&mut jobs, TOGETHER).await > 0 {
        if jobs.len() < TOGETHER && jobs.iter().all(|job| matches!(job, Job::Note(_))) {
            sleep(GATHERING).await;
            while jobs.len() < TOGETHER
                && let Ok(job) = queue.try_recv()
            {
                jobs.push(job);
            }
        }
        let mut notes = Vec::with_capacity(jobs.len());
        let mut waiting = Vec::new();
        for job in jobs.drain(..) {
            match job {
                Job::Note(note) => notes.push(note),
                Job::Flush(done) => waiting.push(done),
            }
        }
        // Whoever writes to several visits takes them in one order, so that nobody waits for each other.
        notes.sort_by_key(about);
        note(&*visits, &notes, &metrics).await;
        for done in waiting {
            // Where nobody waits any more nothing is lost.
            let _answered = done.send(());
        }
    }
}

/// What a note is about: what is noted of one thing stays in its order.
const fn about(note: &CallNote) -> (Option<VisitId>, Option<TerminalId>) {
    match note {
        CallNote::Step(VisitEvent { visit, .. }) | CallNote::Time { visit, .. } => {
            (Some(*visit), None)
        }
        CallNote::Seen { terminal, .. } => (None, Some(*terminal)),
    }
}

async fn note(visits: &dyn Visits, notes: &[CallNote], metrics: &SignalingMetrics) {
    let Err(error) = until_taken(visits, notes).await else {
        return;
    };
    if let [note] = notes {
        lost(note, &error, metrics);
        return;
    }
    // One of them is refused for good; the others are not lost by that.
    for note in notes {
        if let Err(error) = until_taken(visits, slice::from_ref(note)).await {
            lost(note, &error, metrics);
        }
    }
}

fn lost(note: &CallNote, error: &StoreError, metrics: &SignalingMetrics) {
    match note {
        CallNote::Step(VisitEvent { visit, .. }) => {
            metrics.steps_lost.inc();
            tracing::error!(%visit, %error, "a step could not be noted");
        }
        CallNote::Time { visit, .. } => {
            tracing::error!(%visit, %error, "a visit's time could not be noted");
        }
        CallNote::Seen { terminal, .. } => {
            tracing::error!(%terminal, %error, "when a terminal was seen could not be noted");
        }
    }
}

/// Tries until the store takes them, or refuses them for good.
async fn until_taken(visits: &dyn Visits, notes: &[CallNote]) -> Result<(), StoreError> {
    if notes.is_empty() {
        return Ok(());
    }
    loop {
        match visits.note(notes).await {
            Err(error @ (StoreError::Unavailable(_) | StoreError::Conflict)) => {
                tracing::warn!(%error, count = notes.len(), "what happened in calls waits to be noted");
                sleep(RETRY).await;
            }
            taken => return taken,
        }
    }
}
