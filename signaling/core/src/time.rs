//! One moment, on both clocks.

use std::time::{Duration, Instant};

/// One moment. Waiting is measured on the monotonic clock; people and stores speak Unix time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The moment on the monotonic clock.
    pub instant: Instant,
    /// The moment in Unix milliseconds.
    pub unix_ms: u64,
}

impl Now {
    /// The monotonic moment of the Unix time `unix_ms`, counted from here. What has passed is now.
    #[must_use]
    pub fn deadline(&self, unix_ms: u64) -> Instant {
        self.instant + Duration::from_millis(unix_ms.saturating_sub(self.unix_ms))
    }

    /// The Unix time, in milliseconds, of a monotonic moment at or after this one.
    #[must_use]
    pub fn unix_ms_at(&self, instant: Instant) -> u64 {
        let since = instant.saturating_duration_since(self.instant).as_millis();
        self.unix_ms
            .saturating_add(u64::try_from(since).unwrap_or(u64::MAX))
    }
}
