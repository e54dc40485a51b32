//! One stream that a client sends: its numbers, and the last packets for whoever misses one.

use super::{rtcp::SentSoFar, rtp::Header};

/// Packets of a picture that are kept for sending again.
const KEPT: usize = 256;

/// A stream of one's own.
#[derive(Debug)]
pub struct Outgoing {
    ssrc: u32,
    payload_type: u8,
    rtx_ssrc: Option<u32>,
    sequence: u16,
    rtx_sequence: u16,
    timestamp_offset: u32,
    latest: SentSoFar,
    kept: Vec<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    sequence: u16,
    marker: bool,
    timestamp: u32,
    payload: Vec<u8>,
}

impl Outgoing {
    /// A stream whose numbers begin anywhere (RFC 3550 section 5.1). With `rtx_ssrc`, its last packets are
    /// kept.
    #[must_use]
    pub fn new(ssrc: u32, payload_type: u8, rtx_ssrc: Option<u32>, random: u64) -> Self {
        let [a, b, c, d, e, f, _, _] = random.to_be_bytes();
        Self {
            ssrc,
            payload_type,
            rtx_ssrc,
            // In the lower half, as RFC 3711 section 3.3.1 recommends against an early rollover.
            sequence: u16::from_be_bytes([a & 0x7F, b]),
            rtx_sequence: u16::from_be_bytes([b & 0x7F, a]),
            timestamp_offset: u32::from_be_bytes([c, d, e, f]),
            latest: SentSoFar {
                ssrc,
                ..SentSoFar::default()
            },
            kept: vec![],
        }
    }

    /// Sends with another payload type from now on.
    pub const fn send_as(&mut self, payload_type: u8) {
        self.payload_type = payload_type;
    }

    /// The stream's SSRC.
    #[must_use]
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// What has been sent, for a report. `None` before the first packet.
    #[must_use]
    pub fn sent(&self) -> Option<SentSoFar> {
        (self.latest.packets > 0).then_some(self.latest)
    }

    /// The next packet's header.
    pub fn next(&mut self, marker: bool, timestamp: u32, payload: &[u8]) -> Header {
        let header = Header {
            marker,
            payload_type: self.payload_type,
            sequence: self.sequence,
            timestamp: timestamp.wrapping_add(self.timestamp_offset),
            ssrc: self.ssrc,
        };
        self.latest.timestamp = header.timestamp;
        self.latest.packets = self.latest.packets.wrapping_add(1);
        let bytes = u32::try_from(payload.len()).unwrap_or(0);
        self.latest.bytes = self.latest.bytes.wrapping_add(bytes);
        if self.rtx_ssrc.is_some() {
            self.keep(header, payload);
        }
        self.sequence = self.sequence.wrapping_add(1);
        header
    }

    /// A packet sent before, as a retransmission (RFC 4588 section 4): its header and payload.
    pub fn again(&mut self, sequence: u16, payload_type: u8) -> Option<(Header, Vec<u8>)> {
        let rtx_ssrc = self.rtx_ssrc?;
        let kept = self.kept.get(usize::from(sequence) % KEPT)?;
        if kept.sequence != sequence || kept.payload.is_empty() {
            return None;
        }
        let header = Header {
            marker: kept.marker,
            payload_type,
            sequence: self.rtx_sequence,
            timestamp: kept.timestamp,
            ssrc: rtx_ssrc,
        };
        self.rtx_sequence = self.rtx_sequence.wrapping_add(1);
        Some((
            header,
            [&sequence.to_be_bytes()[..], &kept.payload].concat(),
        ))
    }

    fn keep(&mut self, header: Header, payload: &[u8]) {
        if self.kept.is_empty() {
            self.kept.resize_with(KEPT, Kept::default);
        }
        let kept = &mut self.kept[usize::from(header.sequence) % KEPT];
        kept.sequence = header.sequence;
        kept.marker = header.marker;
        kept.timestamp = header.timestamp;
        kept.payload.clear();
        kept.payload.extend_from_slice(payload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_packets_can_be_sent_again_and_older_ones_cannot() {
        let mut stream = Outgoing::new(1, 96, Some(2), 0x0005_0000_0000_0000);
        for number in 0..300_u16 {
            let header = stream.next(false, u32::from(number), &number.to_be_bytes());
            assert_eq!(header.sequence, 5 + number);
        }
        assert_eq!(stream.again(5, 97), None);
        let (header, payload) = stream.again(304, 97).unwrap();
        assert_eq!(
            (header.ssrc, header.payload_type, header.timestamp),
            (2, 97, 299)
        );
        assert_eq!(
            payload,
            [304_u16.to_be_bytes(), 299_u16.to_be_bytes()].concat()
        );
        let (next, _) = stream.again(300, 97).unwrap();
        assert_eq!(next.sequence, header.sequence + 1);
    }

    #[test]
    fn a_stream_without_retransmissions_keeps_nothing() {
        let mut stream = Outgoing::new(1, 111, None, 0);
        assert_eq!(stream.sent(), None);
        let header = stream.next(true, 960, &[1, 2, 3]);
        assert_eq!(stream.again(header.sequence, 97), None);
        assert_eq!(stream.sent().unwrap().bytes, 3);
    }
}
