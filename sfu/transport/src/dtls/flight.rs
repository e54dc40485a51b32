//! The last flight sent, kept until the peer goes on (RFC 6347 section 4.2.4).
//!
//! A flight is sent again when the peer repeats its own, which tells that ours was lost, and when
//! nothing came for a while. That goes for the `HelloVerifyRequest` too, which the RFC would leave to
//! the client's timer, because a server should keep no state for an address that has not proved
//! itself; ICE has proved this one. And it goes for the last flight, until the client's first
//! protected packet shows that it arrived. A spare flight does no harm: clients drop it.
//!
//! Records are sent again under new sequence numbers: a peer may have seen a record and dropped it,
//! because an earlier one was missing, and would take the same number for a replay. Encrypted records
//! keep their number, because their protection covers it; a peer decrypts and handles these at once or
//! not at all.
//!
//! Besides, a few copies of a flight follow it unasked, because a client that got nothing waits for its
//! own timer, which doubles each time. A copy has the very numbers of what it copies. So a client that
//! has the flight drops the copy for a replay (RFC 6347 section 4.1.2.6) before its handshake sees it,
//! and a timer that a spare flight would stop runs on. The `HelloVerifyRequest` is copied like the rest:
//! with its copies it is shorter than the hello that asked for it, so nobody is made to flood another.
//!
//! The time from the first sending of a flight to its answer is no shorter than the round trip. It is longer
//! by what the client takes to work it out, and by the wait for whatever was lost. Karn's rule (RFC 6298
//! section 3), to tell nothing once it was sent again, would tell nothing of browsers that are far: they
//! repeat their own flights after 50 ms, which brings ours again although nothing was lost.

use std::time::{Duration, Instant};

use super::record::renumber;

/// How long to wait for an answer at first. Clients repeat their own flights sooner, which brings
/// ours again at once; this is for when they do not. Some clients stop their own timer when a spare
/// flight reaches them, so it is longer than the second that RFC 6347 section 4.2.4.1 suggests.
pub(crate) const ANSWER_WAIT: Duration = Duration::from_millis(1_500);
/// The last flight has no answer; a spare one costs 75 bytes and saves the client a second.
pub(crate) const LAST_WAIT: Duration = Duration::from_millis(200);
/// The wait doubles up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// The first copy follows a flight after this time, each further one after twice the time before. Where
/// the round trip is shorter, the answer comes first.
const COPY_WAIT: Duration = Duration::from_millis(60);
/// So many copies follow a flight, and so many one that is sent again.
const COPIES: u32 = 3;
const COPIES_AGAIN: u32 = 1;
/// A peer's repeated flight comes in several datagrams; one answer to them is enough.
const REPEAT_PAUSE: Duration = Duration::from_millis(20);
/// So often at most a flight is sent again, on whatever ground.
const RESENDS_MAX: u32 = 60;

/// The last flight.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    datagrams: Vec<Vec<u8>>,
    sent_at: Option<Instant>,
    /// When it is sent again by itself, and the wait after that.
    timer: Option<(Instant, Duration)>,
    /// When a copy follows, and how many do.
    copy: Option<(Instant, u32)>,
    resends: u32,
    /// When it was sent first, until its answer came.
    measured_from: Option<Instant>,
}

impl Flight {
    /// A new flight, sent now, and again after `wait`.
    pub(crate) fn sent(datagrams: Vec<Vec<u8>>, wait: Duration, now: Instant) -> Self {
        Self {
            datagrams,
            sent_at: Some(now),
            timer: Some((now + wait, wait * 2)),
            copy: Some((now + COPY_WAIT, COPIES)),
            resends: 0,
            measured_from: Some(now),
        }
    }

    /// The flight arrived: it is not needed again.
    pub(crate) fn arrived(&mut self) {
        *self = Self::default();
    }

