//! How much may be sent again to one receiver.
//!
//! A request of a few bytes calls for thousands. So what is sent again has a budget of its own: as many
//! bytes as the way carries at all, of which half a second's can come at once.

use std::time::{Duration, Instant};

/// What the way carries as long as nobody tells, bit/s.
const UNKNOWN: u64 = 2_500_000;
/// So much time's bytes can be asked for at once.
const AT_ONCE: Duration = Duration::from_millis(500);

/// The budget.
#[derive(Debug, Default)]
pub(crate) struct ResendBudget {
    /// Bytes in it, and when they were counted.
    counted: Option<(u64, Instant)>,
}

impl ResendBudget {
    /// Takes the bytes of a packet out of it, if they are there. `estimate`: what the way carries, bit/s.
    pub(crate) fn take(&mut self, bytes: usize, estimate: Option<u64>, now: Instant) -> bool {
        let rate = estimate.unwrap_or(UNKNOWN);
        let full = bytes_in(AT_ONCE, rate);
        let there = self.counted.map_or(full, |(there, at)| {
            let since = now.saturating_duration_since(at).min(AT_ONCE);
            full.min(there + bytes_in(since, rate))
        });
        let left = there.checked_sub(bytes as u64);
        self.counted = Some((left.unwrap_or(there), now));
        left.is_some()
    }
}

fn bytes_in(time: Duration, bits_per_second: u64) -> u64 {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    bits_per_second.saturating_mul(micros) / 8_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_sent_as_fast_as_the_way_carries_it() {
        let began = Instant::now();
        let mut budget = ResendBudget::default();
        let mut sent = 0;
        for millis in 0..2_000 {
            let now = began + Duration::from_millis(millis);
            while budget.take(1_000, Some(800_000), now) {
                sent += 1_000;
            }
        }
        assert_eq!(
            sent,
            50_000 + 199_000,
            "half a second at once, then 100 kB/s"
        );
    }

    #[test]
    fn a_way_of_which_nobody_tells_carries_a_picture() {
        let now = Instant::now();
        let mut budget = ResendBudget::default();
        assert!((0..100).all(|_| budget.take(1_200, None, now)));
        assert!((0..100).any(|_| !budget.take(1_200, None, now)));
    }
}
