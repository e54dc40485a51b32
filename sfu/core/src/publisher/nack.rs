//! Asking a publisher for lost packets (RFC 4585 section 6.2.1).
//!
//! A gap is given a moment in which packets that merely overtook each other can come; then it is
//! asked for, and asked for again each round trip, a bounded number of times. A gap too long to be
//! filled this way is left to a key frame.

use std::time::{Duration, Instant};

use crate::rtp::low_16;

/// How long a packet may be overtaken before it counts as lost.
const REORDERING: Duration = Duration::from_millis(10);

/// More than this many missing at once is an outage.
const MISSING_MAX: usize = 128;

/// How often a packet of the picture is asked for, and one of the sound, which soon is of no use.
const TRIES_MAX: u8 = 10;
const SOUND_TRIES_MAX: u8 = 3;

/// Pairs of a first number and sixteen after it that one request holds.
pub(crate) const PAIRS_MAX: usize = 32;

/// The missing packets of one stream, in order.
#[derive(Debug)]
pub(crate) struct Losses {
    missing: Vec<Missing>,
    tries_max: u8,
    given_up: bool,
}

#[derive(Clone, Copy, Debug)]
struct Missing {
    index: u64,
    due: Instant,
    tries: u8,
}

/// A request for several packets.
#[derive(Debug)]
pub(crate) struct Request {
    pairs: [(u16, u16); PAIRS_MAX],
    length: usize,
    /// How many packets the pairs name.
    pub(crate) packets: u64,
}

impl Request {
    /// What goes into a generic NACK.
    pub(crate) fn pairs(&self) -> &[(u16, u16)] {
        &self.pairs[..self.length]
    }

    /// Takes a number not less than those before it; `false`: no room.
    fn add(&mut self, sequence: u16) -> bool {
        if let Some((first, others)) = self.pairs[..self.length].last_mut() {
            let distance = sequence.wrapping_sub(*first);
            if (1..=16).contains(&distance) {
                *others |= 1 << (distance - 1);
                self.packets += 1;
                return true;
            }
        }
        let Some(pair) = self.pairs.get_mut(self.length) else {
            return false;
        };
        *pair = (sequence, 0);
        self.length += 1;
        self.packets += 1;
        true
    }
}

impl Default for Losses {
    fn default() -> Self {
        Self {
            missing: Vec::new(),
            tries_max: TRIES_MAX,
            given_up: false,
        }
    }
}

impl Losses {
    /// Those of a stream of sound.
    pub(crate) fn of_sound() -> Self {
        Self {
            tries_max: SOUND_TRIES_MAX,
            ..Self::default()
        }
    }

    /// Notes `count` missing packets before `newest`. `false`: so many that they are given up.
    pub(crate) fn skipped(&mut self, newest: u64, count: u64, now: Instant) -> bool {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > MISSING_MAX - self.missing.len() {
            self.missing.clear();
            return false;
        }
        // All that it will ever take, once something is lost.
        self.missing.reserve_exact(MISSING_MAX - self.missing.len());
        let first = newest - count as u64;
        let due = now + REORDERING;
        self.missing.extend((first..newest).map(|index| Missing {
            index,
            due,
            tries: 0,
        }));
        true
    }

    /// A packet came after all. Returns whether it had been asked for.
    pub(crate) fn arrived(&mut self, index: u64) -> bool {
        match self
            .missing
            .binary_search_by_key(&index, |missing| missing.index)
        {
            Ok(at) => self.missing.remove(at).tries > 0,
            Err(_) => false,
        }
    }

    /// Packets before this one are no longer wanted: a key frame begins here.
    pub(crate) fn forget_before(&mut self, index: u64) {
        self.missing.retain(|missing| missing.index >= index);
    }

    pub(crate) fn clear(&mut self) {
        self.missing.clear();
    }

    /// When the next request is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.missing.iter().map(|missing| missing.due).min()
    }

    /// Whether a packet was given up, after many tries, since this was last asked.
    pub(crate) fn take_given_up(&mut self) -> bool {
        std::mem::take(&mut self.given_up)
    }

    /// The packets to ask for now, if any; again after `round_trip`.
    pub(crate) fn request(&mut self, now: Instant, round_trip: Duration) -> Option<Request> {
        let mut request = Request {
            pairs: [(0, 0); PAIRS_MAX],
            length: 0,
            packets: 0,
        };
        self.missing.retain_mut(|missing| {
            if missing.due > now {
                return true;
            }
            if missing.tries == self.tries_max {
                self.given_up = true;
                return false;
            }
            if request.add(low_16(missing.index)) {
                missing.tries += 1;
                missing.due = now + round_trip + REORDERING;
            } else {
                missing.due = now + REORDERING;
            }
            true
        });
        (request.packets > 0).then_some(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND_TRIP: Duration = Duration::from_millis(100);

    #[test]
    fn a_gap_is_asked_for_after_a_moment_and_again_after_a_round_trip() {
        let now = Instant::now();
        let mut losses = Losses::default();
        assert!(losses.skipped(0x1_0002, 3, now));
        assert!(losses.request(now, ROUND_TRIP).is_none());
        let due = losses.next().unwrap();
        let request = losses.request(due, ROUND_TRIP).unwrap();
        assert_eq!(request.pairs(), [(0xffff, 0b11)]);
        assert_eq!(request.packets, 3);
        assert!(losses.request(due, ROUND_TRIP).is_none());
        assert!(losses.arrived(0x1_0000), "it had been asked for");
        let again = losses.next().unwrap();
        assert!(again >= due + ROUND_TRIP);
        assert_eq!(
            losses.request(again, ROUND_TRIP).unwrap().pairs(),
            [(0xffff, 0b10)]
        );
    }

    #[test]
    fn asking_stops_after_a_bounded_number_of_tries() {
        let mut losses = Losses::default();
        losses.skipped(100, 1, Instant::now());
        let mut asked = 0;
        while let Some(due) = losses.next() {
            asked += losses
                .request(due, ROUND_TRIP)
                .map_or(0, |request| request.packets);
        }
        assert_eq!(asked, u64::from(TRIES_MAX));
        assert!(losses.take_given_up() && !losses.take_given_up());
    }

    #[test]
    fn an_outage_and_what_a_key_frame_makes_needless_are_given_up() {
        let now = Instant::now();
        let mut losses = Losses::default();
        assert!(losses.skipped(1_000, 100, now));
        losses.forget_before(950);
        let request = losses.request(now + REORDERING, ROUND_TRIP).unwrap();
        assert_eq!(request.packets, 50);
        assert!(!losses.skipped(2_000, 100, now));
        assert_eq!(losses.next(), None);
    }

    #[test]
    fn what_one_request_cannot_hold_comes_with_the_next() {
        let now = Instant::now();
        let mut losses = Losses::default();
        for packet in 1..=40 {
            assert!(losses.skipped(packet * 40, 1, now));
        }
        let mut asked = 0;
        for _ in 0..2 {
            let due = losses.next().unwrap();
            asked += losses.request(due, Duration::from_secs(1)).unwrap().packets;
        }
        assert_eq!(asked, 40);
    }
}
