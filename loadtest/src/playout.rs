//! What of a voice can be played in time: a jitter buffer that keeps no sound.
//!
//! Sound is played 20 ms at a time. Each piece has a moment at which it has to be there: as long after the
//! fastest way through the network as the buffer waits at present. The wait follows what the network did
//! lately, between 60 and 500 ms, and changes no faster than sound can be stretched without being noticed,
//! as the one of `WebRTC` does it. A piece that is not there at its moment is concealed. Pieces that come
//! as redundancy (RFC 2198) count like any others.

use std::time::{Duration, Instant};

use crate::clip::{AUDIO_CLOCK, SOUND_MS};

/// The shortest and the longest wait.
const WAIT_MIN: Duration = Duration::from_millis(60);
const WAIT_MAX: Duration = Duration::from_millis(500);
/// How much the wait may change from piece to piece: a fifth of its length.
const STRETCH: Duration = Duration::from_millis(4);
/// The wait lets all but this many of a thousand pieces come in time.
const LATE_PER_THOUSAND: usize = 30;
/// The pieces that the wait is learnt from: ten seconds.
const LEARNT_FROM: usize = 500;
/// How far ahead of what is played a piece may be; further is a new beginning.
const AHEAD_MAX: u64 = 1_024;
const WORDS: usize = 16;

const PIECE: Duration = Duration::from_millis(SOUND_MS);
const TICKS_A_PIECE: u64 = AUDIO_CLOCK * SOUND_MS / 1_000;

/// The voice of one other.
#[derive(Clone, Debug, Default)]
pub struct Playout {
    talk: Option<Talk>,
    due: u64,
    concealed: u64,
}

/// Since the sender began.
#[derive(Clone, Debug)]
struct Talk {
    origin: Instant,
    /// The first piece's RTP timestamp, from which pieces count on beyond 32 bits.
    timestamp: u32,
    first: u64,
    /// The next piece to be played.
    cursor: u64,
    highest: u64,
    there: [u64; WORDS],
    wait: Duration,
    /// The last pieces' times on the way, beyond an unknown constant, µs; and which is the oldest.
    transits: Vec<i64>,
    oldest: usize,
    fastest_us: i64,
    wanted: Duration,
}

impl Playout {
    /// A packet's piece came: its RTP timestamp, whether the sender begins anew with it.
    pub fn arrived(&mut self, timestamp: u32, begins: bool, now: Instant) {
        self.play(now);
        if begins || self.talk.as_ref().is_some_and(|talk| talk.leaps(timestamp)) {
            self.talk = None;
        }
        let talk = self.talk.get_or_insert_with(|| Talk::new(timestamp, now));
        let piece = talk.piece(timestamp);
        talk.learn(piece, now);
        talk.put(piece);
    }

    /// A piece came again as redundancy.
    pub fn recovered(&mut self, timestamp: u32, now: Instant) {
        self.play(now);
        if let Some(talk) = self.talk.as_mut().filter(|talk| !talk.leaps(timestamp)) {
            talk.put(talk.piece(timestamp));
        }
    }

    /// Pieces whose moment has come; what comes after the latest piece is not known to exist.
    #[must_use]
    pub const fn due(&self) -> u64 {
        self.due
    }

    /// Those of them that were not there.
    #[must_use]
    pub const fn concealed(&self) -> u64 {
        self.concealed
    }

    fn play(&mut self, now: Instant) {
        let Some(talk) = &mut self.talk else {
            return;
        };
        while talk.cursor < talk.highest && talk.moment(talk.cursor) <= now {
            self.due += 1;
            self.concealed += u64::from(!talk.take());
        }
    }
}

impl Talk {
    fn new(timestamp: u32, now: Instant) -> Self {
        // Far from zero, so that earlier pieces can come after the first.
        let first = 1 << 32;
        Self {
            origin: now,
            timestamp,
            first,
            cursor: first,
            highest: first,
            there: [0; WORDS],
            wait: WAIT_MIN,
            transits: Vec::with_capacity(LEARNT_FROM),
            oldest: 0,
            fastest_us: 0,
            wanted: WAIT_MIN,
        }
    }

