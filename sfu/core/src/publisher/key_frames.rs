//! Asking a publisher for key frames, for everyone who wants one.
//!
//! Many receivers' requests are one while it is unanswered. A request that was answered is followed by
//! the next to the same publisher a second later at the earliest, whoever asks, however often, and for
//! whichever layer: browsers answer with key frames of all layers. One that was not answered was lost,
//! or its answer was, and is repeated after little more than a round trip.

use std::time::{Duration, Instant};

/// Between two requests, the first of which was answered.
const SUSTAINED: Duration = Duration::from_secs(1);
/// Before a request is repeated, at least and at most; the encoder takes its time, too.
const REPEAT_MIN: Duration = Duration::from_millis(300);
const REPEAT_MAX: Duration = Duration::from_millis(500);
/// A publisher that leaves this many unanswered is asked once a second from then on.
const UNANSWERED_MAX: u8 = 12;

/// When a publisher was last asked, for whichever layer.
#[derive(Debug, Default)]
pub(crate) struct KeyFrameLimit {
    asked_at: Option<Instant>,
}

/// The requests to one layer.
#[derive(Debug, Default)]
pub(crate) struct KeyFrameRequests {
    wanted: bool,
    /// When the layer was asked and has not answered yet, and how often.
    unanswered: Option<(Instant, u8)>,
}

impl KeyFrameRequests {
    /// Somebody cannot go on without a key frame.
    pub(crate) fn want(&mut self) {
        self.wanted = true;
    }

    /// A key frame begins, or nobody waits any more.
    pub(crate) fn satisfied(&mut self) {
        *self = Self::default();
    }

    /// When to ask next, if asked at all; it may be past.
    pub(crate) fn next(
        &self,
        limit: &KeyFrameLimit,
        round_trip: Duration,
        now: Instant,
    ) -> Option<Instant> {
        if !self.wanted {
            return None;
        }
        let at = match self.unanswered {
            Some((at, count)) if count < UNANSWERED_MAX => {
                at + (round_trip * 2).clamp(REPEAT_MIN, REPEAT_MAX)
            }
            Some((at, _)) => at + SUSTAINED,
            None => limit.asked_at.map_or(now, |at| at + SUSTAINED),
        };
        Some(at)
    }

    /// Whether to ask now. It stays wanted, and is asked for again, until a key frame comes.
    pub(crate) fn ask(
        &mut self,
        limit: &mut KeyFrameLimit,
        round_trip: Duration,
        now: Instant,
    ) -> bool {
        if self.next(limit, round_trip, now).is_none_or(|at| at > now) {
            return false;
        }
        let count = self.unanswered.map_or(0, |(_, count)| count);
        self.unanswered = Some((now, count.saturating_add(1)));
        limit.asked_at = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks as often as allowed while `step` says so, each millisecond for three seconds.
    fn asked_at(mut step: impl FnMut(u64, &mut KeyFrameRequests)) -> Vec<u64> {
        let start = Instant::now();
        let mut limit = KeyFrameLimit::default();
        let mut requests = KeyFrameRequests::default();
        (0..3_000)
            .filter(|ms| {
                step(*ms, &mut requests);
                let now = start + Duration::from_millis(*ms);
                requests.ask(&mut limit, Duration::from_millis(200), now)
            })
            .collect()
    }

    #[test]
    fn an_unanswered_request_is_repeated_after_two_round_trips() {
        let asked = asked_at(|ms, requests| {
            if ms == 0 {
                requests.want();
            }
        });
        assert_eq!(asked, [0, 400, 800, 1_200, 1_600, 2_000, 2_400, 2_800]);
    }

    #[test]
    fn a_publisher_that_never_answers_is_asked_less_often() {
        let now = Instant::now();
        let mut limit = KeyFrameLimit::default();
        let mut requests = KeyFrameRequests::default();
        requests.want();
        let asked = (0..60_000)
            .filter(|ms| requests.ask(&mut limit, REPEAT_MIN, now + Duration::from_millis(*ms)));
        assert_eq!(asked.count(), 12 + 54);
    }

    #[test]
    fn three_who_join_within_a_moment_cost_one_request_a_second() {
        let asked = asked_at(|ms, requests| match ms {
            0 | 100 | 200 => requests.want(),
            50 | 1_050 => requests.satisfied(),
            _ => {}
        });
        assert_eq!(asked, [0, 1_000]);
    }

    #[test]
    fn a_receiver_that_asks_all_the_time_gets_one_a_second() {
        let asked = asked_at(|ms, requests| {
            if ms % 20 == 0 {
                requests.satisfied();
            }
            requests.want();
        });
        assert_eq!(asked, [0, 1_000, 2_000]);
    }

    #[test]
    fn layers_share_the_limit_and_not_the_repetition() {
        let now = Instant::now();
        let at = |ms| now + Duration::from_millis(ms);
        let mut limit = KeyFrameLimit::default();
        let mut layers = [KeyFrameRequests::default(), KeyFrameRequests::default()];
        layers[0].want();
        assert!(layers[0].ask(&mut limit, REPEAT_MIN, at(0)));
        layers[1].want();
        assert!(!layers[1].ask(&mut limit, REPEAT_MIN, at(900)));
        assert!(layers[0].ask(&mut limit, REPEAT_MIN, at(900)));
        layers[0].satisfied();
        assert!(layers[1].ask(&mut limit, REPEAT_MIN, at(1_900)));
    }

    #[test]
    fn a_key_frame_that_comes_first_makes_the_request_needless() {
        let asked = asked_at(|ms, requests| match ms {
            0 | 10 => requests.want(),
            5 | 400 => requests.satisfied(),
            _ => {}
        });
        assert_eq!(asked, [0]);
    }
}
