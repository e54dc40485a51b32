//! Asking a publisher for a key frame, for everyone who wants one.
//!
//! Many receivers' requests are one while it is unanswered. Requests to a layer are at least half a
//! second apart, and over time at most one a second (a generic cell rate of one a second with half a
//! second's tolerance), whoever asks and however often.

use std::time::{Duration, Instant};

const SUSTAINED: Duration = Duration::from_secs(1);
const TOLERANCE: Duration = Duration::from_millis(500);

/// The requests to one layer.
#[derive(Debug, Default)]
pub(crate) struct KeyFrameRequests {
    wanted: bool,
    /// The theoretical arrival time of the rate limit.
    conforms_at: Option<Instant>,
}

impl KeyFrameRequests {
    /// Somebody cannot go on without a key frame.
    pub(crate) fn want(&mut self) {
        self.wanted = true;
    }

    /// A key frame begins, or nobody waits any more.
    pub(crate) fn satisfied(&mut self) {
        self.wanted = false;
    }

    /// When to ask next, if asked at all; it may be past.
    pub(crate) fn next(&self, now: Instant) -> Option<Instant> {
        if !self.wanted {
            return None;
        }
        let allowed = self.conforms_at.and_then(|at| at.checked_sub(TOLERANCE));
        Some(allowed.unwrap_or(now))
    }

    /// Whether to ask now. It stays wanted, and is asked for again, until a key frame comes.
    pub(crate) fn ask(&mut self, now: Instant) -> bool {
        if self.next(now).is_none_or(|at| at > now) {
            return false;
        }
        self.conforms_at = Some(self.conforms_at.map_or(now, |at| at.max(now)) + SUSTAINED);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks as often as allowed while `want` says so, each millisecond for three seconds.
    fn asked_at(mut step: impl FnMut(u64, &mut KeyFrameRequests)) -> Vec<u64> {
        let start = Instant::now();
        let mut requests = KeyFrameRequests::default();
        (0..3_000)
            .filter(|ms| {
                step(*ms, &mut requests);
                requests.ask(start + Duration::from_millis(*ms))
            })
            .collect()
    }

    #[test]
    fn an_unanswered_request_is_repeated_after_half_a_second_and_then_each_second() {
        let asked = asked_at(|ms, requests| {
            if ms == 0 {
                requests.want();
            }
        });
        assert_eq!(asked, [0, 500, 1_500, 2_500]);
    }

    #[test]
    fn three_who_join_within_a_moment_cost_two_requests() {
        let asked = asked_at(|ms, requests| match ms {
            0 | 100 | 200 => requests.want(),
            50 | 550 => requests.satisfied(),
            _ => {}
        });
        assert_eq!(asked, [0, 500]);
    }

    #[test]
    fn a_receiver_that_asks_all_the_time_gets_one_a_second() {
        let asked = asked_at(|ms, requests| {
            if ms % 20 == 0 {
                requests.satisfied();
            }
            requests.want();
        });
        assert_eq!(asked, [0, 500, 1_500, 2_500]);
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
