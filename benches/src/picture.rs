//! Packets in the shape of one publisher's picture: VP8, 30 frames a second of five packets with
//! 1,100 bytes of payload, a key frame every 60 frames.

use std::time::Duration;

use crate::participant::{MID_ID, PICTURE_SSRC, TRANSPORT_CC_ID, VP8};

/// The payload of a packet, bytes.
pub const PAYLOAD_BYTES: usize = 1_100;
/// From one packet to the next, on average.
pub const SPACING: Duration = Duration::from_micros(1_000_000 / (30 * 5));

/// Packets of a frame.
pub const PACKETS_A_FRAME: u64 = 5;
const TICKS_A_FRAME: u64 = 3_000;
/// RTP header, and an extension block of two words (RFC 8285 section 4.2).
const HEADER_BYTES: usize = 12 + 4 + 8;

/// Frames from one key frame to the next.
const FRAMES_A_KEY_FRAME: u64 = 60;

/// A picture's packets, one after another, in one buffer.
#[derive(Clone, Debug)]
pub struct Picture {
    number: u64,
    width: u16,
    height: u16,
    frames_a_key_frame: u64,
    buffer: [u8; HEADER_BYTES + PAYLOAD_BYTES],
}

impl Default for Picture {
    fn default() -> Self {
        Self::new(PICTURE_SSRC, 640, 360, FRAMES_A_KEY_FRAME)
    }
}

impl Picture {
    /// The header and its extensions, bytes.
    pub const HEADER_BYTES: usize = HEADER_BYTES;

    /// A picture of `width` times `height` pixels. The last byte of each packet is the SSRC's last, so
    /// that one can tell what arrived.
    #[must_use]
    pub fn new(ssrc: u32, width: u16, height: u16, frames_a_key_frame: u64) -> Self {
        let mut buffer = [0x5a; HEADER_BYTES + PAYLOAD_BYTES];
        buffer[0] = 0x90;
        buffer[8..12].copy_from_slice(&ssrc.to_be_bytes());
        buffer[HEADER_BYTES + PAYLOAD_BYTES - 1] = ssrc.to_be_bytes()[3];
        buffer[12..16].copy_from_slice(&[0xbe, 0xde, 0, 2]);
        buffer[16] = TRANSPORT_CC_ID << 4 | 1;
        buffer[19] = MID_ID << 4;
        buffer[20] = b'1';
        buffer[21..24].fill(0);
        Self {
            number: 0,
            width,
            height,
            frames_a_key_frame,
            buffer,
        }
    }

    /// The next packet, in plain text.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "sequence numbers, timestamps and picture ids wrap"
    )]
    pub fn next_packet(&mut self) -> &[u8] {
        let (frame, part) = (self.number / PACKETS_A_FRAME, self.number % PACKETS_A_FRAME);
        let marker = u8::from(part == PACKETS_A_FRAME - 1) << 7;
        let sequence = (self.number as u16).to_be_bytes();
        let timestamp = ((frame * TICKS_A_FRAME) as u32).to_be_bytes();
        let picture_id = (frame as u16 & 0x7fff | 0x8000).to_be_bytes();
        let buffer = &mut self.buffer;
        buffer[1] = marker | VP8;
        buffer[2..4].copy_from_slice(&sequence);
        buffer[4..8].copy_from_slice(&timestamp);
        buffer[17..19].copy_from_slice(&sequence);
        // The payload descriptor with a picture id of two bytes (RFC 7741 section 4.2).
        let payload = &mut buffer[HEADER_BYTES..];
        payload[0] = 0x80 | u8::from(part == 0) << 4;
        payload[1] = 0x80;
        payload[2..4].copy_from_slice(&picture_id);
        // The frame's first bit is 0 in a key frame (RFC 6386 section 9.1), which also says its size.
        payload[4] = u8::from(part != 0 || !frame.is_multiple_of(self.frames_a_key_frame));
        payload[5..10].copy_from_slice(&[0, 0, 0x9d, 0x01, 0x2a]);
        payload[10..12].copy_from_slice(&self.width.to_le_bytes());
        payload[12..14].copy_from_slice(&self.height.to_le_bytes());
        self.number += 1;
        &self.buffer
    }
}
