//! Headers of our own, in the receiver's numbering.

use super::extension::{ONE_BYTE, TWO_BYTE};
use crate::session::Extensions;

/// The longest `mid` (RFC 8285: what a one-byte element holds).
const MID_MAX: usize = 16;

/// Fixed header, block header, three two-byte elements at their longest, padding to a word.
const HEADER_MAX: usize = 12 + 4 + (2 + MID_MAX) + (2 + 1) + (2 + 2) + 3;

/// A line's `mid`, by value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mid {
    bytes: [u8; MID_MAX],
    length: u8,
}

impl Mid {
    /// `None` for an empty text or one of more than 16 bytes, which no header can carry.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let length = u8::try_from(text.len()).ok().filter(|length| *length > 0)?;
        let mut bytes = [0; MID_MAX];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        Some(Self { bytes, length })
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// What a header says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) marker: bool,
    /// The payload ends with padding, whose last byte counts it.
    pub(crate) padding: bool,
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    pub(crate) mid: Option<Mid>,
    pub(crate) audio_level: Option<u8>,
    pub(crate) transport_cc: Option<u16>,
}

/// Room for one header.
#[derive(Debug)]
pub(crate) struct HeaderBuffer {
    bytes: [u8; HEADER_MAX],
    length: usize,
}

impl HeaderBuffer {
    pub(crate) fn new() -> Self {
        Self {
            bytes: [0; HEADER_MAX],
            length: 0,
        }
    }

    /// Writes a header; an extension without an id among `ids` is left out.
    pub(crate) fn write(&mut self, header: &Header, ids: &Extensions) -> &[u8] {
        self.length = 0;
        let first = 0x80 | (u8::from(header.padding) << 5);
        self.put(&[first, header.payload_type | (u8::from(header.marker) << 7)]);
        self.put(&header.sequence.to_be_bytes());
        self.put(&header.timestamp.to_be_bytes());
        self.put(&header.ssrc.to_be_bytes());

        let mid = ids.mid.zip(header.mid);
        let level = ids.audio_level.zip(header.audio_level);
        let transport_cc = ids.transport_cc.zip(header.transport_cc);
        let highest_id = [
            mid.map(|e| e.0),
            level.map(|e| e.0),
            transport_cc.map(|e| e.0),
        ]
        .into_iter()
        .flatten()
        .max();
        let Some(highest_id) = highest_id else {
            return &self.bytes[..self.length];
        };
        let profile = if highest_id > 14 { TWO_BYTE } else { ONE_BYTE };
        let block = self.length;
        self.put(&profile.to_be_bytes());
        self.put(&[0, 0]);
        if let Some((id, mid)) = mid {
            self.put_element(profile, id, mid.as_bytes());
        }
        if let Some((id, level)) = level {
            self.put_element(profile, id, &[level]);
        }
        if let Some((id, sequence)) = transport_cc {
            self.put_element(profile, id, &sequence.to_be_bytes());
        }
        while !self.length.is_multiple_of(4) {
            self.put(&[0]);
        }
        let words = u8::try_from((self.length - block) / 4 - 1).expect("a header has few words");
        self.bytes[block + 3] = words;
        self.bytes[0] |= 0x10;
        &self.bytes[..self.length]
    }

    fn put_element(&mut self, profile: u16, id: u8, data: &[u8]) {
        let length = u8::try_from(data.len()).expect("an element is short");
        if profile == ONE_BYTE {
            self.put(&[(id << 4) | (length - 1)]);
        } else {
            self.put(&[id, length]);
        }
        self.put(data);
    }

    fn put(&mut self, data: &[u8]) {
        self.bytes[self.length..self.length + data.len()].copy_from_slice(data);
        self.length += data.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtp::{RtpHeader, RtpPacket};

    fn header() -> Header {
        Header {
            marker: true,
            padding: false,
            payload_type: 120,
            sequence: 0xfffe,
            timestamp: 0x0102_0304,
            ssrc: 0x0a0b_0c0d,
            mid: Mid::new("sixteen-byte-mid"),
            audio_level: Some(0x92),
            transport_cc: Some(0x1234),
        }
    }

    fn assert_reads_back(ids: Extensions) {
        let mut buffer = HeaderBuffer::new();
        let header = header();
        let written = buffer.write(&header, &ids);
        let read = RtpHeader::parse(written).unwrap();
        let packet = RtpPacket::new(read, written).unwrap();
        assert!(read.marker && packet.payload.is_empty());
        assert_eq!(read.payload_type, header.payload_type);
        assert_eq!(read.sequence, header.sequence);
        assert_eq!(read.timestamp, header.timestamp);
        assert_eq!(read.ssrc, header.ssrc);
        let values = packet.extensions(&ids);
        assert_eq!(values.mid, ids.mid.map(|_| &b"sixteen-byte-mid"[..]));
        assert_eq!(values.audio_level, ids.audio_level.map(|_| 0x92));
        assert_eq!(values.transport_cc, ids.transport_cc.map(|_| 0x1234));
    }

    #[test]
    fn what_is_written_reads_back_in_one_and_two_byte_form() {
        let small = Extensions {
            mid: Some(1),
            audio_level: Some(14),
            transport_cc: Some(3),
            ..Default::default()
        };
        assert_reads_back(small);
        assert_reads_back(Extensions {
            audio_level: Some(15),
            ..small
        });
        assert_reads_back(Extensions {
            mid: None,
            audio_level: None,
            ..small
        });
        assert_reads_back(Extensions::default());
    }

    #[test]
    fn a_mid_that_no_header_can_carry_is_none() {
        assert!(Mid::new("").is_none());
        assert!(Mid::new("seventeen-letters").is_none());
    }
}
