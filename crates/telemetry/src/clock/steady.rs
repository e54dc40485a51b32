//! The time of day without its jumps.
//!
//! A visit opens at a minute that was agreed, and a clock that is set by an hour for a moment must neither let
//! somebody in an hour early nor keep anybody out. So a step of the clock is believed once it has stood for a
//! while: until then the time of day goes on as it was.

use std::time::{Duration, Instant};

use super::Anchor;

/// A step as small is followed at once: by as much a machine that was suspended is late, and nobody is hurt.
const FOLLOWED_MS: u64 = 60_000;
/// A larger one is followed after as long.
const BELIEVED_AFTER: Duration = Duration::from_mins(15);

/// Goes by a clock, and by itself while that clock has just been set.
#[derive(Clone, Copy, Debug)]
pub struct SteadyClock {
    /// The last moment at which the clock was believed.
    anchor: Anchor,
    /// What the clock tells otherwise, and since when.
    set: Option<Set>,
}

/// A clock was set.
#[derive(Clone, Copy, Debug)]
struct Set {
    since: Instant,
    /// By so much, ms.
    by_ms: i64,
}

impl SteadyClock {
    /// A clock that believes what is told first.
    #[must_use]
    pub const fn new(told: Anchor) -> Self {
        Self {
            anchor: told,
            set: None,
        }
    }

    /// What the time of day is at a moment, when a clock tells this of it.
    pub fn now(&mut self, told: Anchor) -> Anchor {
        let kept_ms = self.anchor.unix_ms_at(told.instant);
        let by_ms = told.unix_ms.cast_signed() - kept_ms.cast_signed();
        if by_ms.unsigned_abs() > FOLLOWED_MS {
            let anew = Set {
                since: told.instant,
                by_ms,
            };
            let same = |set: &Set| set.by_ms.abs_diff(by_ms) <= FOLLOWED_MS;
            let set = self.set.filter(same).unwrap_or(anew);
            self.set = Some(set);
            if told.instant.saturating_duration_since(set.since) < BELIEVED_AFTER {
                return Anchor {
                    unix_ms: kept_ms,
                    ..told
                };
            }
        }
        *self = Self::new(told);
        told
    }

    /// Whether the clock was set, and is not believed yet.
    #[must_use]
    pub const fn is_set(&self) -> bool {
        self.set.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    const NOON: u64 = 1_795_658_400_000;

    /// So many seconds after the beginning, when the clock is set by `step_ms`.
    fn told(begin: Instant, seconds: u64, step_ms: i64) -> Anchor {
        Anchor {
            instant: begin + Duration::from_secs(seconds),
            unix_ms: (NOON + seconds * 1_000).saturating_add_signed(step_ms),
        }
    }

    #[test]
    fn a_step_is_believed_once_it_has_stood_for_a_quarter_of_an_hour() {
        for step in [HOUR_MS, -HOUR_MS] {
            let begin = Instant::now();
            let mut clock = SteadyClock::new(told(begin, 0, 0));
            for seconds in [1, 600, 900] {
                let now = clock.now(told(begin, seconds, step));
                assert_eq!(now, told(begin, seconds, 0), "as it was");
                assert!(clock.is_set());
            }
            assert_eq!(
                clock.now(told(begin, 901, step)),
                told(begin, 901, step),
                "believed"
            );
            assert!(!clock.is_set());
        }
    }

    #[test]
    fn a_step_that_is_taken_back_leaves_no_trace() {
        let begin = Instant::now();
        let mut clock = SteadyClock::new(told(begin, 0, 0));
        clock.now(told(begin, 1, HOUR_MS));
        clock.now(told(begin, 600, 0));
        assert!(!clock.is_set());
        let now = clock.now(told(begin, 1_000, HOUR_MS));
        assert_eq!(now, told(begin, 1_000, 0), "it begins anew");
    }

    #[test]
    fn a_second_step_has_to_stand_for_a_quarter_of_an_hour_itself() {
        let begin = Instant::now();
        let mut clock = SteadyClock::new(told(begin, 0, 0));
        clock.now(told(begin, 1, HOUR_MS));
        for seconds in [800, 901, 1_699] {
            let now = clock.now(told(begin, seconds, -3 * HOUR_MS));
            assert_eq!(now, told(begin, seconds, 0), "as it was");
        }
        let second = told(begin, 1_700, -3 * HOUR_MS);
        assert_eq!(clock.now(second), second, "believed");
    }

    #[test]
    fn a_small_step_and_a_drift_are_followed_at_once() {
        let begin = Instant::now();
        let mut clock = SteadyClock::new(told(begin, 0, 0));
        for hour in 1..100 {
            let drifted = told(begin, 3_600 * hour, 50_000 * hour.cast_signed());
            assert_eq!(clock.now(drifted), drifted);
        }
    }
}
