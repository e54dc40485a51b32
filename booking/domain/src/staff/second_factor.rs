//! The second factor: codes by the clock (RFC 6238).

use std::time::Duration;

/// How long a code is the current one, seconds (RFC 6238 section 4.1).
pub const CODE_PERIOD_S: u64 = 30;
/// How many wrong codes may be tried within [`CODE_ATTEMPTS_WITHIN_MS`].
pub const CODE_ATTEMPTS: u32 = 5;
/// After so long one may try again: 15 minutes.
pub const CODE_ATTEMPTS_WITHIN_MS: u64 = 15 * 60 * 1000;

/// The codes that were tried of late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeAttempts {
    /// How many.
    pub count: u32,
    /// When the first of them was, Unix milliseconds.
    pub since_ms: u64,
}

impl CodeAttempts {
    /// With one more at a moment, Unix milliseconds.
    ///
    /// # Errors
    ///
    /// How long it has to wait, where there were too many.
    pub const fn with_one_more(self, now_ms: u64) -> Result<Self, Duration> {
        let free_ms = self.since_ms.saturating_add(CODE_ATTEMPTS_WITHIN_MS);
        if free_ms <= now_ms {
            Ok(Self {
                count: 1,
                since_ms: now_ms,
            })
        } else if self.count < CODE_ATTEMPTS {
            Ok(Self {
                count: self.count + 1,
                since_ms: self.since_ms,
            })
        } else {
            Err(Duration::from_millis(free_ms - now_ms))
        }
    }
}

/// The time step whose code was shown, if it counts: the current one, or one beside it for clocks that
/// are off (section 5.2), and none that is as old as `last_step`, as a code counts once.
pub fn accepted_step(now_ms: u64, last_step: u64, is_code_of: impl Fn(u64) -> bool) -> Option<u64> {
    let current = now_ms / 1000 / CODE_PERIOD_S;
    [
        current.saturating_sub(1),
        current,
        current.saturating_add(1),
    ]
    .into_iter()
    .find(|step| *step > last_step && is_code_of(*step))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PERIOD_MS: u64 = CODE_PERIOD_S * 1000;
    /// 2026-11-24 09:00 in Taipei.
    const NOW_MS: u64 = 1_795_482_000_000;

    /// The step of a phone's clock that is off by so much.
    fn shown(now_ms: u64, off_ms: i64) -> u64 {
        now_ms.saturating_add_signed(off_ms) / PERIOD_MS
    }

    proptest! {
        /// Clocks that are off by one period at most are always met, and those that are off by two never.
        #[test]
        fn a_clock_may_be_off_by_a_period(
            now_ms in 0..NOW_MS, off_ms in -90_000_i64..90_000, last_step in 0_u64..3,
        ) {
            let now_ms = NOW_MS + now_ms;
            let step = shown(now_ms, off_ms);
            let accepted = accepted_step(now_ms, last_step, |of| of == step);
            prop_assert!(accepted.is_none_or(|accepted| accepted == step));
            if off_ms.unsigned_abs() <= PERIOD_MS {
                prop_assert_eq!(accepted, Some(step));
            }
            if off_ms.unsigned_abs() >= 2 * PERIOD_MS {
                prop_assert_eq!(accepted, None);
            }
        }

        #[test]
        fn whatever_codes_are_shown_again_each_counts_once(
            tries in proptest::collection::vec((0_u64..40_000, -30_000_i64..30_000), 1..40),
        ) {
            let (mut now_ms, mut last_step) = (NOW_MS, 0);
            for (later_ms, off_ms) in tries {
                now_ms += later_ms;
                let step = shown(now_ms, off_ms);
                if let Some(accepted) = accepted_step(now_ms, last_step, |of| of == step) {
                    prop_assert!(accepted > last_step);
                    last_step = accepted;
                    prop_assert_eq!(accepted_step(now_ms, last_step, |of| of == step), None);
                }
            }
        }

        /// Whoever guesses gets five codes a quarter of an hour, and nobody waits longer than that.
        #[test]
        fn five_codes_are_looked_at_and_who_waits_tries_again(
            gaps_ms in proptest::collection::vec(0..CODE_ATTEMPTS_WITHIN_MS / 3, 1..60),
        ) {
            let (mut now_ms, mut attempts) = (NOW_MS, CodeAttempts::default());
            let mut looked_at = Vec::new();
            for gap_ms in gaps_ms {
                now_ms += gap_ms;
                match attempts.with_one_more(now_ms) {
                    Ok(more) => {
                        attempts = more;
                        looked_at.push(now_ms);
                    }
                    Err(wait) => {
                        let wait_ms = wait.as_millis() as u64;
                        prop_assert!(0 < wait_ms && wait_ms <= CODE_ATTEMPTS_WITHIN_MS);
                        prop_assert!(attempts.with_one_more(now_ms + wait_ms - 1).is_err());
                        prop_assert!(attempts.with_one_more(now_ms + wait_ms).is_ok());
                    }
                }
                let of_late = looked_at.iter().filter(|at_ms| **at_ms >= attempts.since_ms);
                prop_assert!(of_late.count() as u64 <= u64::from(CODE_ATTEMPTS));
            }
            for series in looked_at.windows(CODE_ATTEMPTS as usize * 2 + 1) {
                prop_assert!(series[series.len() - 1] - series[0] >= CODE_ATTEMPTS_WITHIN_MS);
            }
        }
    }

    #[test]
    fn the_code_of_the_step_before_or_after_counts_and_none_farther_off() {
        for (step, counts) in [
            (98, false),
            (99, true),
            (100, true),
            (101, true),
            (102, false),
        ] {
            let accepted = accepted_step(100 * 30_000 + 29_999, 0, |shown| shown == step);
            assert_eq!(accepted, counts.then_some(step));
        }
    }

    #[test]
    fn a_code_counts_once() {
        let accepted = |last_step| accepted_step(100 * 30_000, last_step, |step| step == 100);
        assert_eq!(accepted(99), Some(100));
        assert_eq!(accepted(100), None);
        assert_eq!(accepted(101), None);
    }
}
