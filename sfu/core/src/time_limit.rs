//! The hard end of a visit.
//!
//! A room has one deadline, a monotonic [`Instant`]; no clock step, no lost database and no closed
//! websocket moves it. Only [`TimeLimit::set`] does, and never once the end has come. Whoever joins
//! late joins the time that is left.
//!
//! A warning is due when its remaining time begins. One that was already past when the deadline was
//! set is skipped: nobody is told 'five minutes' with three left.

use std::time::{Duration, Instant};

/// The remaining times at which the room warns, longest first.
const WARNINGS: [Duration; 2] = [Duration::from_secs(300), Duration::from_secs(60)];

/// What the passing of time brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    /// This much remains, to the second, give or take the caller's lateness.
    Warning(Duration),
    /// The end, once.
    End,
}

/// The deadline and what has been said of it.
#[derive(Debug)]
pub(crate) struct TimeLimit {
    ends_at: Instant,
    /// Index into [`WARNINGS`] of the next one to give.
    next_warning: usize,
    ended: bool,
}

impl TimeLimit {
    pub(crate) fn new(ends_at: Instant, now: Instant) -> Self {
        Self {
            ends_at,
            next_warning: warnings_past(ends_at, now),
            ended: false,
        }
    }

    pub(crate) fn ends_at(&self) -> Instant {
        self.ends_at
    }

    /// Whether the end has been reported, or is due.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.ended || now >= self.ends_at
    }

    /// Whether the end has been reported.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Moves the end. Without effect once it has come, reported or not.
    pub(crate) fn set(&mut self, ends_at: Instant, now: Instant) {
        if !self.is_over(now) {
            self.ends_at = ends_at;
            self.next_warning = warnings_past(ends_at, now);
        }
    }

    /// Brings the end forward to `now`.
    pub(crate) fn end(&mut self, now: Instant) {
        self.set(now, now);
    }

    /// What has become due. Of two warnings due at once, after a stall, only the later counts.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<Passed> {
        if self.ended {
            return None;
        }
        if now >= self.ends_at {
            self.ended = true;
            return Some(Passed::End);
        }
        let mut passed = None;
        while let Some(before) = WARNINGS.get(self.next_warning) {
            if warn_at(self.ends_at, *before).is_some_and(|at| at > now) {
                break;
            }
            passed = Some(Passed::Warning(*before));
            self.next_warning += 1;
        }
        passed
    }

    /// When to call [`TimeLimit::handle_timeout`] next; `None` after the end.
    pub(crate) fn next(&self) -> Option<Instant> {
        if self.ended {
            return None;
        }
        WARNINGS
            .get(self.next_warning)
            .and_then(|before| warn_at(self.ends_at, *before))
            .or(Some(self.ends_at))
    }
}

/// How many warnings are no longer to be given.
fn warnings_past(ends_at: Instant, now: Instant) -> usize {
    let ahead = |before: &Duration| warn_at(ends_at, *before).is_some_and(|at| at > now);
    WARNINGS.iter().position(ahead).unwrap_or(WARNINGS.len())
}

/// `None` where that moment lies before all that this clock can tell.
fn warn_at(ends_at: Instant, before: Duration) -> Option<Instant> {
    ends_at.checked_sub(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn all_until_end(limit: &mut TimeLimit) -> Vec<Passed> {
        let mut passed = Vec::new();
        while let Some(at) = limit.next() {
            passed.extend(limit.handle_timeout(at));
        }
        passed
    }

    #[test]
    fn a_long_visit_is_warned_at_five_and_one_minutes_and_ends_once() {
        let now = Instant::now();
        let mut limit = TimeLimit::new(now + 30 * MINUTE, now);
        assert_eq!(limit.next(), Some(now + 25 * MINUTE));
        assert_eq!(
            all_until_end(&mut limit),
            [
                Passed::Warning(5 * MINUTE),
                Passed::Warning(MINUTE),
                Passed::End
            ]
        );
        assert_eq!(limit.handle_timeout(now + 60 * MINUTE), None);
        assert!(limit.ended());
    }

    #[test]
    fn a_warning_already_past_when_the_end_is_set_is_not_given() {
        let now = Instant::now();
        let mut limit = TimeLimit::new(now + 3 * MINUTE, now);
        assert_eq!(
            all_until_end(&mut limit),
            [Passed::Warning(MINUTE), Passed::End]
        );
        let mut limit = TimeLimit::new(now + MINUTE, now);
        assert_eq!(all_until_end(&mut limit), [Passed::End]);
    }

    #[test]
    fn an_extended_visit_is_warned_anew() {
        let now = Instant::now();
        let mut limit = TimeLimit::new(now + 6 * MINUTE, now);
        let at = now + MINUTE;
        assert_eq!(limit.handle_timeout(at), Some(Passed::Warning(5 * MINUTE)));
        limit.set(now + 20 * MINUTE, at);
        assert_eq!(
            all_until_end(&mut limit),
            [
                Passed::Warning(5 * MINUTE),
                Passed::Warning(MINUTE),
                Passed::End
            ]
        );
    }

    #[test]
    fn an_end_that_has_come_cannot_be_moved() {
        let now = Instant::now();
        let mut limit = TimeLimit::new(now + MINUTE, now);
        limit.end(now);
        assert!(limit.is_over(now));
        assert_eq!(limit.handle_timeout(now), Some(Passed::End));
        limit.set(now + 20 * MINUTE, now);
        assert!(limit.is_over(now));
        assert_eq!(limit.next(), None);
    }

    #[test]
    fn after_a_stall_only_the_later_of_two_warnings_is_given() {
        let now = Instant::now();
        let mut limit = TimeLimit::new(now + 10 * MINUTE, now);
        let late = now + 9 * MINUTE + Duration::from_secs(30);
        assert_eq!(limit.handle_timeout(late), Some(Passed::Warning(MINUTE)));
        assert_eq!(limit.handle_timeout(late), None);
    }
}
