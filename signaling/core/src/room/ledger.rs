//! How the time of a visit is spent: together, or without one of its two sides.
//!
//! Time is together while the inmate and at least one visitor are there, and the inmate was heard in this visit: a
//! terminal joins by itself, whether or not anybody sits there. Without one of the sides it counts as lost, from
//! the agreed minute on and for as long as a visitor wants the call: has come, and has not hung up. Nothing is lost
//! while the inmate has hung up, or before the first visitor comes.

use std::time::{Duration, Instant};

/// What was spent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeSpent {
    /// Both sides were there.
    pub together: Duration,
    /// A visitor was there or on the way back, and the inmate was not.
    pub without_inmate: Duration,
    /// The inmate was there, and the visitors were cut off.
    pub without_visitors: Duration,
}

/// What a moment counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counts {
    Together,
    WithoutInmate,
    WithoutVisitors,
    /// Nobody waits for anybody.
    Nothing,
}

/// What was spent, and what the present counts as.
#[derive(Debug)]
pub(super) struct TimeLedger {
    counts: Counts,
    since: Instant,
    spent: TimeSpent,
}

impl TimeSpent {
    /// What was lost.
    #[must_use]
    pub const fn lost(&self) -> Duration {
        self.without_inmate.saturating_add(self.without_visitors)
    }

    /// What has been added since `before`, of the same visit.
    #[must_use]
    pub const fn since(&self, before: &Self) -> Self {
        Self {
            together: self.together.saturating_sub(before.together),
            without_inmate: self.without_inmate.saturating_sub(before.without_inmate),
            without_visitors: self
                .without_visitors
                .saturating_sub(before.without_visitors),
        }
    }

    fn add(&mut self, counts: Counts, time: Duration) {
        match counts {
            Counts::Together => self.together += time,
            Counts::WithoutInmate => self.without_inmate += time,
            Counts::WithoutVisitors => self.without_visitors += time,
            Counts::Nothing => {}
        }
    }
}

impl TimeLedger {
    /// A ledger in which nothing counts before the agreed minute.
    pub(super) fn new(starts_at: Instant) -> Self {
        Self {
            counts: Counts::Nothing,
            since: starts_at,
            spent: TimeSpent::default(),
        }
    }

    /// From `at` on, time counts as `counts`. A moment before the last turn counts from the last turn on.
    pub(super) fn turn(&mut self, counts: Counts, at: Instant) {
        if counts != self.counts {
            self.spent = self.spent(at);
            self.since = self.since.max(at);
            self.counts = counts;
        }
    }

    /// What was spent until `at`.
    pub(super) fn spent(&self, at: Instant) -> TimeSpent {
        let mut spent = self.spent;
        spent.add(self.counts, at.saturating_duration_since(self.since));
        spent
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn what_is_before_the_agreed_minute_is_neither_spent_nor_lost() {
        let starts_at = Instant::now() + 10 * MINUTE;
        let mut ledger = TimeLedger::new(starts_at);
        ledger.turn(Counts::WithoutInmate, starts_at - 8 * MINUTE);
        ledger.turn(Counts::Together, starts_at - 5 * MINUTE);
        assert_eq!(ledger.spent(starts_at), TimeSpent::default());
        let spent = ledger.spent(starts_at + MINUTE);
        assert_eq!((spent.together, spent.lost()), (MINUTE, Duration::ZERO));
    }

    #[test]
    fn an_interruption_that_shows_late_counts_from_its_beginning() {
        let start = Instant::now();
        let mut ledger = TimeLedger::new(start);
        ledger.turn(Counts::Together, start);
        ledger.turn(Counts::WithoutVisitors, start + 3 * MINUTE);
        let spent = ledger.spent(start + 4 * MINUTE);
        assert_eq!(spent.together, 3 * MINUTE);
        assert_eq!(spent.without_visitors, MINUTE);
    }

    proptest! {
        /// However the sides come and go, and however late it shows: no moment counts twice, and none is made up.
        #[test]
        fn all_that_counts_is_no_longer_than_what_has_passed(
            turns in proptest::collection::vec((0..4_u8, 0..40_u64, 0..10_u64), 0..40),
        ) {
            let start = Instant::now();
            let mut ledger = TimeLedger::new(start);
            let (mut now, mut before) = (start, TimeSpent::default());
            for (counts, later, shows_late) in turns {
                now += Duration::from_secs(later);
                let counts = match counts {
                    0 => Counts::Together,
                    1 => Counts::WithoutInmate,
                    2 => Counts::WithoutVisitors,
                    _ => Counts::Nothing,
                };
                let at = now.checked_sub(Duration::from_secs(shows_late)).unwrap_or(now);
                ledger.turn(counts, at);
                let spent = ledger.spent(now);
                prop_assert!(spent.together + spent.lost() <= now - start);
                prop_assert!(spent.lost() >= before.lost().saturating_sub(Duration::from_secs(10)));
                before = spent;
            }
        }
    }
}
