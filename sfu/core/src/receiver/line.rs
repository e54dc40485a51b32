//! A line on which a receiver gets one other participant's sound or picture.

use std::time::{Duration, Instant};

use ids::Seat;

use super::{
    answered::Answered,
    bandwidth::Carried,
    picture::{Numbers, PictureForwarder},
    sound::SoundForwarder,
};
use crate::{
    publisher::{SenderClock, middle_32, ticks},
    rtcp::{ReportBlock, SenderInfo},
    rtp::{Mid, low_16},
    session::ReceiveLine,
    tile::Tile,
};

/// What any line has.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) ssrc: u32,
    pub(crate) mid: Option<Mid>,
    /// Packets and payload bytes sent, wrapping (RFC 3550 section 6.4.1).
    sent: (u32, u32),
    /// The middle of the NTP time in the last sender report, and when it was sent.
    last_report: Option<(u32, Instant)>,
}

/// A line of sound.
#[derive(Debug)]
pub(crate) struct SoundLine {
    pub(crate) line: Line,
    pub(crate) forwarder: SoundForwarder,
}

/// A line of the picture.
#[derive(Debug)]
pub(crate) struct PictureLine {
    pub(crate) line: Line,
    pub(crate) forwarder: PictureForwarder,
    pub(crate) beginning: Beginning,
    /// How large the receiver shows it.
    pub(crate) tile: Tile,
    /// The layer it is to get, whether that is being sent or not.
    pub(crate) chosen: Option<usize>,
    pub(crate) answered: Answered,
    pub(crate) retransmissions: Option<Retransmissions>,
}

/// Where a line's picture stands to the key frame with which it began. A receiver can ask for what it
/// lost in between, but not for what came before the first packet that it got.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Beginning {
    /// Nothing was sent yet.
    Ahead,
    /// The first key frame has this timestamp on the line.
    At(u32),
}

impl Beginning {
    /// What a packet of the line of `source` carries; the first one begins the picture.
    pub(crate) fn carried(&mut self, source: Seat, numbers: Numbers) -> Carried {
        if let Self::Ahead = self {
            *self = Self::At(numbers.timestamp);
        }
        let first = matches!(self, Self::At(timestamp) if *timestamp == numbers.timestamp);
        Carried::Picture {
            source: source.into(),
            sequence: low_16(numbers.index),
            first,
        }
    }
}

/// The stream of a line's retransmissions (RFC 4588).
#[derive(Debug)]
pub(crate) struct Retransmissions {
    pub(crate) ssrc: u32,
    pub(crate) next_sequence: u16,
}

impl SoundLine {
    pub(crate) fn new(line: &ReceiveLine) -> Self {
        Self {
            line: Line::new(line),
            forwarder: SoundForwarder::new(line.ssrc),
        }
    }
}

impl PictureLine {
    pub(crate) fn new(line: &ReceiveLine) -> Self {
        Self {
            line: Line::new(line),
            forwarder: PictureForwarder::new(line.ssrc),
            beginning: Beginning::Ahead,
            tile: Tile::UNTOLD,
            chosen: None,
            answered: Answered::default(),
            retransmissions: line.rtx_ssrc.map(|ssrc| Retransmissions {
                ssrc,
                next_sequence: 1,
            }),
        }
    }
}

impl Line {
    fn new(line: &ReceiveLine) -> Self {
        Self {
            ssrc: line.ssrc,
            mid: Mid::new(&line.mid),
            sent: (0, 0),
            last_report: None,
        }
    }

    /// Counts a packet sent.
    pub(crate) fn count(&mut self, payload_bytes: usize) {
        let bytes = u32::try_from(payload_bytes).unwrap_or(u32::MAX);
        self.sent = (self.sent.0.wrapping_add(1), self.sent.1.wrapping_add(bytes));
    }

    /// What a sender report says now: the publisher's own time, which its sound and its picture share,
    /// against this line's timestamps. So the receiver keeps lips and voice together.
    pub(crate) fn report(
        &mut self,
        publisher: &SenderClock,
        timestamp_shift: u32,
        clock: u32,
        now: Instant,
    ) -> (u32, SenderInfo, (u32, u32)) {
        let since = now.saturating_duration_since(publisher.received_at);
        let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
        let ntp = publisher
            .info
            .ntp
            .wrapping_add(since.as_secs() << 32)
            .wrapping_add(fraction);
        let timestamp = publisher
            .info
            .timestamp
            .wrapping_add(ticks(since, clock))
            .wrapping_add(timestamp_shift);
        self.last_report = Some((middle_32(ntp), now));
        (self.ssrc, SenderInfo { ntp, timestamp }, self.sent)
    }

    /// The round trip that a receiver's report block reveals (RFC 3550 section 6.4.1).
    pub(crate) fn round_trip(&self, block: &ReportBlock, now: Instant) -> Option<Duration> {
        let (ntp, sent_at) = self
            .last_report
            .filter(|(ntp, _)| *ntp == block.last_report)?;
        let held = Duration::from_micros(u64::from(block.since_last_report) * 1_000_000 / 65_536);
        let round_trip = now.saturating_duration_since(sent_at).checked_sub(held)?;
        (ntp != 0).then_some(round_trip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        Line::new(&ReceiveLine {
            mid: "2".into(),
            ssrc: 77,
            rtx_ssrc: None,
        })
    }

    #[test]
    fn a_report_carries_the_publishers_time_on_to_now() {
        let now = Instant::now();
        let publisher = SenderClock {
            info: SenderInfo {
                ntp: 5 << 32,
                timestamp: 1_000,
            },
            received_at: now,
        };
        let mut line = line();
        line.count(100);
        line.count(50);
        let later = now + Duration::from_millis(1_500);
        let (ssrc, info, sent) = line.report(&publisher, 7, 90_000, later);
        assert_eq!(ssrc, 77);
        assert_eq!(info.ntp, (6 << 32) + (1 << 31));
        assert_eq!(info.timestamp, 1_000 + 135_000 + 7);
        assert_eq!(sent, (2, 150));
    }

    #[test]
    fn a_report_block_about_our_last_report_tells_the_round_trip() {
        let now = Instant::now();
        let publisher = SenderClock {
            info: SenderInfo {
                ntp: 5 << 32,
                timestamp: 0,
            },
            received_at: now,
        };
        let mut line = line();
        line.report(&publisher, 0, 90_000, now);
        let block = ReportBlock {
            ssrc: 77,
            fraction_lost: 0,
            last_report: 5 << 16,
            since_last_report: 65_536,
        };
        let after = now + Duration::from_millis(1_080);
        assert_eq!(
            line.round_trip(&block, after),
            Some(Duration::from_millis(80))
        );
        assert_eq!(
            line.round_trip(
                &ReportBlock {
                    last_report: 1,
                    ..block
                },
                after
            ),
            None
        );
        let early = now + Duration::from_millis(900);
        assert_eq!(
            line.round_trip(&block, early),
            None,
            "held longer than it can have been"
        );
    }
}
