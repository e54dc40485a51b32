//! How long packets are on the way from one bot to another, both in this process.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{histogram::Histogram, synthetic::Stamp};

/// What bots count together, ns. A clone counts into the same.
#[derive(Clone, Debug, Default)]
pub struct Latencies(Arc<Mutex<Histogram>>);

impl Latencies {
    /// A packet that was sent at the stamp's time is handled now, ns since 1970.
    pub fn note(&self, stamp: Stamp, now_unix_ns: u64) {
        let length = now_unix_ns.saturating_sub(stamp.sent_unix_ns);
        self.with(|counted| counted.record(length));
    }

    /// What was counted since this was asked the last time.
    #[must_use]
    pub fn take(&self) -> Histogram {
        self.with(std::mem::take)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Histogram) -> T) -> T {
        // Counts are plain numbers: whatever a panicking task left is still sound.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_count_together_and_what_was_taken_is_not_counted_again() {
        let latencies = Latencies::default();
        let stamp = Stamp {
            sent_unix_ns: 1_000,
            number: 0,
        };
        latencies.clone().note(stamp, 1_100);
        latencies.note(stamp, 900);
        let taken: Vec<_> = latencies.take().values().collect();
        assert_eq!(taken, [(0, 1), (100, 1)]);
        assert_eq!(latencies.take().count(), 0);
    }
}
