//! The time of day, asked for in one place, and turned into monotonic deadlines once.
//!
//! A visit's times are wall-clock times: the family was told "Thursday, 10:30". A running call is held
//! to a monotonic deadline instead, so that stepping the clock by an hour moves no call. An [`Anchor`]
//! is the moment at which the one was turned into the other. The whole program goes by one [`WallClock`]
//! without jumps, so that its parts agree while a machine's clock is set.

mod steady;
mod wall;

use std::time::{Duration, Instant};

pub use steady::SteadyClock;
pub use wall::WallClock;

/// Unix time now by the clock of the program, in milliseconds.
#[must_use]
pub fn unix_now_ms() -> u64 {
    WallClock::system().now().unix_ms
}

/// One moment, on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The moment on the monotonic clock.
    pub instant: Instant,
    /// The moment in Unix milliseconds.
    pub unix_ms: u64,
}

impl Anchor {
    /// This moment.
    #[must_use]
    pub fn now() -> Self {
        WallClock::system().now()
    }

    /// The monotonic deadline of the Unix time `unix_ms`; a time before the anchor is due at once.
    #[must_use]
    pub fn deadline(&self, unix_ms: u64) -> Instant {
        self.instant + Duration::from_millis(unix_ms.saturating_sub(self.unix_ms))
    }

    /// The Unix time in milliseconds of a monotonic moment at or after the anchor.
    #[must_use]
    pub fn unix_ms_at(&self, instant: Instant) -> u64 {
        let since = instant.saturating_duration_since(self.instant);
        self.unix_ms
            .saturating_add(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_keeps_its_distance_to_the_anchor_and_never_lies_before_it() {
        let anchor = Anchor {
            instant: Instant::now(),
            unix_ms: 1_000_000,
        };
        let deadline = anchor.deadline(1_090_000);
        assert_eq!(deadline - anchor.instant, Duration::from_secs(90));
        assert_eq!(anchor.unix_ms_at(deadline), 1_090_000);
        assert_eq!(anchor.deadline(5), anchor.instant);
    }
}
