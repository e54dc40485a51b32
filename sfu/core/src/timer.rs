//! Every deadline of a room, named, in one small table.

use std::time::Instant;

/// What a room waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// A warning or the end of the visit.
    TimeLimit,
    /// Transport-wide feedback to publishers.
    Feedback,
    /// Lost packets to ask a publisher for, first or again.
    Nack,
    /// A key-frame request that was held back, or has had no answer.
    KeyFrame,
    /// Sender and receiver reports.
    Report,
    /// Which simulcast layers still live, and who receives which.
    Selection,
    /// Padding that asks a receiver's network whether it carries more.
    Probe,
    /// An encoding that nobody has needed for a while is to be paused.
    Encodings,
    /// Nobody has spoken for a while.
    Silence,
}

const COUNT: usize = Timer::Silence as usize + 1;

const ALL: [Timer; COUNT] = [
    Timer::TimeLimit,
    Timer::Feedback,
    Timer::Nack,
    Timer::KeyFrame,
    Timer::Report,
    Timer::Selection,
    Timer::Probe,
    Timer::Encodings,
    Timer::Silence,
];

/// When each timer fires, if it is armed.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    at: [Option<Instant>; COUNT],
}

impl Timers {
    /// Arms, moves or, with `None`, disarms a timer.
    pub(crate) fn set(&mut self, timer: Timer, at: Option<Instant>) {
        self.at[timer as usize] = at;
    }

    /// Arms a timer, unless it would fire earlier already.
    pub(crate) fn arm(&mut self, timer: Timer, at: Instant) {
        let slot = &mut self.at[timer as usize];
        if slot.is_none_or(|earlier| at < earlier) {
            *slot = Some(at);
        }
    }

    pub(crate) fn is_armed(&self, timer: Timer) -> bool {
        self.at[timer as usize].is_some()
    }

    /// Takes a timer that is due, disarming it.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<Timer> {
        let due = ALL
            .into_iter()
            .find(|timer| self.at[*timer as usize].is_some_and(|at| at <= now))?;
        self.at[due as usize] = None;
        Some(due)
    }

    /// When the earliest timer fires.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.at.iter().flatten().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_earliest_deadline_counts_and_each_timer_fires_once() {
        let now = Instant::now();
        let later = now + Duration::from_millis(10);
        let mut timers = Timers::default();
        assert_eq!(timers.next(), None);
        timers.set(Timer::Report, Some(later));
        timers.arm(Timer::Nack, now);
        timers.arm(Timer::Nack, later);
        assert_eq!(timers.next(), Some(now));
        assert_eq!(timers.pop(now), Some(Timer::Nack));
        assert_eq!(timers.pop(now), None);
        assert!(timers.is_armed(Timer::Report));
        assert_eq!(timers.pop(later), Some(Timer::Report));
        assert_eq!(timers.next(), None);
    }
}
