//! A clock that tells the time of day, without its jumps.

use std::{
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use super::{Anchor, SteadyClock};

/// The clock that the whole program goes by.
static SYSTEM: LazyLock<Arc<WallClock>> = LazyLock::new(|| Arc::new(WallClock::telling(system_ms)));

/// Tells the time of day: the system's, unless another is given. A step of it by more than a minute is believed
/// once it has stood for a quarter of an hour ([`SteadyClock`]).
pub struct WallClock {
    tells: Box<dyn Fn() -> u64 + Send + Sync>,
    steady: Mutex<SteadyClock>,
}

impl WallClock {
    /// The system's, which all of the program shares.
    #[must_use]
    pub fn system() -> &'static Arc<Self> {
        &SYSTEM
    }

    /// A clock that goes by what tells Unix milliseconds.
    pub fn telling(tells: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        let told = Anchor {
            instant: Instant::now(),
            unix_ms: tells(),
        };
        Self {
            tells: Box::new(tells),
            steady: Mutex::new(SteadyClock::new(told)),
        }
    }

    /// This moment.
    pub fn now(&self) -> Anchor {
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        let told = Anchor {
            instant: Instant::now(),
            unix_ms: (self.tells)(),
        };
        let was_set = steady.is_set();
        let now = steady.now(told);
        let set = steady.is_set() && !was_set;
        drop(steady);
        if set {
            tracing::warn!(
                by_ms = told.unix_ms.cast_signed() - now.unix_ms.cast_signed(),
                "the clock was set: the program goes by it in a quarter of an hour, or after a restart"
            );
        }
        now
    }
}

/// The system's Unix time in milliseconds. Zero on a clock set before 1970.
fn system_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}
