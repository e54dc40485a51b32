//! Where a room's packets go.
//!
//! Everything else that a room wants done is a value from `poll_output`; packets leave through a
//! [`PacketSink`] instead, so that a forwarded packet is encrypted from where it was received
//! straight into the send buffer, without a copy and without a queue.

use ids::Seat;

/// An RTP packet in plain text, in pieces.
#[derive(Clone, Copy, Debug)]
pub struct OutPacket<'a> {
    /// The source that `header` names.
    pub ssrc: u32,
    /// The number within the source that `header` has.
    pub sequence: u16,
    /// The whole RTP header with its extensions (RFC 3550 section 5.1); never encrypted.
    pub header: &'a [u8],
    /// The part of the payload that was rewritten for this receiver; may be empty.
    pub head: &'a [u8],
    /// The part of the payload that goes on as it came.
    pub tail: &'a [u8],
}

/// Takes packets for participants.
pub trait PacketSink {
    /// Sends an RTP packet.
    fn send_rtp(&mut self, to: Seat, packet: OutPacket<'_>);
    /// Sends a compound RTCP packet (RFC 3550 section 6.1).
    fn send_rtcp(&mut self, to: Seat, compound: &[u8]);
}
