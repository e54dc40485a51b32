//! A view of a received packet.

use super::extension::ExtensionValues;
use crate::session::Extensions;

const FIXED_HEADER: usize = 12;

/// A received packet's header (RFC 3550 section 5.1), read once: SRTP needs it in order to open the
/// packet, and the room in order to forward it. It is never encrypted, so what it says of where things
/// lie holds for the packet as it came and as it was opened; whether it is true, SRTP finds out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtpHeader {
    /// Whose packet it is.
    pub ssrc: u32,
    /// Its number within its source.
    pub sequence: u16,
    /// Where the payload begins: behind contributing sources and extensions. Bytes.
    pub len: usize,
    pub(crate) marker: bool,
    pub(crate) payload_type: u8,
    pub(crate) timestamp: u32,
    /// The payload ends with padding, whose last byte counts it.
    padding: bool,
    /// The extension block's profile: it tells one-byte from two-byte elements.
    profile: u16,
    /// Where the extension block's elements begin; they end with the header.
    extensions_at: usize,
}

impl RtpHeader {
    /// `None` for what does not begin with a whole RTP header.
    #[must_use]
    pub fn parse(packet: &[u8]) -> Option<Self> {
        let fixed: &[u8; FIXED_HEADER] = packet.first_chunk()?;
        let [first, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] = *fixed;
        if first >> 6 != 2 {
            return None;
        }
        let mut len = FIXED_HEADER + usize::from(first & 0x0f) * 4;
        let mut profile = 0;
        let mut extensions_at = len;
        if first & 0x10 != 0 {
            let [p0, p1, l0, l1] = *packet.get(len..)?.first_chunk()?;
            profile = u16::from_be_bytes([p0, p1]);
            extensions_at = len + 4;
            len = extensions_at + usize::from(u16::from_be_bytes([l0, l1])) * 4;
        }
        (len <= packet.len()).then_some(Self {
            ssrc: u32::from_be_bytes([c0, c1, c2, c3]),
            sequence: u16::from_be_bytes([s0, s1]),
            len,
            marker: second & 0x80 != 0,
            payload_type: second & 0x7f,
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            padding: first & 0x20 != 0,
            profile,
            extensions_at,
        })
    }
}

/// A received RTP packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RtpPacket<'a> {
    pub(crate) header: RtpHeader,
    extensions: &'a [u8],
    /// Without padding; empty in a packet that is all padding.
    pub(crate) payload: &'a [u8],
}

impl<'a> RtpPacket<'a> {
    /// A packet whose header was read from it. `None` if it is not whole.
    pub(crate) fn new(header: RtpHeader, packet: &'a [u8]) -> Option<Self> {
        let mut payload = packet.get(header.len..)?;
        if header.padding {
            let padding = usize::from(*payload.last()?);
            if padding == 0 {
                return None;
            }
            payload = payload.get(..payload.len().checked_sub(padding)?)?;
        }
        Some(Self {
            header,
            extensions: packet.get(header.extensions_at..header.len)?,
            payload,
        })
    }

    /// The header extensions that `ids` name.
    pub(crate) fn extensions(&self, ids: &Extensions) -> ExtensionValues<'a> {
        ExtensionValues::read(self.header.profile, self.extensions, ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(packet: &[u8]) -> Option<RtpPacket<'_>> {
        RtpPacket::new(RtpHeader::parse(packet)?, packet)
    }

    #[test]
    fn a_plain_packet_reads_back() {
        let bytes = [
            0x80, 0xe0, 0x12, 0x34, 0, 0, 0, 9, 0xde, 0xad, 0xbe, 0xef, 1, 2, 3,
        ];
        let packet = parse(&bytes).unwrap();
        assert!(packet.header.marker);
        assert_eq!(packet.header.payload_type, 96);
        assert_eq!(packet.header.sequence, 0x1234);
        assert_eq!(packet.header.timestamp, 9);
        assert_eq!(packet.header.ssrc, 0xdead_beef);
        assert_eq!(packet.payload, [1, 2, 3]);
    }

    #[test]
    fn contributing_sources_extensions_and_padding_are_no_payload() {
        let mut bytes = vec![0xb1, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];
        bytes.extend([9, 9, 9, 9]);
        bytes.extend([0xbe, 0xde, 0, 1, 0x10, b'0', 0, 0]);
        bytes.extend([7, 7, 0, 2]);
        let packet = parse(&bytes).unwrap();
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
        assert!(parse(&whole).is_some());
        for length in 0..whole.len() {
            assert!(parse(&whole[..length]).is_none(), "{length} bytes");
        }
        let padding = |last: u8| [0xa0, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, last];
        assert!(parse(&padding(1)).unwrap().payload.is_empty());
        assert!(parse(&padding(0)).is_none());
        assert!(parse(&padding(2)).is_none());
        assert!(parse(&[0x40; 20]).is_none());
    }
}
