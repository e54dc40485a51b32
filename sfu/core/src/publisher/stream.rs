//! One received stream: the sound, or one layer of the picture.

use std::time::{Duration, Instant};

use super::{
    key_frames::Place,
    statistics::{SenderClock, Statistics},
    window::{Arrival, Window},
};
use crate::{
    rtcp::{Reception, SenderInfo},
    rtp::RtpPacket,
};

/// A stream under one SSRC, from one numbering to the next.
#[derive(Debug)]
pub(crate) struct Stream {
    /// Hz.
    clock: u32,
    ssrc: Option<u32>,
    /// Rises whenever the numbering starts anew: what was derived from earlier numbers is void then.
    generation: u32,
    window: Window,
    statistics: Option<Statistics>,
    sender: Option<SenderClock>,
}

impl Stream {
    pub(crate) fn new(clock: u32) -> Self {
        Self {
            clock,
            ssrc: None,
            generation: 0,
            window: Window::default(),
            statistics: None,
            sender: None,
        }
    }

    pub(crate) fn ssrc(&self) -> Option<u32> {
        self.ssrc
    }

    /// The newest index that came.
    pub(crate) fn newest(&self) -> Option<u64> {
        self.window.newest()
    }

    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// The place of the newest packet that came.
    pub(crate) fn newest_place(&self) -> Option<Place> {
        Some((self.generation, self.newest()?))
    }

    /// The publisher's last word on this stream's time.
    pub(crate) fn sender(&self) -> Option<&SenderClock> {
        self.sender.as_ref()
    }

    /// Notes a packet under the stream's own SSRC, which may be a new one.
    pub(crate) fn receive(&mut self, packet: &RtpPacket<'_>, since_start: Duration) -> Arrival {
        if self.ssrc != Some(packet.header.ssrc) {
            if self.ssrc.is_some() {
                self.reset();
            }
            self.ssrc = Some(packet.header.ssrc);
        }
        let arrival = self.window.arrive(packet.header.sequence, false);
        let index = match arrival {
            Arrival::Newest { index, .. } | Arrival::Late { index } => index,
            Arrival::Restart { index } => {
                self.generation = self.generation.wrapping_add(1);
                self.statistics = None;
                self.sender = None;
                index
            }
            Arrival::Duplicate | Arrival::TooOld | Arrival::Jump => return arrival,
        };
        self.statistics
            .get_or_insert_with(|| Statistics::new(index))
            .receive(index, packet.header.timestamp, since_start, self.clock);
        arrival
    }

    /// Notes a retransmission of the packet that had `sequence`.
    pub(crate) fn receive_again(&mut self, sequence: u16) -> Arrival {
        self.window.arrive(sequence, true)
    }

    /// Notes a sender report.
    pub(crate) fn report(&mut self, info: SenderInfo, now: Instant) {
        self.sender = Some(SenderClock {
            info,
            received_at: now,
        });
    }

    /// The figures for a report to the publisher.
    pub(crate) fn reception(&mut self, now: Instant) -> Option<Reception> {
        let statistics = self.statistics.as_mut()?;
        Some(statistics.report(self.ssrc?, self.sender.as_ref(), now))
    }

    /// Begins anew: another SSRC follows, or none.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            generation: self.generation.wrapping_add(1),
            ..Self::new(self.clock)
        };
    }
}
