//! The process's pulse: every few seconds it writes down in the store that it serves, and with which key it seals.
//!
//! That this can be written is the sign that anything can: a disk that is full and a database that hangs still answer
//! who only reads. `/readyz` looks at when it last went well, and so answers at once. Who takes older keys out of the
//! key file looks at which keys are still in use.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use booking_store::Store;
use telemetry::clock::unix_now_ms;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// So often it is written down.
const EVERY: Duration = Duration::from_secs(5);
/// How long the store may take over it.
const WRITING: Duration = Duration::from_secs(5);
/// How long what was written last counts: two turns, and what they may take.
const COUNTS_FOR: Duration = Duration::from_secs(15);
/// Who has not been seen for so long, ms, does not serve any more.
pub(crate) const GONE_AFTER_MS: u64 = 60_000;

/// What is known of the pulse. Clones share it.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Beat>>);

/// How it went, and when it last went well.
#[derive(Clone, Copy, Debug)]
struct Beat {
    well: bool,
    last_well: Instant,
}

impl Pulse {
    /// Of a process that has just written.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self(Arc::new(Mutex::new(Beat {
            well: true,
            last_well: now,
        })))
    }

    /// Notes how it went.
    pub fn note(&self, well: bool, now: Instant) {
        let mut beat = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        beat.well = well;
        if well {
            beat.last_well = now;
        }
    }

    /// Whether the store can be written to, as far as is known.
    #[must_use]
    pub fn is_well(&self, now: Instant) -> bool {
        let beat = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        beat.well && now.saturating_duration_since(beat.last_well) <= COUNTS_FOR
    }
}

/// What writes the pulse. It ends when this is stopped or dropped.
pub(crate) struct Heart {
    pub(crate) pulse: Pulse,
    beating: JoinHandle<()>,
    process: String,
    store: Store,
}

impl Heart {
    /// Writes it for the first time, and then again and again.
    ///
    /// # Errors
    /// The store cannot be written to.
    pub(crate) async fn start(store: &Store, vault_key: u8) -> Result<Self> {
        let process = format!("{:032x}", rand::random::<u128>());
        let first = store.note_serving(&process, vault_key, unix_now_ms()).await;
        first.context("the store cannot be written to")?;
        let pulse = Pulse::new(Instant::now());
        let beating = beat(store.clone(), process.clone(), vault_key, pulse.clone());
        Ok(Self {
            pulse,
            beating: tokio::spawn(beating),
            process,
            store: store.clone(),
        })
    }

    /// Ends, and notes that the process does not serve any more.
    pub(crate) async fn stop(self) {
        self.beating.abort();
        if let Err(error) = self.store.serving_ended(&self.process).await {
            tracing::warn!(%error, "that the process ends is not noted; it is forgotten by itself");
        }
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.beating.abort();
    }
}

async fn beat(store: Store, process: String, vault_key: u8, pulse: Pulse) {
    loop {
        sleep(EVERY).await;
        let written = store.note_serving(&process, vault_key, unix_now_ms());
        let why = match timeout(WRITING, written).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("no answer in time".to_owned()),
        };
        pulse.note(why.is_none(), Instant::now());
        if let Some(why) = why {
            tracing::error!(why, "the store cannot be written to");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_is_well_while_the_last_write_was_and_is_not_long_ago() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let pulse = Pulse::new(start);
        assert!(pulse.is_well(at(15)));
        assert!(!pulse.is_well(at(16)), "who hangs says nothing");
        pulse.note(true, at(20));
        assert!(pulse.is_well(at(21)));
        pulse.note(false, at(25));
        assert!(!pulse.is_well(at(26)));
        pulse.note(true, at(30));
        assert!(pulse.is_well(at(31)));
    }
}
