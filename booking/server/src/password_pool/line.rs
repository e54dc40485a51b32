//! Who finds no place comes back in turn: one after another, as fast as hashes are computed. So of thousands
//! who come at once nobody is sent away for good, and they do not all come back in the same moment.
//!
//! A turn is no reservation: whoever never comes back keeps nobody waiting, and whoever comes early and finds
//! a place has it.

use std::time::{Duration, Instant};

use super::AT_ONCE;

/// What one hash takes until the first was measured.
const FIRST_GUESS: Duration = Duration::from_millis(60);
/// How long somebody waits for an answer at most: pages give one up after 30 seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// Nobody is asked to stay away for longer, however many come.
const LONGEST_TURN: Duration = Duration::from_secs(120);
/// One measurement in so many: what a hash takes is a mean over the last ones.
const MEAN_OVER: u32 = 8;

/// The turns of those who found no place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    each: Duration,
    promised: Option<Instant>,
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            each: FIRST_GUESS,
            promised: None,
        }
    }

    /// Takes note of how long a hash took.
    pub(super) fn measured(&mut self, took: Duration) {
        self.each = (self.each * (MEAN_OVER - 1) + took) / MEAN_OVER;
    }

    /// Whether one more is answered in time where `ahead` are there already.
    pub(super) fn is_short(&self, ahead: usize) -> bool {
        self.drained_in(ahead) <= LONGEST_WAIT
    }

    /// Whether nobody has a turn that is still to come.
    pub(super) fn is_empty(&self, now: Instant) -> bool {
        self.promised.is_none_or(|promised| promised <= now)
    }

    /// In how long somebody comes back who found `ahead` before them: when those are done, and behind
    /// everybody who was given a turn before.
    pub(super) fn turn(&mut self, ahead: usize, now: Instant) -> Duration {
        let behind = self.promised.map(|promised| promised + self.every());
        let drained = now + self.drained_in(ahead);
        let turn = behind.map_or(drained, |behind| behind.max(drained));
        let turn = turn.min(now + LONGEST_TURN);
        self.promised = Some(turn);
        turn - now
    }

    /// How often a place becomes free.
    fn every(&self) -> Duration {
        self.each / AT_ONCE
    }

    fn drained_in(&self, ahead: usize) -> Duration {
        self.every() * u32::try_from(ahead).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, VecDeque};

    use super::*;
    use crate::password_pool::WAITING;

    const HASH: Duration = Duration::from_millis(60);

    #[test]
    fn turns_follow_each_other_as_fast_as_hashes_are_computed_and_none_is_far_away() {
        let (mut line, now) = (Line::new(), Instant::now());
        assert_eq!(line.turn(100, now), HASH * 50);
        assert_eq!(line.turn(100, now), HASH * 50 + HASH / 2);
        assert!(!line.is_empty(now + HASH * 50));
        assert!(line.is_empty(now + HASH * 51));
        for _ in 0..10_000 {
            line.turn(100, now);
        }
        assert_eq!(line.turn(100, now), LONGEST_TURN);
        assert_eq!(line.turn(0, now + LONGEST_TURN * 2), Duration::ZERO);
    }

    #[test]
    fn where_hashes_take_longer_fewer_wait_and_those_who_come_back_do_so_later() {
        let (mut line, now) = (Line::new(), Instant::now());
        assert!(line.is_short(AT_ONCE as usize + WAITING));
        for _ in 0..100 {
            line.measured(HASH * 4);
        }
        assert!(!line.is_short(AT_ONCE as usize + WAITING));
        assert!(line.is_short(WAITING / 4));
        assert!(line.turn(10, now) > HASH * 19);
    }

    /// 5,000 people sign in within ten seconds, and come back when they are told to, or up to a fifth later.
    #[test]
    fn of_five_thousand_at_once_all_are_in_as_soon_as_hashes_allow_and_few_are_sent_away_often() {
        const PEOPLE: usize = 5_000;
        let (mut line, start) = (Line::new(), Instant::now());
        let mut coming: BTreeSet<(Duration, usize, u32)> = (0..PEOPLE)
            .map(|who| (Duration::from_millis(2) * who as u32, who, 0))
            .collect();
        let (mut done, mut at, mut free) = (0, Duration::ZERO, Duration::ZERO);
        let (mut most, mut waiting) = (0, VecDeque::new());
        while done < PEOPLE {
            at += Duration::from_millis(10);
            let later = coming.split_off(&(at, PEOPLE, 0));
            for (_, who, tries) in std::mem::replace(&mut coming, later) {
                let ahead = waiting.len();
                if ahead < AT_ONCE as usize + WAITING && line.is_short(ahead) {
                    waiting.push_back(who);
                } else {
                    let turn = line.turn(ahead, start + at);
                    let jitter = turn * (who * 7 % 20) as u32 / 100;
                    coming.insert((at + turn + jitter, who, tries + 1));
                    most = most.max(tries + 1);
                }
            }
            while free <= at && waiting.pop_front().is_some() {
                free = free.max(at - Duration::from_millis(10)) + HASH / AT_ONCE;
                done += 1;
            }
        }
        let least = HASH / AT_ONCE * PEOPLE as u32;
        assert!(at < least * 5 / 4, "{at:?} of {least:?} at least");
        assert!(most <= 4, "sent away {most} times");
    }
}
