//! Who finds no place comes back in turn: one after another, as fast as hashes are computed. So of thousands
//! who come at once nobody is sent away for good, and they do not all come back in the same moment.
//!
//! A turn is no reservation: whoever never comes back keeps nobody waiting, and whoever comes early and finds
//! a place has it. Asking costs nothing, so a network that asks very often stands in a line of its kind behind
//! the others: its people come back one after another too, and put nobody else off.

use std::time::{Duration, Instant};

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
    at_once: u32,
    each: Duration,
    promised: Option<Instant>,
    /// Of those whose networks ask very often.
    promised_to_crowds: Option<Instant>,
}

impl Line {
    /// Where so many hashes are computed at once.
    pub(super) fn new(at_once: u32) -> Self {
        Self {
            at_once,
            each: FIRST_GUESS,
            promised: None,
            promised_to_crowds: None,
        }
    }

    /// Takes note of how long a hash took. Where the machine itself stood still meanwhile, that is no more than
    /// the longest wait.
    pub(super) fn measured(&mut self, took: Duration) {
        let took = took.min(LONGEST_WAIT);
        self.each = (self.each * (MEAN_OVER - 1) + took) / MEAN_OVER;
    }

    /// How many may be there for the last of them to be answered in time: as many as are computed at once in
    /// any case, since only another hash can tell that they are fast again.
    pub(super) fn in_time(&self) -> usize {
        let in_time = LONGEST_WAIT.as_nanos() / self.every().as_nanos().max(1);
        let in_time = usize::try_from(in_time).unwrap_or(usize::MAX);
        in_time.max(self.at_once as usize)
    }

    /// Whether nobody has a turn that is still to come.
    pub(super) fn is_empty(&self, now: Instant) -> bool {
        self.promised.max(self.promised_to_crowds) <= Some(now)
    }

    /// In how long somebody comes back who found `ahead` before them: when those are done, and behind
    /// everybody who was given a turn before, where they are `of_crowd` the crowds too.
    pub(super) fn turn(&mut self, ahead: usize, of_crowd: bool, now: Instant) -> Duration {
        let before = if of_crowd {
            self.promised.max(self.promised_to_crowds)
        } else {
            self.promised
        };
        let drained = now + self.drained_in(ahead);
        let turn = before.map_or(drained, |before| drained.max(before + self.every()));
        let turn = turn.min(now + LONGEST_TURN);
        if of_crowd {
            self.promised_to_crowds = Some(turn);
        } else {
            self.promised = Some(turn);
        }
        turn - now
    }

    /// How often a place becomes free.
    fn every(&self) -> Duration {
        self.each / self.at_once
    }

    fn drained_in(&self, ahead: usize) -> Duration {
        self.every() * u32::try_from(ahead).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, VecDeque};

    use super::*;
    use crate::password_pool::{AT_ONCE, WAITING};

    const HASH: Duration = Duration::from_millis(60);

    #[test]
    fn turns_follow_each_other_as_fast_as_hashes_are_computed_and_none_is_far_away() {
        let (mut line, now) = (Line::new(AT_ONCE), Instant::now());
        assert_eq!(line.turn(100, false, now), HASH * 50);
        assert_eq!(line.turn(100, false, now), HASH * 50 + HASH / 2);
        assert!(!line.is_empty(now + HASH * 50));
        assert!(line.is_empty(now + HASH * 51));
        for _ in 0..10_000 {
            line.turn(100, false, now);
        }
        assert_eq!(line.turn(100, false, now), LONGEST_TURN);
        assert_eq!(line.turn(0, false, now + LONGEST_TURN * 2), Duration::ZERO);
    }

    #[test]
    fn a_network_that_asks_very_often_puts_off_nobody_but_its_like() {
        let (mut line, now) = (Line::new(AT_ONCE), Instant::now());
        assert_eq!(line.turn(100, false, now), HASH * 50);
        assert_eq!(line.turn(100, true, now), HASH * 50 + HASH / 2);
        for _ in 0..10_000 {
            line.turn(100, true, now);
        }
        assert_eq!(line.turn(100, true, now), LONGEST_TURN);
        assert_eq!(line.turn(100, false, now), HASH * 50 + HASH / 2);
        assert!(!line.is_empty(now + LONGEST_TURN - HASH));
    }

    #[test]
    fn where_hashes_take_longer_fewer_wait_and_those_who_come_back_do_so_later() {
        let (mut line, now) = (Line::new(AT_ONCE), Instant::now());
        assert!(line.in_time() > AT_ONCE as usize + WAITING);
        for _ in 0..100 {
            line.measured(HASH * 4);
        }
        assert!((WAITING / 4..WAITING).contains(&line.in_time()));
        assert!(line.turn(10, false, now) > HASH * 19);
    }

    #[test]
    fn one_hash_during_which_the_machine_stood_still_leaves_places_and_is_soon_forgotten() {
        let mut line = Line::new(AT_ONCE);
        line.measured(Duration::from_secs(600));
        assert!(line.in_time() > 10, "{}", line.in_time());
        for _ in 0..50 {
            line.measured(HASH);
        }
        assert!(line.in_time() > WAITING);
    }

    /// 5,000 people sign in within ten seconds, and come back when they are told to, or up to a fifth later.
    #[test]
    fn of_five_thousand_at_once_all_are_in_as_soon_as_hashes_allow_and_few_are_sent_away_often() {
        const PEOPLE: usize = 5_000;
        let (mut line, start) = (Line::new(AT_ONCE), Instant::now());
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
                if ahead < line.in_time().min(AT_ONCE as usize + WAITING) {
                    waiting.push_back(who);
                } else {
                    let turn = line.turn(ahead, false, start + at);
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
