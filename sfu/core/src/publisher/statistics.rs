//! What reports say of a received stream (RFC 3550 A.3 and A.8).

use std::time::{Duration, Instant};

use crate::rtcp::{Reception, SenderInfo};

/// The counts of one stream, from its first packet on.
#[derive(Debug)]
pub(crate) struct Statistics {
    /// The lowest index.
    first: u64,
    newest: u64,
    received: u64,
    expected_before: u64,
    received_before: u64,
    /// Sixteen times the jitter, in ticks.
    jitter: u32,
    /// The last packet's arrival less its timestamp, in ticks.
    transit: Option<u32>,
}

/// A publisher's sender report, and when it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SenderClock {
    pub(crate) info: SenderInfo,
    pub(crate) received_at: Instant,
}

impl Statistics {
    /// A stream whose first packet has `index`.
    pub(crate) fn new(index: u64) -> Self {
        Self {
            first: index,
            newest: index,
            received: 0,
            expected_before: 0,
            received_before: 0,
            jitter: 0,
            transit: None,
        }
    }

    /// Counts a packet that came under its own number (not as RTX), at `since_start` of any fixed
    /// moment, on a stream of `clock` Hz.
    pub(crate) fn receive(
        &mut self,
        index: u64,
        timestamp: u32,
        since_start: Duration,
        clock: u32,
    ) {
        self.received += 1;
        self.first = self.first.min(index);
        self.newest = self.newest.max(index);
        let transit = ticks(since_start, clock).wrapping_sub(timestamp);
        if let Some(before) = self.transit.replace(transit) {
            let difference = transit.wrapping_sub(before).cast_signed().unsigned_abs();
            // A publisher that jumps in its timestamps is not jitter.
            if difference < clock * 2 {
                self.jitter = self.jitter - ((self.jitter + 8) >> 4) + difference;
            }
        }
    }

    /// The report block's figures; losses since the last call make the fraction.
    pub(crate) fn report(
        &mut self,
        ssrc: u32,
        sender: Option<&SenderClock>,
        now: Instant,
    ) -> Reception {
        let expected = self.newest - self.first + 1;
        let lost = expected.saturating_sub(self.received);
        let expected_since = expected - self.expected_before;
        let lost_since = expected_since.saturating_sub(self.received - self.received_before);
        self.expected_before = expected;
        self.received_before = self.received;
        let fraction = (lost_since * 256)
            .checked_div(expected_since)
            .unwrap_or(0)
            .min(255);
        Reception {
            ssrc,
            fraction_lost: u8::try_from(fraction).expect("at most 255"),
            lost: u32::try_from(lost.min(0x7f_ffff)).expect("at most 23 bits"),
            highest_sequence: low_32(self.newest.wrapping_sub(1 << 16)),
            jitter: self.jitter >> 4,
            last_report: sender.map_or(0, |sender| middle_32(sender.info.ntp)),
            since_last_report: sender.map_or(0, |sender| {
                ticks(now.saturating_duration_since(sender.received_at), 65_536)
            }),
        }
    }
}

/// A duration on a clock of `rate` Hz, wrapping as timestamps do.
pub(crate) fn ticks(duration: Duration, rate: u32) -> u32 {
    let rate = u64::from(rate);
    let fraction = u64::from(duration.subsec_nanos()) * rate / 1_000_000_000;
    low_32(duration.as_secs().wrapping_mul(rate).wrapping_add(fraction))
}

/// The part of an NTP time that reports repeat: 16 bits of seconds, 16 of fraction.
pub(crate) fn middle_32(ntp: u64) -> u32 {
    low_32(ntp >> 16)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "these fields wrap at 32 bits"
)]
const fn low_32(value: u64) -> u32 {
    value as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1 << 16;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn losses_are_counted_since_the_beginning_and_since_the_last_report() {
        let mut statistics = Statistics::new(START);
        for index in [0, 1, 3, 4] {
            statistics.receive(START + index, 0, at(0), 48_000);
        }
        let report = statistics.report(7, None, Instant::now());
        assert_eq!(
            (report.lost, report.fraction_lost),
            (1, 51),
            "one of five: 51 of 256"
        );
        assert_eq!(report.highest_sequence, 4);
        statistics.receive(START + 5, 0, at(0), 48_000);
        let report = statistics.report(7, None, Instant::now());
        assert_eq!((report.lost, report.fraction_lost), (1, 0));
    }

    #[test]
    fn a_steady_stream_has_no_jitter_and_an_unsteady_one_has() {
        let mut steady = Statistics::new(START);
        let mut unsteady = Statistics::new(START);
        for packet in 0..200_u32 {
            let due = u64::from(packet) * 20;
            steady.receive(START + u64::from(packet), packet * 960, at(due), 48_000);
            let late = due + u64::from(packet % 2) * 10;
            unsteady.receive(START + u64::from(packet), packet * 960, at(late), 48_000);
        }
        assert_eq!(steady.report(1, None, Instant::now()).jitter, 0);
        let jitter = unsteady.report(1, None, Instant::now()).jitter;
        assert!(
            (450..=480).contains(&jitter),
            "10 ms are 480 ticks; got {jitter}"
        );
    }

    #[test]
    fn a_report_repeats_the_senders_time_and_how_long_ago_it_came() {
        let now = Instant::now();
        let info = SenderInfo {
            ntp: 0x1111_2222_3333_4444,
            timestamp: 0,
        };
        let sender = SenderClock {
            info,
            received_at: now,
        };
        let mut statistics = Statistics::new(START);
        let report = statistics.report(1, Some(&sender), now + at(500));
        assert_eq!(report.last_report, 0x2222_3333);
        assert_eq!(report.since_last_report, 32_768);
    }
}
