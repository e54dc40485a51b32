//! Where a room's packets go when there is no socket.

use std::hint::black_box;

use ids::Seat;
use sfu_core::{OutPacket, PacketSink};
use sfu_transport::Transport;

use crate::participant::Participant;

/// Looks at packets, and drops them.
#[derive(Debug, Default)]
pub struct Nowhere {
    /// How many there were.
    pub packets: u64,
    /// By seats, the last byte of the latest packet.
    pub latest: [Option<u8>; Seat::COUNT],
}

impl PacketSink for Nowhere {
    fn send_rtp(&mut self, to: Seat, packet: OutPacket<'_>) {
        self.packets += 1;
        self.latest[to.index()] = black_box(packet).tail.last().copied();
    }

    fn send_rtcp(&mut self, _to: Seat, compound: &[u8]) {
        black_box(compound);
    }
}

/// Encrypts packets into one buffer, and drops them.
pub struct Encrypted {
    transports: Vec<Transport>,
    buffer: [u8; 1_500],
    /// How many there were.
    pub packets: u64,
}

impl Encrypted {
    /// Encrypts with the participants' keys, in the order of their seats.
    #[must_use]
    pub fn new(participants: Vec<Participant>) -> Self {
        Self {
            transports: participants.into_iter().map(|one| one.transport).collect(),
            buffer: [0; 1_500],
            packets: 0,
        }
    }
}

impl PacketSink for Encrypted {
    fn send_rtp(&mut self, to: Seat, packet: OutPacket<'_>) {
        let length = self.transports[to.index()]
            .protect_rtp(packet, &mut self.buffer)
            .expect("the transport has keys");
        black_box(&self.buffer[..length]);
        self.packets += 1;
    }

    fn send_rtcp(&mut self, to: Seat, compound: &[u8]) {
        let length = self.transports[to.index()]
            .protect_rtcp(compound, &mut self.buffer)
            .expect("the transport has keys");
        black_box(&self.buffer[..length]);
    }
}
