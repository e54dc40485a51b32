//! One connection in a seat, and the way from a room to it.

use ids::Seat;
use sfu_core::{OutPacket, PacketSink};
use sfu_transport::{Path, Transport};

use crate::{
    MediaSessionId,
    presence::Presence,
    routes::Names,
    send_queue::{Flow, SendQueue},
};

/// Stands for all RTCP where the send queue tells streams apart by SSRC.
const RTCP_STREAM: u32 = 0;

/// What SRTCP adds beyond what SRTP adds (RFC 3711 section 3.4): counted as if it were in the packet,
/// packets of one size have one size encrypted.
const SRTCP_INDEX_BYTES: usize = 4;

#[derive(Debug)]
pub(crate) struct Participant {
    pub(crate) transport: Transport,
    pub(crate) session: MediaSessionId,
    pub(crate) names: Names,
    /// How it is sent to: the path that ICE selected.
    pub(crate) remote: Option<Path>,
    /// Whether the keys are agreed.
    pub(crate) connected: bool,
    /// Whether anything comes from them.
    pub(crate) presence: Presence,
}

/// The participants of one room.
pub(crate) type Seats = [Option<Participant>; Seat::COUNT];

/// Encrypts a room's packets straight into the send queue.
pub(crate) struct Downlinks<'a> {
    pub(crate) seats: &'a mut Seats,
    pub(crate) room: u32,
    pub(crate) out: &'a mut SendQueue,
    /// Packets that could not be encrypted.
    pub(crate) failed: &'a mut u64,
}

impl Downlinks<'_> {
    fn flow(&self, seat: Seat) -> Flow {
        let seats = u32::try_from(Seat::COUNT).expect("a room has four seats");
        Flow(self.room * seats + u32::from(u8::from(seat)))
    }
}

impl PacketSink for Downlinks<'_> {
    fn send_rtp(&mut self, to: Seat, packet: OutPacket<'_>) {
        let flow = self.flow(to);
        let Some((transport, remote)) = reachable(&mut self.seats[to.index()]) else {
            return;
        };
        let plain = packet.header.len() + packet.head.len() + packet.tail.len();
        let written = self.out.write(flow, remote, packet.ssrc, plain, |buffer| {
            transport.protect_rtp(packet, buffer)
        });
        *self.failed += u64::from(written.is_err());
    }

    fn send_rtcp(&mut self, to: Seat, compound: &[u8]) {
        let flow = self.flow(to);
        let Some((transport, remote)) = reachable(&mut self.seats[to.index()]) else {
            return;
        };
        let plain = compound.len() + SRTCP_INDEX_BYTES;
        let written = self.out.write(flow, remote, RTCP_STREAM, plain, |buffer| {
            transport.protect_rtcp(compound, buffer)
        });
        *self.failed += u64::from(written.is_err());
    }
}

fn reachable(seat: &mut Option<Participant>) -> Option<(&mut Transport, Path)> {
    let participant = seat.as_mut().filter(|participant| participant.connected)?;
    Some((&mut participant.transport, participant.remote?))
}
