//! The time of day that signaling goes by.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use signaling_core::{Now, SteadyClock};
use telemetry::clock::unix_now_ms;

/// Tells the time of day: the system's, unless another is given. A step of it by more than a minute is believed
/// once it has stood for a quarter of an hour ([`SteadyClock`]).
pub struct WallClock {
    tells: Box<dyn Fn() -> u64 + Send + Sync>,
    steady: Mutex<SteadyClock>,
}

impl WallClock {
    /// A clock that tells Unix milliseconds.
    pub fn telling(tells: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        let told = Now {
            instant: Instant::now(),
            unix_ms: tells(),
        };
        Self {
            tells: Box::new(tells),
            steady: Mutex::new(SteadyClock::new(told)),
        }
    }

    /// This moment.
    pub(crate) fn now(&self) -> Now {
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        let told = Now {
            instant: Instant::now(),
            unix_ms: (self.tells)(),
        };
        let was_set = steady.is_set();
        let now = steady.now(told);
        if steady.is_set() && !was_set {
            tracing::warn!(
                by_ms = told.unix_ms.cast_signed() - now.unix_ms.cast_signed(),
                "the clock was set: calls go by it in a quarter of an hour, or after a restart"
            );
        }
        now
    }
}

impl Default for WallClock {
    fn default() -> Self {
        Self::telling(unix_now_ms)
    }
}