    /// The peer goes on. Returns how long it took since the flight was sent first; once.
    pub(crate) fn answered(&mut self, now: Instant) -> Option<Duration> {
        let from = self.measured_from.take()?;
        Some(now.saturating_duration_since(from))
    }

    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let copy = self.copy.map(|(at, _)| at);
        let again = self.timer.map(|(at, _)| at);
        copy.into_iter().chain(again).min()
    }

    /// Answers a repeated flight of the peer.
    pub(crate) fn repeat(&mut self, now: Instant, next_number: &mut u64) -> Vec<Vec<u8>> {
        let just_sent = self
            .sent_at
            .is_some_and(|sent_at| now < sent_at + REPEAT_PAUSE);
        if just_sent {
            Vec::new()
        } else {
            self.resend(now, next_number)
        }
    }

    /// Sends again what remained without answer for too long, or the copy that is due.
    pub(crate) fn handle_timeout(&mut self, now: Instant, next_number: &mut u64) -> Vec<Vec<u8>> {
        match (self.timer, self.copy) {
            (Some((at, wait)), _) if now >= at => {
                self.timer = Some((now + wait, (wait * 2).min(LONGEST_WAIT)));
                self.resend(now, next_number)
            }
            (_, Some((at, left))) if now >= at => {
                let wait = COPY_WAIT * 2_u32.pow(COPIES + 1 - left);
                self.copy = (left > 1).then_some((now + wait, left - 1));
                self.datagrams.clone()
            }
            _ => Vec::new(),
        }
    }

    fn resend(&mut self, now: Instant, next_number: &mut u64) -> Vec<Vec<u8>> {
        if self.datagrams.is_empty() || self.resends >= RESENDS_MAX {
            (self.timer, self.copy) = (None, None);
            return Vec::new();
        }
        self.resends += 1;
        self.sent_at = Some(now);
        self.copy = Some((now + COPY_WAIT, COPIES_AGAIN));
        for datagram in &mut self.datagrams {
            renumber(datagram, next_number);
        }
        self.datagrams.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtls::record::{HANDSHAKE, plaintext_record};

    fn flight(now: Instant) -> Flight {
        Flight::sent(
            vec![plaintext_record(HANDSHAKE, 0, &[1, 2, 3])],
            LAST_WAIT,
            now,
        )
    }

    /// What is sent without any answer within so many milliseconds: when, and under which number.
    fn unasked(flight: &mut Flight, start: Instant, until_ms: u64) -> Vec<(u128, u8)> {
        let mut next = 1;
        let mut sent = Vec::new();
        while let Some(at) = flight.next_timeout()
            && at <= start + Duration::from_millis(until_ms)
        {
            let early = at - Duration::from_millis(1);
            assert!(flight.handle_timeout(early, &mut next).is_empty());
            for datagram in flight.handle_timeout(at, &mut next) {
                sent.push(((at - start).as_millis(), datagram[10]));
            }
        }
        sent
    }

    #[test]
    fn silence_brings_copies_soon_and_the_flight_again_under_new_numbers_at_growing_intervals() {
        let start = Instant::now();
        let soon = [(60, 0), (180, 0), (200, 1), (260, 1), (600, 2), (660, 2)];
        assert_eq!(unasked(&mut flight(start), start, 1_000), soon);
        let again = [1_400, 3_000, 6_000, 9_000];
        let mut sent = unasked(&mut flight(start), start, 10_000);
        sent.dedup_by_key(|(_, number)| *number);
        let times: Vec<u128> = sent.iter().skip(3).map(|(at, _)| *at).collect();
        assert_eq!(times, again);
    }

    #[test]
    fn one_answer_is_enough_for_a_repeated_flight_in_several_datagrams() {
        let start = Instant::now();
        let mut next = 1;
        let mut flight = flight(start);
        assert!(flight.repeat(start, &mut next).is_empty());
        let later = start + REPEAT_PAUSE;
        assert_eq!(
            flight.repeat(later, &mut next),
            [plaintext_record(HANDSHAKE, 1, &[1, 2, 3])]
        );
        assert!(flight.repeat(later, &mut next).is_empty());
    }

    #[test]
    fn resending_ends() {
        let mut now = Instant::now();
        let mut flight = flight(now);
        let mut sent = 0;
        for _ in 0..1_000 {
            now += Duration::from_secs(4);
            sent += flight.handle_timeout(now, &mut 0).len() + flight.repeat(now, &mut 0).len();
        }
        assert_eq!(sent, RESENDS_MAX as usize);
        assert_eq!(flight.next_timeout(), None);
    }

    #[test]
    fn an_answer_tells_once_how_long_ago_the_flight_was_first_sent() {
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        let mut answered = flight(start);
        assert_eq!(
            unasked(&mut answered, start, 210).len(),
            3,
            "two copies, and again"
        );
        assert!(!answered.repeat(after(250), &mut 0).is_empty());
        let told = answered.answered(after(295));
        assert_eq!(told, Some(Duration::from_millis(295)));
        assert_eq!(answered.answered(after(296)), None);
    }

    #[test]
    fn what_arrived_is_not_sent_again() {
        let start = Instant::now();
        let mut flight = flight(start);
        flight.arrived();
        let later = start + Duration::from_secs(9);
        assert_eq!(flight.next_timeout(), None);
        assert!(flight.repeat(later, &mut 0).is_empty());
        assert!(flight.handle_timeout(later, &mut 0).is_empty());
    }
}
