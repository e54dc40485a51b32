//! Makes packets that came again what they were when they were sent first (RFC 4588 section 4).
//!
//! `webrtc` does so itself, but only behind its interceptors: what asks for missing packets would never
//! learn that they came, and ask for each of them ten times a second for as long as it remembers it.

use std::collections::HashMap;

use rtc::{
    interceptor::{Packet, Registry, Slot, StreamInfo, TaggedPacket},
    rtp,
};

use super::reading::{Reader, Reading};

/// Between what corrects errors and what asks for missing packets, where packets are repaired.
const BEFORE_REQUESTS: usize = 6_500;

pub(super) fn configure(registry: Registry) -> Registry {
    registry.with(
        Slot::from(BEFORE_REQUESTS),
        Reader::<Retransmissions>::default(),
    )
}

#[derive(Default)]
struct Retransmissions {
    /// What is repaired, by the SSRC of what repairs it.
    repaired: HashMap<u32, Repaired>,
}

#[derive(Clone, Copy, Debug)]
struct Repaired {
    ssrc: u32,
    payload_type: u8,
}

impl Repaired {
    /// Turns a retransmission into its original. One without an original's number is padding, and stays.
    fn restore(self, packet: &mut rtp::Packet) {
        let Some((number, payload)) = packet.payload.split_first_chunk() else {
            return;
        };
        packet.header.sequence_number = u16::from_be_bytes(*number);
        packet.header.ssrc = self.ssrc;
        packet.header.payload_type = self.payload_type;
        packet.payload = packet.payload.slice_ref(payload);
    }
}

impl Reading for Retransmissions {
    fn read(&mut self, mut packet: TaggedPacket) -> Option<TaggedPacket> {
        if let Packet::Rtp(rtp) = &mut packet.message.packet
            && let Some(repaired) = self.repaired.get(&rtp.header.ssrc)
        {
            repaired.restore(rtp);
        }
        Some(packet)
    }

    fn begin(&mut self, stream: &StreamInfo) {
        if let Some(repairing) = stream.ssrc_rtx {
            let repaired = Repaired {
                ssrc: stream.ssrc,
                payload_type: stream.payload_type,
            };
            self.repaired.insert(repairing, repaired);
        }
    }

    fn end(&mut self, stream: &StreamInfo) {
        if let Some(repairing) = stream.ssrc_rtx {
            self.repaired.remove(&repairing);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn what_came_again_is_what_was_sent_first() {
        let mut packet = rtp::Packet {
            header: rtp::Header {
                ssrc: 2,
                payload_type: 97,
                sequence_number: 9,
                timestamp: 3_000,
                ..rtp::Header::default()
            },
            payload: Bytes::from_static(&[0x12, 0x34, 7, 8]),
        };
        let repaired = Repaired {
            ssrc: 1,
            payload_type: 96,
        };
        repaired.restore(&mut packet);
        assert_eq!(packet.header.ssrc, 1);
        assert_eq!(packet.header.payload_type, 96);
        assert_eq!(packet.header.sequence_number, 0x1234);
        assert_eq!(packet.header.timestamp, 3_000);
        assert_eq!(packet.payload, [7, 8].as_slice());
    }

    #[test]
    fn padding_stays_what_it_is() {
        let mut packet = rtp::Packet::default();
        packet.header.ssrc = 2;
        let repaired = Repaired {
            ssrc: 1,
            payload_type: 96,
        };
        repaired.restore(&mut packet);
        assert_eq!(packet.header.ssrc, 2);
    }
}
