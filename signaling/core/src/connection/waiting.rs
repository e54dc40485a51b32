//! A visitor before the window opens.

use std::time::{Duration, Instant};

use protocol::{Credential, Visit};

use crate::Now;

/// How often the visit is looked at while somebody waits: it may be cancelled, or opened earlier.
const LOOK: Duration = Duration::from_secs(30);
/// How soon to ask again when the window is open and the store did not answer.
const RETRY: Duration = Duration::from_secs(2);

/// Somebody who is early.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) credential: Credential,
    pub(super) offer: String,
    pub(super) visit: Visit,
    ask_at: Instant,
    asking: bool,
}

impl Waiting {
    pub(super) fn new(credential: Credential, offer: String, visit: Visit, now: Now) -> Self {
        let mut waiting = Self {
            credential,
            offer,
            visit,
            ask_at: now.instant,
            asking: false,
        };
        waiting.answered(now);
        waiting
    }

    /// The question was answered, or not: the next one comes at the opening, or soon.
    pub(super) fn answered(&mut self, now: Now) {
        self.asking = false;
        self.ask_at = if self.visit.opens_at_ms <= now.unix_ms {
            now.instant + RETRY
        } else {
            now.deadline(self.visit.opens_at_ms).min(now.instant + LOOK)
        };
    }

    /// When to ask whether the window is open; `None` while that is being asked.
    pub(super) fn ask_at(&self) -> Option<Instant> {
        (!self.asking).then_some(self.ask_at)
    }

    pub(super) fn asking(&mut self) -> Credential {
        self.asking = true;
        self.credential.clone()
    }
}
