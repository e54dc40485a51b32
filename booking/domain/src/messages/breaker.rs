//! Leaving a gateway alone that does not answer.
//!
//! After some failures in a row nothing is sent for a pause; then one message tries the way. If it gets
//! through, all may follow, else the next pause is longer, up to a bound. So an outage costs a gateway one
//! request a pause, however many messages wait, and each message hardly any attempt.

const FAILURES: u32 = 3;
const FIRST_PAUSE_MS: u64 = 2_000;
/// So long after a gateway is back the first message may take to try it.
const LONGEST_PAUSE_MS: u64 = 30_000;

/// The state of the way to one gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    closed_until_ms: u64,
}

impl Breaker {
    /// How many of `most` messages may be sent at `now_ms`.
    #[must_use]
    pub const fn permits(&self, most: u32, now_ms: u64) -> u32 {
        if self.failures < FAILURES {
            most
        } else if now_ms >= self.closed_until_ms {
            if most < 1 { most } else { 1 }
        } else {
            0
        }
    }

    /// Until when nothing is sent, Unix milliseconds, if it is so at `now_ms`.
    #[must_use]
    pub fn closed_until_ms(&self, now_ms: u64) -> Option<u64> {
        (self.permits(1, now_ms) == 0).then_some(self.closed_until_ms)
    }

    /// The gateway answered.
    pub const fn answered(&mut self) {
        self.failures = 0;
    }

    /// The gateway did not answer at `now_ms`.
    pub fn failed(&mut self, now_ms: u64) {
        self.failures = self.failures.saturating_add(1);
        if let Some(doublings) = self.failures.checked_sub(FAILURES) {
            let pause = FIRST_PAUSE_MS << doublings.min(8);
            self.closed_until_ms = now_ms.saturating_add(pause.min(LONGEST_PAUSE_MS));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However a gateway behaves: nobody waits longer than a pause, one message at a time tries the way, and what
        /// gets through opens it.
        #[test]
        fn a_gateway_that_is_back_is_tried_soon_and_by_one_message(
            answers in proptest::collection::vec((0_u64..40_000, proptest::bool::weighted(0.3)), 1..60),
        ) {
            let (mut breaker, mut now_ms) = (Breaker::default(), 1_000_000);
            let mut failures = 0;
            for (later_ms, answered) in answers {
                now_ms += later_ms;
                let permitted = breaker.permits(50, now_ms);
                let expected: &[u32] = if failures < FAILURES { &[50] } else { &[0, 1] };
                prop_assert!(expected.contains(&permitted), "{permitted} after {failures}");
                prop_assert!(breaker.permits(50, now_ms + LONGEST_PAUSE_MS) >= 1);
                if permitted == 0 {
                    prop_assert!(breaker.closed_until_ms(now_ms).is_some_and(|until_ms| until_ms > now_ms));
                } else if answered {
                    breaker.answered();
                    failures = 0;
                } else {
                    breaker.failed(now_ms);
                    failures += 1;
                }
            }
        }
    }

    #[test]
    fn after_three_failures_one_message_a_pause_tries_the_way() {
        let mut breaker = Breaker::default();
        for _ in 0..2 {
            breaker.failed(0);
        }
        assert_eq!(breaker.permits(16, 0), 16);
        breaker.failed(1_000);
        assert_eq!(breaker.permits(16, 2_999), 0);
        assert_eq!(breaker.closed_until_ms(2_999), Some(3_000));
        assert_eq!(breaker.permits(16, 3_000), 1);
        assert_eq!(breaker.closed_until_ms(3_000), None);
        breaker.failed(3_000);
        assert_eq!(
            (breaker.permits(16, 6_999), breaker.permits(16, 7_000)),
            (0, 1)
        );
        breaker.answered();
        assert_eq!(breaker.permits(16, 7_000), 16);
    }

    #[test]
    fn however_long_an_outage_lasts_the_way_is_tried_twice_a_minute() {
        let mut breaker = Breaker::default();
        let mut now_ms = 0;
        for _ in 0..1_000 {
            breaker.failed(now_ms);
            let opens = breaker.closed_until_ms(now_ms).unwrap_or(now_ms);
            assert!(opens - now_ms <= 30_000);
            now_ms = opens;
        }
    }
}
