//! When a message that did not go out is tried again.
//!
//! The pauses double up to a bound, each shortened by some chance, so that messages that failed together do
//! not come back together. The bound is what people feel after an outage: a gateway that answers again gets
//! everything within that time.

/// Why a gateway did not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The gateway cannot be reached, does not answer in time, or serves nobody at present: nothing about
    /// this message. Whether it was taken is not known.
    Unreachable,
    /// The gateway answered that this message cannot be taken now.
    Deferred,
    /// The gateway will never take it, such as for a number that does not exist.
    Rejected,
}

/// How patient sending is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The first pause, ms.
    pub first_pause_ms: u64,
    /// The longest pause, ms.
    pub longest_pause_ms: u64,
    /// So often a gateway may defer a message. That it cannot be reached does not count: then only time runs
    /// out.
    pub attempts: u32,
    /// How long a message waits that has no end of its own, ms.
    pub patience_ms: u64,
}

/// What becomes of a message that did not go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// It is tried again.
    Again {
        /// Unix milliseconds.
        at_ms: u64,
    },
    /// It was refused, or tried too often.
    Failed,
    /// It would help nobody any more.
    Expired,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            first_pause_ms: 4_000,
            longest_pause_ms: 60_000,
            attempts: 120,
            patience_ms: 3 * 24 * 60 * 60 * 1000,
        }
    }
}

impl RetryPolicy {
    /// What comes after the failure of attempt number `attempt`, counted from 1, at `now_ms`.
    ///
    /// `ends_at_ms` is when the message helps nobody any more; `chance` is any number, each as likely.
    #[must_use]
    pub fn after(
        &self,
        failure: Failure,
        attempt: u32,
        ends_at_ms: u64,
        now_ms: u64,
        chance: u32,
    ) -> NextStep {
        match failure {
            Failure::Rejected => return NextStep::Failed,
            Failure::Deferred if attempt >= self.attempts => return NextStep::Failed,
            Failure::Deferred | Failure::Unreachable => {}
        }
        let at_ms = now_ms.saturating_add(self.pause_ms(attempt, chance));
        if at_ms >= ends_at_ms {
            return NextStep::Expired;
        }
        NextStep::Again { at_ms }
    }

    /// When a message helps nobody any more that was queued at `created_at_ms`.
    #[must_use]
    pub fn ends_at_ms(&self, created_at_ms: u64, expires_at_ms: Option<u64>) -> u64 {
        expires_at_ms.unwrap_or_else(|| created_at_ms.saturating_add(self.patience_ms))
    }

    fn pause_ms(&self, attempt: u32, chance: u32) -> u64 {
        let doublings = attempt.saturating_sub(1).min(32);
        let pause = self.first_pause_ms.saturating_mul(1 << doublings);
        let pause = pause.min(self.longest_pause_ms);
        pause - (pause / 4).saturating_mul(u64::from(chance)) / u64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        first_pause_ms: 4_000,
        longest_pause_ms: 60_000,
        attempts: 120,
        patience_ms: 1_000_000,
    };

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses: Vec<_> = (1..=6)
            .map(|attempt| POLICY.pause_ms(attempt, 0) / 1_000)
            .collect();
        assert_eq!(pauses, [4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn a_gateway_that_is_away_is_waited_for_and_one_that_refuses_is_not() {
        let after = |failure, attempt| POLICY.after(failure, attempt, u64::MAX, 0, 0);
        assert_eq!(after(Failure::Rejected, 1), NextStep::Failed);
        assert_eq!(after(Failure::Deferred, 120), NextStep::Failed);
        let again = NextStep::Again { at_ms: 60_000 };
        assert_eq!(after(Failure::Deferred, 119), again);
        assert_eq!(after(Failure::Unreachable, 100_000), again);
    }

    proptest! {
        #[test]
        fn a_pause_lies_between_three_quarters_and_the_whole_of_its_step_and_ends_before_the_message(
            attempt in 1_u32..200_000, ends_at_ms in any::<u64>(), now_ms in 0..u64::MAX / 2,
            chance in any::<u32>(),
        ) {
            let pause = POLICY.pause_ms(attempt, chance);
            let whole = POLICY.pause_ms(attempt, 0);
            prop_assert!(whole - whole / 4 <= pause && pause <= whole);
            prop_assert!(whole <= POLICY.longest_pause_ms);
            match POLICY.after(Failure::Unreachable, attempt, ends_at_ms, now_ms, chance) {
                NextStep::Again { at_ms } => prop_assert!(now_ms < at_ms && at_ms < ends_at_ms),
                NextStep::Expired => prop_assert!(now_ms + pause >= ends_at_ms),
                NextStep::Failed => prop_assert!(false),
            }
        }
    }
}
