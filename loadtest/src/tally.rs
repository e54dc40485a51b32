//! What arrived on one receive line, as a decoder would see it.
//!
//! Packets are put back in order by their sequence numbers. A picture counts when all its packets
//! came and it can be decoded: it is a key frame, or nothing was missing since one. What a
//! retransmission brings back in time counts like what came at once.

use std::{collections::BTreeMap, time::Instant};

use rtc::rtp::packet::Packet;

use crate::vp8;

/// Packets that are kept while an earlier one is missing. Beyond it the earlier one is given up.
const HELD_MAX: usize = 256;

/// The packets of one stream.
#[derive(Debug, Default)]
pub struct Tally {
    packets: u64,
    bytes: u64,
    first_packet: Option<Instant>,
    sequence: Sequence,
}

/// The pictures of one stream of VP8.
#[derive(Debug, Default)]
pub struct Pictures {
    sequence: Sequence,
    held: BTreeMap<u64, Piece>,
    next: Option<u64>,
    frame: Option<Frame>,
    decodable: bool,
    frames: u64,
    key_frames: u64,
    first_frame: Option<Instant>,
    latest_frame: Option<Instant>,
}

#[derive(Debug)]
struct Piece {
    /// It starts a picture; and whether that is a key frame.
    start: Option<bool>,
    end: bool,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    key: bool,
}

/// Counts sequence numbers on beyond 16 bits (RFC 3550 appendix A.1).
#[derive(Debug, Default)]
struct Sequence {
    first: Option<u64>,
    highest: u64,
}

impl Sequence {
    fn extend(&mut self, number: u16) -> u64 {
        let Some(first) = self.first else {
            // One cycle up, so that packets from before the first one stay above zero.
            let extended = u64::from(number) + 0x1_0000;
            self.first = Some(extended);
            self.highest = extended;
            return extended;
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_possible_wrap,
            reason = "the difference of two 16-bit numbers, taken as signed, is the nearer way round"
        )]
        let step = number.wrapping_sub(self.highest as u16) as i16;
        let extended = self.highest.saturating_add_signed(i64::from(step));
        self.highest = self.highest.max(extended);
        self.first = Some(first.min(extended));
        extended
    }

    fn expected(&self) -> u64 {
        self.first.map_or(0, |first| self.highest - first + 1)
    }
}

impl Tally {
    /// A packet came.
    pub fn count(&mut self, packet: &Packet, now: Instant) {
        self.packets += 1;
        self.bytes += packet.payload.len() as u64;
        self.first_packet.get_or_insert(now);
        self.sequence.extend(packet.header.sequence_number);
    }

    /// Packets that came.
    #[must_use]
    pub const fn packets(&self) -> u64 {
        self.packets
    }

    /// Bytes of payload that came.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Packets that are missing between the first and the last.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.sequence.expected().saturating_sub(self.packets)
    }

    /// When the first one came.
    #[must_use]
    pub const fn first_packet(&self) -> Option<Instant> {
        self.first_packet
    }
}

impl Pictures {
    /// A packet came: its sequence number, its marker, its payload.
    pub fn count(&mut self, sequence: u16, marker: bool, payload: &[u8], now: Instant) {
        let number = self.sequence.extend(sequence);
        let next = *self.next.get_or_insert(number);
        if number < next {
            return; // twice, or given up already
        }
        let piece = Piece {
            start: vp8::begins(payload),
            end: marker,
        };
        if number == next && self.held.is_empty() {
            self.take(&piece, now);
            self.next = Some(next + 1);
            return;
        }
        self.held.insert(number, piece);
        self.take_in_order(now);
        if self.held.len() > HELD_MAX {
            self.give_up_the_gap();
            self.take_in_order(now);
        }
    }

    /// Pictures that could be decoded.
    #[must_use]
    pub const fn frames(&self) -> u64 {
        self.frames
    }

    /// Key frames among them.
    #[must_use]
    pub const fn key_frames(&self) -> u64 {
        self.key_frames
    }

    /// When the latest one was whole.
    #[must_use]
    pub const fn latest_frame(&self) -> Option<Instant> {
        self.latest_frame
    }

    /// When the first one was whole.
    #[must_use]
    pub const fn first_frame(&self) -> Option<Instant> {
        self.first_frame
    }

    /// Whether a decoder would need a key frame to go on.
    #[must_use]
    pub const fn wants_key_frame(&self) -> bool {
        !self.decodable && self.frame.is_none()
    }

    fn take_in_order(&mut self, now: Instant) {
        while let Some(next) = self.next
            && let Some(piece) = self.held.remove(&next)
        {
            self.take(&piece, now);
            self.next = Some(next + 1);
        }
    }

    fn take(&mut self, piece: &Piece, now: Instant) {
        if let Some(key) = piece.start {
            self.frame = (key || self.decodable).then_some(Frame { key });
        }
        if piece.end
            && let Some(frame) = self.frame.take()
        {
            self.frames += 1;
            self.key_frames += u64::from(frame.key);
            self.decodable = true;
            self.first_frame.get_or_insert(now);
            self.latest_frame = Some(now);
        }
    }

    fn give_up_the_gap(&mut self) {
        self.next = self.held.keys().next().copied();
        self.frame = None;
        self.decodable = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use rtc::rtp::header::Header;

    /// Three packets a picture; every tenth is a key frame.
    fn packet(number: u16) -> Packet {
        let (picture, part) = (number / 3, number % 3);
        let delta = u8::from(picture % 10 != 0);
        let payload = if part == 0 {
            vec![0x10, delta, 0, 0, 0, 0]
        } else {
            vec![0x00, 7, 7, 7]
        };
        Packet {
            header: Header {
                sequence_number: number.wrapping_add(65_500),
                timestamp: u32::from(picture) * 3_000,
                marker: part == 2,
                ..Header::default()
            },
            payload: Bytes::from(payload),
        }
    }

    fn count(numbers: impl IntoIterator<Item = u16>) -> (Tally, Pictures) {
        let (mut tally, mut pictures) = (Tally::default(), Pictures::default());
        for number in numbers {
            tally.count(&packet(number), Instant::now());
            let packet = packet(number);
            pictures.count(
                packet.header.sequence_number,
                packet.header.marker,
                &packet.payload,
                Instant::now(),
            );
        }
        (tally, pictures)
    }

    #[test]
    fn every_picture_counts_when_nothing_is_lost() {
        let (tally, pictures) = count(0..300);
        assert_eq!((tally.packets(), tally.lost()), (300, 0));
        assert_eq!((pictures.frames(), pictures.key_frames()), (100, 10));
    }

    #[test]
    fn what_comes_late_counts_like_what_comes_at_once() {
        let (tally, pictures) = count((0..40).chain(41..90).chain([40]).chain(90..300));
        assert_eq!(tally.lost(), 0);
        assert_eq!(pictures.frames(), 100);
    }

    #[test]
    fn after_a_loss_no_picture_counts_until_the_next_key_frame() {
        let (tally, pictures) = count((0..40).chain(41..900));
        assert_eq!(tally.lost(), 1);
        // Packet 40 belongs to picture 13; pictures 13 to 19 are lost with it.
        assert_eq!(pictures.frames(), 300 - 7);
    }

    #[test]
    fn joining_in_the_middle_waits_for_a_key_frame() {
        let (_, pictures) = count(45..90);
        assert_eq!(pictures.frames(), 10);
        let (_, pictures) = count(45..60);
        assert!(pictures.wants_key_frame());
        assert_eq!(pictures.first_frame(), None);
    }
}
