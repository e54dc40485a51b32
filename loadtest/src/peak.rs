//! How often something happened within any one second at most.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

const SECOND: Duration = Duration::from_secs(1);

/// Counts what happens, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Peak {
    /// What happened within the last second.
    recent: VecDeque<Instant>,
    most: usize,
}

impl Peak {
    /// It happened.
    pub fn note(&mut self, now: Instant) {
        let is_over = |at: &Instant| now.saturating_duration_since(*at) >= SECOND;
        while self.recent.front().is_some_and(is_over) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        self.most = self.most.max(self.recent.len());
    }

    /// The most that happened within a second.
    #[must_use]
    pub const fn most(&self) -> u64 {
        self.most as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_may_begin_at_any_time_and_what_is_a_second_apart_is_not_in_the_same() {
        let start = Instant::now();
        let most = |millis: &[u64]| {
            let mut peak = Peak::default();
            for at in millis {
                peak.note(start + Duration::from_millis(*at));
            }
            peak.most()
        };
        assert_eq!(most(&[]), 0);
        assert_eq!(most(&[0, 1_000, 2_000]), 1);
        assert_eq!(most(&[0, 900, 1_100, 1_899, 3_000]), 3);
    }
}
