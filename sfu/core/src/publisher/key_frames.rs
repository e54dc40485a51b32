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
//! by then. A publisher whose round trip is known, if only from its handshake, and that answers in time is
//! never asked twice within a second. Where neither tells, as after a change of its address, it is
//! taken for 100 ms: one that is further away may be asked again before its answer can be there.
//!
//! Who waits to begin is served by any key frame to begin with. Who waits to go on, after a gap or a loss that
//! it told, is served only by one that comes after what had come by then: one from before, which comes late,
//! is no answer.
//!
//! A layer of which nothing comes at all is not asked for again and again: twice as usual, then after 1.05 s,
//! and after twice the time before each time, up to 16 s. It is asked for at once when packets of it come
//! again.

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
/// A layer of which nothing came since this many requests is silent, and asked for less and less often, ...
const SILENT: u8 = 2;
/// ...but no less often than this.
const SILENT_WAIT_MAX: Duration = Duration::from_secs(16);

/// A place in a layer's stream: its generation and index.
pub(crate) type Place = (u32, u64);

/// What a key frame is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// To begin.
    ToBegin,
    /// To go on, which takes a key frame after this place.
    ToGoOn(Place),
}

/// The requests to one publisher.
#[derive(Debug, Default)]
pub(crate) struct KeyFrameRequests {
    asked_at: Option<Instant>,
    layers: [Wish; LAYERS_MAX],
}

/// What is waited for of one layer.
#[derive(Clone, Copy, Debug, Default)]
struct Wish {
    to_begin: bool,
    /// Somebody waits to go on, with a key frame after this place.
    after: Option<Place>,
    /// How many requests it has left unanswered, the last one included.
    unanswered: u8,
    /// How many requests left since the last packet of the layer came.
    silent: u8,
}

impl Wish {
    fn is_wanted(&self) -> bool {
        self.to_begin || self.after.is_some()
    }

    fn is_silent(&self) -> bool {
        self.silent >= SILENT
    }

    /// How long to wait after a request.
    fn wait(&self, round_trip: Duration) -> Duration {
        if self.is_silent() {
            let doublings = u32::from(self.silent - SILENT).min(4);
            return (SUSTAINED * 2_u32.pow(doublings)).min(SILENT_WAIT_MAX);
        }
        match self.unanswered {
            1..UNANSWERED_MAX => (round_trip * 2).clamp(REPEAT_MIN, SUSTAINED),
            _ => SUSTAINED,
        }
    }
}

impl KeyFrameRequests {
    /// Somebody cannot begin, or go on, without a key frame of this layer. Who waits to go on while a
    /// request is under way is served by its answer.
    pub(crate) fn want(&mut self, layer: usize, wait: Wait) {
        let Some(wish) = self.layers.get_mut(layer) else {
            return;
        };
        match wait {
            Wait::ToBegin => wish.to_begin = true,
            Wait::ToGoOn(place) if wish.after.is_none() || wish.unanswered == 0 => {
                wish.after = wish.after.max(Some(place));
            }
            Wait::ToGoOn(_) => {}
        }
    }

    /// A key frame of this layer begins at this place, with which all can begin who waited to.
    pub(crate) fn satisfied(&mut self, layer: usize, place: Place) {
        if let Some(wish) = self.layers.get_mut(layer) {
            wish.to_begin = false;
            if wish.after.is_none_or(|after| after < place) {
                *wish = Wish::default();
            }
        }
    }

    /// Nobody waits for a key frame of this layer any more.
    pub(crate) fn unwanted(&mut self, layer: usize) {
        if let Some(wish) = self.layers.get_mut(layer) {
            *wish = Wish::default();
        }
    }

    /// A packet of this layer came. Returns whether it was silent, and a key frame of it is waited for: then
    /// [`next`](Self::next) is sooner now.
    pub(crate) fn heard(&mut self, layer: usize) -> bool {
        let Some(wish) = self.layers.get_mut(layer) else {
            return false;
        };
        let was_silent = wish.is_silent();
        wish.silent = 0;
        was_silent && wish.is_wanted()
    }

