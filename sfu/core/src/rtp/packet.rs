//! A view of a received packet.

use super::extension::ExtensionValues;
use crate::session::Extensions;

const FIXED_HEADER: usize = 12;

/// A received RTP packet, parsed once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RtpPacket<'a> {
    pub(crate) marker: bool,
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    /// The extension block's profile: it tells one-byte from two-byte elements.
    profile: u16,
    extensions: &'a [u8],
    /// Without padding; empty in a packet that is all padding.
    pub(crate) payload: &'a [u8],
}

impl<'a> RtpPacket<'a> {
    /// `None` for anything that is not a whole RTP packet.
    pub(crate) fn parse(packet: &'a [u8]) -> Option<Self> {
        let fixed: &[u8; FIXED_HEADER] = packet.first_chunk()?;
        let [first, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] = *fixed;
        if first >> 6 != 2 {
            return None;
        }
        let csrcs = usize::from(first & 0x0f) * 4;
        let mut rest = packet.get(FIXED_HEADER + csrcs..)?;
        let mut profile = 0;
        let mut extensions: &[u8] = &[];
        if first & 0x10 != 0 {
            let [p0, p1, l0, l1] = *rest.first_chunk()?;
            let length = usize::from(u16::from_be_bytes([l0, l1])) * 4;
            profile = u16::from_be_bytes([p0, p1]);
            (extensions, rest) = rest.get(4..)?.split_at_checked(length)?;
        }
        if first & 0x20 != 0 {
            let padding = usize::from(*rest.last()?);
            if padding == 0 {
                return None;
            }
            rest = rest.get(..rest.len().checked_sub(padding)?)?;
        }
        Some(Self {
            marker: second & 0x80 != 0,
            payload_type: second & 0x7f,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([c0, c1, c2, c3]),
            profile,
            extensions,
            payload: rest,
        })
    }

    /// The header extensions that `ids` name.
    pub(crate) fn extensions(&self, ids: &Extensions) -> ExtensionValues<'a> {
        ExtensionValues::read(self.profile, self.extensions, ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_packet_reads_back() {
        let bytes = [
            0x80, 0xe0, 0x12, 0x34, 0, 0, 0, 9, 0xde, 0xad, 0xbe, 0xef, 1, 2, 3,
        ];
        let packet = RtpPacket::parse(&bytes).unwrap();
        assert!(packet.marker);
        assert_eq!(packet.payload_type, 96);
        assert_eq!(packet.sequence, 0x1234);
        assert_eq!(packet.timestamp, 9);
        assert_eq!(packet.ssrc, 0xdead_beef);
        assert_eq!(packet.payload, [1, 2, 3]);
    }

    #[test]
    fn contributing_sources_extensions_and_padding_are_no_payload() {
        let mut bytes = vec![0xb1, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];
        bytes.extend([9, 9, 9, 9]);
        bytes.extend([0xbe, 0xde, 0, 1, 0x10, b'0', 0, 0]);
        bytes.extend([7, 7, 0, 2]);
        let packet = RtpPacket::parse(&bytes).unwrap();
        assert_eq!(packet.payload, [7, 7]);
        let ids = Extensions {
            mid: Some(1),
            ..Default::default()
        };
        assert_eq!(packet.extensions(&ids).mid, Some(&b"0"[..]));
    }

    #[test]
    fn what_is_cut_short_or_claims_too_much_is_refused() {
        let whole = [
            0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xbe, 0xde, 0, 1, 0x10, b'0', 0, 0,
        ];
        assert!(RtpPacket::parse(&whole).is_some());
        for length in 0..whole.len() {
            assert!(
                RtpPacket::parse(&whole[..length]).is_none(),
                "{length} bytes"
            );
        }
        let padding = |last: u8| [0xa0, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, last];
        assert!(RtpPacket::parse(&padding(1)).unwrap().payload.is_empty());
        assert!(RtpPacket::parse(&padding(0)).is_none());
        assert!(RtpPacket::parse(&padding(2)).is_none());
        assert!(RtpPacket::parse(&[0x40; 20]).is_none());
    }
}
