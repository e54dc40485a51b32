//! One continuous stream out of several.
//!
//! A receiver's line has one SSRC for the whole call, but what it carries comes from changing streams:
//! another simulcast layer, a publisher who came back. Sequence numbers and timestamps go on from where
//! they stood, by a fixed [`Mapping`] for as long as one stream is carried. Gaps stay gaps, and a packet
//! that comes late, or again, gets the number that it would have had.
//!
//! No number is ever used for two packets, which SRTP's security rests on.

use std::time::Instant;

use crate::{
    publisher::ticks,
    rtp::{low_16, unwrap_sequence},
};

/// Two guesses at a timestamp further apart than this part of a second do not confirm each other.
const AGREEMENT: u32 = 2;

/// Where a line's stream stands.
#[derive(Debug)]
pub(crate) struct Continuity {
    /// Hz.
    clock: u32,
    /// The highest index sent, or one below the first to be sent.
    highest: u64,
    /// The newest timestamp sent, and when it first was.
    newest: Option<(u32, Instant)>,
}

/// How the numbers of the stream that is carried become those of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    first_in: u64,
    first_out: u64,
    pub(crate) timestamp_shift: u32,
}

impl Mapping {
    /// The line's index of the packet that came as `index`; `None` for one from before it began.
    pub(crate) fn index(&self, index: u64) -> Option<u64> {
        index
            .checked_sub(self.first_in)
            .map(|since| self.first_out + since)
    }

    /// The index under which the line's packet `index` came.
    pub(crate) fn source_index(&self, index: u64) -> Option<u64> {
        index
            .checked_sub(self.first_out)
            .map(|since| self.first_in + since)
    }

    pub(crate) fn timestamp(&self, timestamp: u32) -> u32 {
        timestamp.wrapping_add(self.timestamp_shift)
    }
}

impl Continuity {
    /// A line that has sent nothing. Its first number is drawn from its SSRC, which is random, and
    /// lies in the lower half (RFC 3711 section 3.3.1: so that early loss cannot confuse the rollover
    /// counter).
    pub(crate) fn new(ssrc: u32, clock: u32) -> Self {
        let first = low_16(u64::from(ssrc)) >> 1;
        Self {
            clock,
            highest: (1 << 16) + u64::from(first),
            newest: None,
        }
    }

    /// Carries another stream from its packet `index` on. `in_step` is that packet's timestamp as the
    /// line's clock would have it, if the publisher's reports tell.
    pub(crate) fn begin(
        &self,
        index: u64,
        timestamp: u32,
        in_step: Option<u32>,
        now: Instant,
    ) -> Mapping {
        let timestamp_out = self.newest.map_or(timestamp, |(newest, at)| {
            let by_arrival =
                newest.wrapping_add(ticks(now.saturating_duration_since(at), self.clock));
            let agreed = in_step.filter(|in_step| {
                distance(*in_step, by_arrival).unsigned_abs() < self.clock / AGREEMENT
            });
            let next = agreed.unwrap_or(by_arrival);
            if distance(next, newest) > 0 {
                next
            } else {
                newest.wrapping_add(1)
            }
        });
        Mapping {
            first_in: index,
            first_out: self.highest + 1,
            timestamp_shift: timestamp_out.wrapping_sub(timestamp),
        }
    }

    /// Notes what was sent.
    pub(crate) fn sent(&mut self, index: u64, timestamp: u32, now: Instant) {
        self.highest = self.highest.max(index);
        if self
            .newest
            .is_none_or(|(newest, _)| distance(timestamp, newest) > 0)
        {
            self.newest = Some((timestamp, now));
        }
    }

    /// The index of a packet that was sent, by its sequence number.
    pub(crate) fn sent_index(&self, sequence: u16) -> Option<u64> {
        Some(unwrap_sequence(self.highest, sequence)).filter(|index| *index <= self.highest)
    }
}

/// How far `a` is ahead of `b`.
fn distance(a: u32, b: u32) -> i32 {
    a.wrapping_sub(b).cast_signed()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_stream_goes_on_where_the_last_one_stood_with_the_time_that_passed() {
        let start = Instant::now();
        let mut line = Continuity::new(0, 48_000);
        let first = line.begin(70_000, 5_000, None, start);
        assert_eq!(first.index(70_000), Some(65_537));
        assert_eq!(first.timestamp(5_000), 5_000);
        line.sent(65_537, 5_000, start);
        line.sent(65_540, 5_960, start);
        let second = line.begin(99_000, 77, None, start + Duration::from_millis(20));
        assert_eq!(second.index(99_000), Some(65_541));
        assert_eq!(second.index(99_002), Some(65_543), "a gap stays a gap");
        assert_eq!(second.index(98_999), None);
        assert_eq!(second.source_index(65_543), Some(99_002));
        assert_eq!(second.timestamp(77), 5_960 + 960);
    }

    #[test]
    fn the_publishers_own_time_counts_where_it_is_plausible_and_time_never_goes_back() {
        let start = Instant::now();
        let mut line = Continuity::new(0, 90_000);
        line.sent(65_537, 1_000, start);
        let later = start + Duration::from_millis(100);
        assert_eq!(line.begin(1, 0, Some(9_000), later).timestamp(0), 9_000);
        assert_eq!(line.begin(1, 0, Some(900_000), later).timestamp(0), 10_000);
        assert_eq!(line.begin(1, 0, Some(1_000), later).timestamp(0), 1_001);
        assert_eq!(line.begin(1, 0, None, start).timestamp(0), 1_001);
    }

    #[test]
    fn only_what_was_sent_can_be_asked_for() {
        let mut line = Continuity::new(0, 90_000);
        line.sent(65_540, 0, Instant::now());
        assert_eq!(line.sent_index(4), Some(65_540));
        assert_eq!(line.sent_index(5), None);
        assert_eq!(line.sent_index(65_535), Some(65_535));
    }
}
