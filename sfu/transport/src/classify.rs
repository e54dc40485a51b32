//! What a datagram is, by its first bytes: one port carries STUN, DTLS, RTP and RTCP.
//!
//! The first byte tells STUN, DTLS and RTP apart (RFC 7983 section 7); RTCP is told from RTP by the
//! second byte (RFC 5761 section 4). Nothing here looks further than a shell needs for routing.

/// The kinds of datagram on a media port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A STUN message (RFC 8489).
    Stun,
    /// DTLS records (RFC 6347).
    Dtls,
    /// An RTP packet (RFC 3550), protected or not.
    Rtp,
    /// An RTCP packet (RFC 3550), protected or not.
    Rtcp,
    /// Nothing that belongs here.
    Junk,
}

const STUN_HEADER_LEN: usize = 20;
const STUN_MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const STUN_USERNAME: u16 = 0x0006;
const DTLS_RECORD_HEADER_LEN: usize = 13;
const RTP_HEADER_LEN: usize = 12;
const RTCP_HEADER_LEN: usize = 8;
const RTP_SSRC_AT: usize = 8;
const RTCP_SSRC_AT: usize = 4;

/// Sorts a datagram.
#[must_use]
pub fn classify(datagram: &[u8]) -> Kind {
    let Some(&first) = datagram.first() else {
        return Kind::Junk;
    };
    match first {
        0..=3 if is_stun(datagram) => Kind::Stun,
        20..=63 if datagram.len() >= DTLS_RECORD_HEADER_LEN => Kind::Dtls,
        128..=191 => match datagram.get(1) {
            Some(192..=223) if datagram.len() >= RTCP_HEADER_LEN => Kind::Rtcp,
            Some(0..=191 | 224..) if datagram.len() >= RTP_HEADER_LEN => Kind::Rtp,
            _ => Kind::Junk,
        },
        _ => Kind::Junk,
    }
}

fn is_stun(datagram: &[u8]) -> bool {
    datagram.len() >= STUN_HEADER_LEN && datagram[4..8] == STUN_MAGIC_COOKIE
}

/// Our own fragment of a STUN message's USERNAME, the part before the colon (RFC 8445 section
/// 7.2.2): it names the transport that a check from an unknown address belongs to. Nothing is
/// authenticated yet.
#[must_use]
pub fn stun_local_ufrag(datagram: &[u8]) -> Option<&str> {
    if !is_stun(datagram) {
        return None;
    }
    let mut attributes = &datagram[STUN_HEADER_LEN..];
    while let Some((header, rest)) = attributes.split_first_chunk::<4>() {
        let kind = u16::from_be_bytes([header[0], header[1]]);
        let len = usize::from(u16::from_be_bytes([header[2], header[3]]));
        if kind == STUN_USERNAME {
            let (local, _) = str::from_utf8(rest.get(..len)?).ok()?.split_once(':')?;
            return Some(local);
        }
        attributes = rest.get(len.next_multiple_of(4)..)?;
    }
    None
}

/// Whose an RTP or RTCP packet says that it is (RFC 3550 sections 5.1 and 6.4.1). Nothing is
/// authenticated yet.
#[must_use]
pub fn media_ssrc(datagram: &[u8]) -> Option<u32> {
    let at = match classify(datagram) {
        Kind::Rtp => RTP_SSRC_AT,
        Kind::Rtcp => RTCP_SSRC_AT,
        Kind::Stun | Kind::Dtls | Kind::Junk => return None,
    };
    let ssrc = datagram.get(at..)?.first_chunk().copied()?;
    Some(u32::from_be_bytes(ssrc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stun_with(attributes: &[u8]) -> Vec<u8> {
        let mut message = vec![0, 1, 0, attributes.len() as u8];
        message.extend(STUN_MAGIC_COOKIE);
        message.extend([7; 12]);
        message.extend(attributes);
        message
    }

    #[test]
    fn the_first_bytes_tell_the_kinds_apart() {
        assert_eq!(classify(&stun_with(&[])), Kind::Stun);
        assert_eq!(classify(&[22; 13]), Kind::Dtls);
        let mut packet = [0; 12];
        packet[0] = 0x80;
        for (second, kind) in [
            (96, Kind::Rtp),
            (0x80 | 63, Kind::Rtp),
            (0x80 | 96, Kind::Rtp),
            (200, Kind::Rtcp),
            (206, Kind::Rtcp),
        ] {
            packet[1] = second;
            assert_eq!(classify(&packet), kind, "second byte {second}");
        }
    }

    #[test]
    fn short_or_foreign_datagrams_are_junk() {
        assert_eq!(classify(&[]), Kind::Junk);
        assert_eq!(classify(&[22; 12]), Kind::Junk);
        assert_eq!(classify(&[0x80, 96, 0, 0]), Kind::Junk);
        assert_eq!(classify(&[0x80, 200, 0, 0]), Kind::Junk);
        assert_eq!(classify(&[0; 20]), Kind::Junk, "no magic cookie");
        assert_eq!(classify(&[70; 100]), Kind::Junk);
        assert_eq!(classify(&[255; 100]), Kind::Junk);
    }

    #[test]
    fn the_username_names_the_transport() {
        let priority = [0, 0x24, 0, 4, 1, 2, 3, 4];
        let username = *b"\0\x06\0\x09abcd:wxyz\0\0\0";
        let message = stun_with(&[&priority[..], &username[..]].concat());
        assert_eq!(stun_local_ufrag(&message), Some("abcd"));
    }

    #[test]
    fn media_says_whose_it_is() {
        let mut packet = [0x80, 96, 0, 1, 0, 0, 0, 7, 0, 0, 0, 9];
        assert_eq!(media_ssrc(&packet), Some(9));
        packet[1] = 200;
        assert_eq!(media_ssrc(&packet), Some(7));
        assert_eq!(media_ssrc(&stun_with(&[])), None);
        assert_eq!(media_ssrc(&packet[..7]), None);
    }

    #[test]
    fn a_username_without_a_colon_or_cut_short_names_nothing() {
        assert_eq!(stun_local_ufrag(&stun_with(b"\0\x06\0\x04abcd")), None);
        assert_eq!(stun_local_ufrag(&stun_with(b"\0\x06\0\x40a:b")), None);
        assert_eq!(stun_local_ufrag(&stun_with(&[])), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_sorted_without_panic(datagram in proptest::collection::vec(any::<u8>(), 0..200)) {
            let kind = classify(&datagram);
            let ufrag = stun_local_ufrag(&datagram);
            prop_assert!(ufrag.is_none() || kind == Kind::Stun || datagram[0] > 3);
        }
    }
}
