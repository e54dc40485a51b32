//! The last step of every packet to a participant.

use std::time::Instant;

use ids::Seat;

use super::bandwidth::{Bandwidth, Carried};
use crate::{
    rtp::{Header, HeaderBuffer},
    session::Extensions,
    sink::{OutPacket, PacketSink},
    stats::RoomStats,
};

/// Where packets go, when, and where they are counted.
pub(crate) struct Egress<'a, S> {
    pub(crate) now: Instant,
    pub(crate) stats: &'a mut RoomStats,
    pub(crate) sink: &'a mut S,
}

/// What all packets to one participant share.
#[derive(Debug)]
pub(crate) struct Outgoing {
    seat: Seat,
    extensions: Extensions,
    /// The transport-wide number of the next packet that carries one.
    next_number: u16,
    sent_at: Option<Instant>,
    pub(crate) bandwidth: Bandwidth,
}

impl Outgoing {
    pub(crate) fn new(seat: Seat, extensions: Extensions, bandwidth: Bandwidth) -> Self {
        Self {
            seat,
            extensions,
            next_number: 1,
            sent_at: None,
            bandwidth,
        }
    }

    pub(crate) fn sent_at(&self) -> Option<Instant> {
        self.sent_at
    }

    /// A transport-wide number for one packet, if the participant counts them.
    pub(crate) fn number(&mut self) -> Option<u16> {
        self.extensions.transport_cc?;
        let number = self.next_number;
        self.next_number = number.wrapping_add(1);
        Some(number)
    }

    pub(crate) fn send<S: PacketSink>(
        &mut self,
        header: &Header,
        head: &[u8],
        tail: &[u8],
        carried: Carried,
        egress: &mut Egress<'_, S>,
    ) {
        let mut buffer = HeaderBuffer::new();
        let written = buffer.write(header, &self.extensions);
        let bytes = written.len() + head.len() + tail.len();
        self.bandwidth
            .sent(header.transport_cc, bytes, carried, egress.now);
        egress.stats.packets_out += 1;
        egress.stats.bytes_out += bytes as u64;
        self.sent_at = Some(egress.now);
        let packet = OutPacket {
            ssrc: header.ssrc,
            sequence: header.sequence,
            header: written,
            head,
            tail,
        };
        egress.sink.send_rtp(self.seat, packet);
    }
}