    /// Which piece a timestamp is, nearest to the latest.
    fn piece(&self, timestamp: u32) -> u64 {
        let ticks = (self.highest - self.first) * TICKS_A_PIECE;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_possible_wrap,
            reason = "the difference of two 32-bit numbers, taken as signed, is the nearer way round"
        )]
        let step = timestamp.wrapping_sub(self.timestamp.wrapping_add(ticks as u32)) as i32;
        let pieces = i64::from(step).div_euclid(i64::try_from(TICKS_A_PIECE).unwrap_or(1));
        self.highest.saturating_add_signed(pieces)
    }

    fn leaps(&self, timestamp: u32) -> bool {
        let piece = self.piece(timestamp);
        piece >= self.cursor + AHEAD_MAX || piece + AHEAD_MAX < self.cursor
    }

    fn learn(&mut self, piece: u64, now: Instant) {
        let since = now.saturating_duration_since(self.origin);
        let came_us = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        let transit = came_us - self.nominal_us(piece);
        if self.transits.len() < LEARNT_FROM {
            self.transits.push(transit);
        } else {
            self.transits[self.oldest] = transit;
            self.oldest = (self.oldest + 1) % LEARNT_FROM;
        }
        self.fastest_us = self.fastest_us.min(transit);
        // Learning costs a sort; the network does not change in a fifth of a second.
        if self.transits.len() < 50 || piece.is_multiple_of(10) {
            let mut sorted = self.transits.clone();
            sorted.sort_unstable();
            self.fastest_us = sorted[0];
            let rank = (sorted.len() * (1_000 - LATE_PER_THOUSAND)).div_ceil(1_000);
            let slow_us = sorted[rank.saturating_sub(1)] - sorted[0];
            let slow = Duration::from_micros(u64::try_from(slow_us).unwrap_or(0));
            self.wanted = (slow + PIECE).clamp(WAIT_MIN, WAIT_MAX);
        }
    }

    fn nominal_us(&self, piece: u64) -> i64 {
        let pieces = i64::try_from(piece).unwrap_or(0) - i64::try_from(self.first).unwrap_or(0);
        pieces * i64::try_from(SOUND_MS).unwrap_or(0) * 1_000
    }

    /// When a piece is to be played.
    fn moment(&self, piece: u64) -> Instant {
        let after_us = self.nominal_us(piece) + self.fastest_us;
        let after = Duration::from_micros(u64::try_from(after_us).unwrap_or(0));
        self.origin + after + self.wait
    }

    fn put(&mut self, piece: u64) {
        if piece >= self.cursor {
            self.highest = self.highest.max(piece);
            let (word, bit) = place(piece);
            self.there[word] |= bit;
        }
    }

    /// Plays the next piece; returns whether it was there.
    fn take(&mut self) -> bool {
        let (word, bit) = place(self.cursor);
        let there = self.there[word] & bit != 0;
        self.there[word] &= !bit;
        self.cursor += 1;
        let lower = self.wait.saturating_sub(STRETCH);
        self.wait = self.wanted.clamp(lower, self.wait + STRETCH);
        there
    }
}

fn place(piece: u64) -> (usize, u64) {
    let word = usize::try_from(piece % AHEAD_MAX / 64).unwrap_or(0);
    (word, 1 << (piece % 64))
}

/// The timestamps of the redundant pieces in a packet of RED that hold anything (RFC 2198 section 3).
pub fn redundant(payload: &[u8], timestamp: u32) -> impl Iterator<Item = u32> {
    let mut rest = payload;
    std::iter::from_fn(move || {
        let (head, after) = rest.split_first_chunk::<4>()?;
        let word = u32::from_be_bytes(*head);
        if word >> 31 == 0 {
            return None;
        }
        rest = after;
        Some((word >> 10 & 0x3FFF, word & 0x3FF))
    })
    .filter(|(_, length)| *length > 0)
    .map(move |(offset, _)| timestamp.wrapping_sub(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays pieces of which each comes so many ms after it was sent, `None` for never.
    fn play(delays: impl IntoIterator<Item = Option<u64>>) -> Playout {
        let start = Instant::now();
        let mut arrivals: Vec<_> = delays
            .into_iter()
            .zip(0_u32..)
            .filter_map(|(delay, n)| Some((u64::from(n) * 20 + delay?, n)))
            .collect();
        arrivals.sort_unstable();
        let mut playout = Playout::default();
        for (at, n) in arrivals {
            let timestamp = n.wrapping_mul(960).wrapping_add(4_294_000_000);
            playout.arrived(timestamp, n == 0, start + Duration::from_millis(at));
        }
        playout
    }

    #[test]
    fn nothing_is_concealed_on_a_steady_network_however_long() {
        let playout = play([Some(250); 1_000]);
        assert_eq!(playout.concealed(), 0);
        assert!(playout.due() > 990);
    }

    #[test]
    fn what_never_comes_is_concealed() {
        let lost = |n: u32| n.is_multiple_of(4) && n > 0;
        let playout = play((0..1_000).map(|n| (!lost(n)).then_some(30)));
        let expected = (0..u32::try_from(playout.due()).unwrap())
            .filter(|n| lost(*n))
            .count();
        assert_eq!(playout.concealed(), u64::try_from(expected).unwrap());
    }

    #[test]
    fn jitter_below_the_shortest_wait_is_not_heard_and_more_is_learnt() {
        let small = play((0..1_000).map(|n| Some(20 + n * 7 % 40)));
        assert_eq!(small.concealed(), 0);
        let large = play((0..2_000).map(|n| Some(20 + n * 77 % 200)));
        assert!(large.concealed() > 0);
        assert!(large.concealed() * 100 < large.due() * 5, "{large:?}");
    }

    #[test]
    fn a_silence_of_the_network_is_concealed_once_it_speaks_again() {
        let playout = play((0..1_000).map(|n| (!(300..400).contains(&n)).then_some(30)));
        assert_eq!(playout.concealed(), 100);
    }

    #[test]
    fn redundancy_brings_pieces_back_in_time() {
        let start = Instant::now();
        let mut playout = Playout::default();
        for n in (0..500_u32).filter(|n| !n.is_multiple_of(3) || *n == 0) {
            let now = start + Duration::from_millis(u64::from(n) * 20);
            playout.arrived(n * 960, n == 0, now);
            playout.recovered(n.wrapping_sub(1).wrapping_mul(960), now);
        }
        assert_eq!(playout.concealed(), 0);
    }

    #[test]
    fn the_redundant_blocks_of_a_packet_are_found() {
        let block =
            |offset: u32, length: u32| (1 << 31 | 111 << 24 | offset << 10 | length).to_be_bytes();
        let payload = [&block(1_920, 30)[..], &block(960, 0), &[111], &[0; 30]].concat();
        assert_eq!(redundant(&payload, 9_600).collect::<Vec<_>>(), [7_680]);
        assert_eq!(redundant(&[111, 1, 2, 3, 4], 9_600).count(), 0);
    }
}
