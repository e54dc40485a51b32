//! Packets in the shape of one publisher's sound: 50 a second of 100 bytes.

use crate::{
    participant::{MID_ID, OPUS, SOUND_SSRC, TRANSPORT_CC_ID},
    picture::Picture,
};

/// The payload of a packet, bytes.
pub const PAYLOAD_BYTES: usize = 100;

const TICKS_A_PACKET: u32 = 960;
const BYTES: usize = Picture::HEADER_BYTES + PAYLOAD_BYTES;

/// Sound's packets, one after another, in one buffer. Their headers are laid out as a picture's.
#[derive(Clone, Debug)]
pub struct Sound {
    number: u16,
    buffer: [u8; BYTES],
}

impl Default for Sound {
    fn default() -> Self {
        let mut buffer = [0x55; BYTES];
        buffer[..2].copy_from_slice(&[0x90, OPUS]);
        buffer[8..12].copy_from_slice(&SOUND_SSRC.to_be_bytes());
        buffer[12..16].copy_from_slice(&[0xbe, 0xde, 0, 2]);
        buffer[16] = TRANSPORT_CC_ID << 4 | 1;
        buffer[19] = MID_ID << 4;
        buffer[20] = b'0';
        buffer[21..24].fill(0);
        Self { number: 0, buffer }
    }
}

impl Sound {
    /// The next packet, in plain text.
    pub fn next_packet(&mut self) -> &[u8] {
        let timestamp = u32::from(self.number).wrapping_mul(TICKS_A_PACKET);
        self.buffer[2..4].copy_from_slice(&self.number.to_be_bytes());
        self.buffer[4..8].copy_from_slice(&timestamp.to_be_bytes());
        self.buffer[17..19].copy_from_slice(&self.number.to_be_bytes());
        self.number = self.number.wrapping_add(1);
        &self.buffer
    }
}