    /// When to ask next, if at all; it may be past.
    pub(crate) fn next(&self, round_trip: Duration, now: Instant) -> Option<Instant> {
        let wished = self.layers.iter().filter(|wish| wish.is_wanted());
        let wait = wished.map(|wish| wish.wait(round_trip)).min()?;
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
            if wish.is_wanted() {
                wish.unanswered = wish.unanswered.saturating_add(1);
                wish.silent = wish.silent.saturating_add(1);
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

    impl KeyFrameRequests {
        fn want_to_begin(&mut self, layer: usize) {
            self.want(layer, Wait::ToBegin);
        }

        fn begun(&mut self, layer: usize) {
            self.satisfied(layer, (0, 0));
        }
    }

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
            requests.heard(0);
            if ms == 0 {
                requests.want_to_begin(0);
            }
        });
        assert_eq!(asked, [(0, 1), (400, 1), (800, 1), (1_200, 1)]);
    }

    #[test]
    fn a_far_publisher_is_given_time_to_answer_and_a_near_ones_encoder_is_too() {
        let now = Instant::now();
        for (round_trip_ms, wait_ms) in [(20, 300), (400, 800), (700, 1_050)] {
            let mut requests = KeyFrameRequests::default();
            requests.want_to_begin(0);
            let round_trip = Duration::from_millis(round_trip_ms);
            assert!(requests.ask(round_trip, now).contains(0));
            let next = requests.next(round_trip, now);
            assert_eq!(next, Some(now + Duration::from_millis(wait_ms)));
        }
    }

    #[test]
    fn a_publisher_that_never_answers_is_asked_less_often() {
        let asked = asked(60_000, |_, requests| {
            requests.heard(0);
            requests.want_to_begin(0);
        });
        assert_eq!(asked.len(), 12 + 52);
    }

    #[test]
    fn three_who_join_within_a_moment_cost_one_request_a_second() {
        let asked = asked(3_000, |ms, requests| match ms {
            0 | 100 | 200 => requests.want_to_begin(0),
            50 | 1_150 => requests.begun(0),
            _ => {}
        });
        assert_eq!(asked, [(0, 1), (1_050, 1)]);
    }

    #[test]
    fn a_receiver_that_asks_all_the_time_gets_no_two_within_a_second() {
        let asked = asked(3_000, |ms, requests| {
            if ms % 20 == 0 {
                requests.begun(0);
            }
            requests.want_to_begin(0);
        });
        assert_eq!(asked, [(0, 1), (1_050, 1), (2_100, 1)]);
    }

    #[test]
    fn receivers_of_different_layers_are_served_by_the_same_request() {
        let asked = asked(3_000, |ms, requests| match ms {
            0 => requests.want_to_begin(0),
            100 | 1_200 => (0..2).for_each(|layer| requests.begun(layer)),
            200 => (0..2).for_each(|layer| requests.want_to_begin(layer)),
            _ => {}
        });
        assert_eq!(asked, [(0, 1), (1_050, 2)]);
    }

    #[test]
    fn what_is_wanted_meanwhile_goes_with_the_repetition() {
        let asked = asked(2_000, |ms, requests| match ms {
            0 => requests.want_to_begin(0),
            100 => requests.want_to_begin(1),
            450 => (0..2).for_each(|layer| requests.begun(layer)),
            _ => {}
        });
        assert_eq!(asked, [(0, 1), (400, 2)]);
    }

    #[test]
    fn a_key_frame_that_comes_first_makes_the_request_needless() {
        let asked = asked(3_000, |ms, requests| match ms {
            0 | 10 => requests.want_to_begin(0),
            5 | 400 => requests.begun(0),
            _ => {}
        });
        assert_eq!(asked, [(0, 1)]);
    }

    #[test]
    fn a_silent_layer_is_asked_for_ever_less_often_and_at_once_when_it_is_heard_again() {
        let asked = asked(55_000, |ms, requests| {
            if ms == 0 {
                requests.want(0, Wait::ToGoOn((0, 7)));
            }
            if ms == 50_000 {
                assert!(requests.heard(0), "it was silent");
                assert!(!requests.heard(0), "it is not now");
            }
        });
        let times: Vec<u64> = asked.iter().map(|(ms, _)| *ms).collect();
        let silence = [0, 400, 1_450, 3_550, 7_750, 16_150, 32_150, 48_150];
        let again = [50_000, 50_400, 51_450, 53_550];
        assert_eq!(times, [&silence[..], &again].concat());
    }

    #[test]
    fn who_waits_to_go_on_is_served_by_a_key_frame_from_after_the_request_alone() {
        let asked = asked(4_000, |ms, requests| {
            requests.heard(0);
            match ms {
                0 => requests.want(0, Wait::ToGoOn((1, 100))),
                // It was sent before, and comes late.
                100 => requests.satisfied(0, (1, 90)),
                // Served by the answer to the request that is under way.
                200 => requests.want(0, Wait::ToGoOn((1, 105))),
                450 => requests.satisfied(0, (1, 101)),
                2_000 => requests.want(0, Wait::ToGoOn((1, 200))),
                // Another numbering comes after all of the former.
                2_100 => requests.satisfied(0, (2, 0)),
                _ => {}
            }
        });
        assert_eq!(asked, [(0, 1), (400, 1), (2_000, 1)]);
    }

    #[test]
    fn who_waits_to_begin_does_not_end_the_wait_of_who_waits_to_go_on() {
        let asked = asked(1_000, |ms, requests| {
            requests.heard(0);
            match ms {
                0 => {
                    requests.want_to_begin(0);
                    requests.want(0, Wait::ToGoOn((1, 100)));
                }
                100 => requests.satisfied(0, (1, 90)),
                450 => requests.unwanted(0),
                _ => {}
            }
        });
        assert_eq!(asked, [(0, 1), (400, 1)]);
    }
}
