//! Asking a publisher for key frames, for everyone who wants one.
//!
//! One request is one compound packet with a picture loss indication (RFC 4585 section 6.3.1) for each
//! layer that somebody waits for: so many receivers' requests are one, and layers do not take turns. No
//! two leave within 1.05 s, whoever asks, however often, and for whichever layer, so that those of which the
//! second is held up by up to 50 ms less than the first still arrive a second apart: browsers answer with
//! key frames of all layers.
//!
//! One exception: where a layer that was named has not answered after two round trips, and 300 ms at
//! least, the request was lost, or its answer was, and it is repeated, with whatever else is waited for
//! by then. Once its round trip is known, a publisher that answers in time is never asked twice within a
//! second. Until then, and for as long as it waits alone and gets no sender reports to answer, its round trip
//! is taken for 100 ms: one that is further away may be asked again before its answer can be there.

use std::time::{Duration, Instant};

use super::LAYERS_MAX;
use crate::tile::EncodingSet;

/// Between two requests, the first of which was answered: a second, and what the first may be held up
/// longer than the second.
const SUSTAINED: Duration = Duration::from_millis(1_050);
/// Before a request is repeated, at least; the encoder takes its time, too.
const REPEAT_MIN: Duration = Duration::from_millis(300);
/// A layer that leaves this many unanswered is asked for no more often than others from then on.
const UNANSWERED_MAX: u8 = 12;

/// The requests to one publisher.
#[derive(Debug, Default)]
pub(crate) struct KeyFrameRequests {
    asked_at: Option<Instant>,
    layers: [Wish; LAYERS_MAX],
}

/// What is waited for of one layer.
#[derive(Clone, Copy, Debug, Default)]
struct Wish {
    wanted: bool,
    /// How many requests it has left unanswered, the last one included.
    unanswered: u8,
}

impl KeyFrameRequests {
    /// Somebody cannot go on without a key frame of this layer.
    pub(crate) fn want(&mut self, layer: usize) {
        if let Some(wish) = self.layers.get_mut(layer) {
            wish.wanted = true;
        }
    }

    /// A key frame of this layer begins that leaves nobody waiting to begin with it, or nobody waits for one any more.
    pub(crate) fn satisfied(&mut self, layer: usize) {
        if let Some(wish) = self.layers.get_mut(layer) {
            *wish = Wish::default();
        }
    }

    /// When to ask next, if at all; it may be past.
    pub(crate) fn next(&self, round_trip: Duration, now: Instant) -> Option<Instant> {
        let wished = self.layers.iter().filter(|wish| wish.wanted);
        let wait = |wish: &Wish| match wish.unanswered {
            1..UNANSWERED_MAX => (round_trip * 2).clamp(REPEAT_MIN, SUSTAINED),
            _ => SUSTAINED,
        };
        let wait = wished.map(wait).min()?;
        Some(self.asked_at.map_or(now, |at| at + wait))
    }

    /// Which layers to ask for now: none, or all that are wanted. They stay wanted, and are asked for
    /// again, until their key frames come.
    pub(crate) fn ask(&mut self, round_trip: Duration, now: Instant) -> EncodingSet {
        let mut asked = EncodingSet::default();
        if self.next(round_trip, now).is_none_or(|at| at > now) {
            return asked;
        }
        self.asked_at = Some(now);
        for (layer, wish) in self.layers.iter_mut().enumerate() {
            if wish.wanted {
                wish.unanswered = wish.unanswered.saturating_add(1);
                asked = asked.with(layer);
            }
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND_TRIP: Duration = Duration::from_millis(200);

    /// Asks as often as allowed while `step` says so, each millisecond for so many: when, and for how
    /// many layers.
    fn asked(
        milliseconds: u64,
        mut step: impl FnMut(u64, &mut KeyFrameRequests),
    ) -> Vec<(u64, usize)> {
        let start = Instant::now();
        let mut requests = KeyFrameRequests::default();
        let mut asked = Vec::new();
        for ms in 0..milliseconds {
            step(ms, &mut requests);
            let layers = requests.ask(ROUND_TRIP, start + Duration::from_millis(ms));
            let count = (0..LAYERS_MAX).filter(|layer| layers.contains(*layer));
            asked.extend((!layers.is_empty()).then_some((ms, count.count())));
        }
        asked
    }

    #[test]
    fn an_unanswered_request_is_repeated_after_two_round_trips() {
        let asked = asked(1_500, |ms, requests| {
            if ms == 0 {
                requests.want(0);
            }
        });
        assert_eq!(asked, [(0, 1), (400, 1), (800, 1), (1_200, 1)]);
    }

    #[test]
    fn a_far_publisher_is_given_time_to_answer_and_a_near_ones_encoder_is_too() {
        let now = Instant::now();
        for (round_trip_ms, wait_ms) in [(20, 300), (400, 800), (700, 1_050)] {
            let mut requests = KeyFrameRequests::default();
            requests.want(0);
            let round_trip = Duration::from_millis(round_trip_ms);
            assert!(requests.ask(round_trip, now).contains(0));
            let next = requests.next(round_trip, now);
            assert_eq!(next, Some(now + Duration::from_millis(wait_ms)));
        }
    }

    #[test]
    fn a_publisher_that_never_answers_is_asked_less_often() {
        let asked = asked(60_000, |_, requests| requests.want(0));
        assert_eq!(asked.len(), 12 + 52);
    }

    #[test]
    fn three_who_join_within_a_moment_cost_one_request_a_second() {
        let asked = asked(3_000, |ms, requests| match ms {
            0 | 100 | 200 => requests.want(0),
            50 | 1_150 => requests.satisfied(0),
            _ => {}
        });
        assert_eq!(asked, [(0, 1), (1_050, 1)]);
    }

    #[test]
    fn a_receiver_that_asks_all_the_time_gets_no_two_within_a_second() {
        let asked = asked(3_000, |ms, requests| {
            if ms % 20 == 0 {
                requests.satisfied(0);
            }
            requests.want(0);
        });
        assert_eq!(asked, [(0, 1), (1_050, 1), (2_100, 1)]);
    }

    #[test]
    fn receivers_of_different_layers_are_served_by_the_same_request() {
        let asked = asked(3_000, |ms, requests| match ms {
            0 => requests.want(0),
            100 | 1_200 => (0..2).for_each(|layer| requests.satisfied(layer)),
            200 => (0..2).for_each(|layer| requests.want(layer)),
            _ => {}
        });
        assert_eq!(asked, [(0, 1), (1_050, 2)]);
    }

    #[test]
    fn what_is_wanted_meanwhile_goes_with_the_repetition() {
        let asked = asked(2_000, |ms, requests| match ms {
            0 => requests.want(0),
            100 => requests.want(1),
            450 => (0..2).for_each(|layer| requests.satisfied(layer)),
            _ => {}
        });
        assert_eq!(asked, [(0, 1), (400, 2)]);
    }

    #[test]
    fn a_key_frame_that_comes_first_makes_the_request_needless() {
        let asked = asked(3_000, |ms, requests| match ms {
            0 | 10 => requests.want(0),
            5 | 400 => requests.satisfied(0),
            _ => {}
        });
        assert_eq!(asked, [(0, 1)]);
    }
}
