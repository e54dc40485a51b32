//! What an offer says about the whole connection: ICE, DTLS, and which lines share the transport.

use super::{
    OfferError,
    reader::{Description, Media},
};
use crate::dtls::Fingerprint;

/// The most bytes of a `mid` or rid, so that its header extension fits a one-byte header
/// (RFC 8285 section 4.2).
const NAME_LEN_MAX: usize = 16;

/// An offer that can be answered, if its media can.
#[derive(Debug)]
pub(crate) struct Offer<'a> {
    pub(crate) ufrag: &'a str,
    /// The client's ICE password: what it answers a check of ours with.
    pub(crate) password: &'a str,
    pub(crate) fingerprints: Vec<Fingerprint>,
    pub(crate) lines: Vec<OfferLine<'a>>,
}

/// One m-line of an offer.
#[derive(Debug)]
pub(crate) struct OfferLine<'a> {
    pub(crate) media: Media<'a>,
    /// The line's number, from 1.
    pub(crate) number: usize,
    pub(crate) mid: Option<&'a str>,
    pub(crate) direction: Direction,
    /// Whether the line takes part: in the BUNDLE group, and not switched off by port 0.
    pub(crate) takes_part: bool,
}

/// Who sends on a line (RFC 8866 section 6.7), from the side of whoever wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Direction {
    pub(crate) fn of(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    pub(crate) fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    pub(crate) fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    fn read(media: &Media<'_>, session: &Description<'_>) -> Self {
        let named = |attributes: &super::reader::Attributes<'_>| {
            [
                Self::SendRecv,
                Self::SendOnly,
                Self::RecvOnly,
                Self::Inactive,
            ]
            .into_iter()
            .find(|direction| attributes.get(direction.name()).is_some())
        };
        named(&media.attributes)
            .or_else(|| named(&session.session))
            .unwrap_or(Self::SendRecv)
    }
}

impl<'a> Offer<'a> {
    pub(crate) fn read(text: &'a str) -> Result<Self, OfferError> {
        let description = Description::read(text)?;
        let group: Vec<&str> = description
            .session
            .all("group")
            .find_map(|group| group.strip_prefix("BUNDLE"))
            .map(|mids| mids.split_ascii_whitespace().collect())
            .filter(|mids: &Vec<_>| !mids.is_empty())
            .ok_or(OfferError::NoBundle)?;
        if description.session.get("ice-lite").is_some() {
            return Err(OfferError::IceLite);
        }

        let transport = |name| transport_attribute(&description, &group, name);
        let setup = transport("setup").unwrap_or("active");
        if !matches!(setup, "actpass" | "active") {
            return Err(OfferError::NotActive {
                setup: setup.to_owned(),
            });
        }
        let ufrag = transport("ice-ufrag").ok_or(OfferError::NoIceCredentials)?;
        let password = transport("ice-pwd").ok_or(OfferError::NoIceCredentials)?;
        let fingerprints = fingerprints(&description, &group);
        if fingerprints.is_empty() {
            return Err(OfferError::NoFingerprint);
        }

        let directions: Vec<Direction> = description
            .media
            .iter()
            .map(|media| Direction::read(media, &description))
            .collect();
        let mut lines: Vec<OfferLine<'a>> = Vec::with_capacity(directions.len());
        for ((media, direction), number) in description.media.into_iter().zip(directions).zip(1..) {
            let mid = media.attributes.get("mid");
            let used_before = mid.is_some() && lines.iter().any(|line| line.mid == mid);
            if used_before || mid.is_some_and(|mid| !is_name(mid)) {
                return Err(OfferError::BadMid { line: number });
            }
            let bundled = mid.is_some_and(|mid| group.contains(&mid));
            let switched_off = media.port == 0 && media.attributes.get("bundle-only").is_none();
            let takes_part = bundled && !switched_off;
            lines.push(OfferLine {
                media,
                number,
                mid,
                direction,
                takes_part,
            });
        }
        Ok(Self {
            ufrag,
            password,
            fingerprints,
            lines,
        })
    }
}

/// Whether a `mid` or rid is one that can be echoed and carried in a header extension.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=NAME_LEN_MAX).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]".contains(&byte))
}

/// A transport's attribute stands in the section that the BUNDLE group names first, or for the whole
/// session (RFC 9143 section 7.1.3); some clients repeat it in every section.
fn transport_attribute<'a>(
    description: &Description<'a>,
    group: &[&str],
    name: &str,
) -> Option<&'a str> {
    sections(description, group)
        .find_map(|attributes| attributes.get(name))
        .map(str::trim)
}

fn fingerprints(description: &Description<'_>, group: &[&str]) -> Vec<Fingerprint> {
    sections(description, group)
        .find(|attributes| attributes.get("fingerprint").is_some())
        .map(|attributes| {
            attributes
                .all("fingerprint")
                .filter_map(Fingerprint::parse)
                .collect()
        })
        .unwrap_or_default()
}

/// Where a transport's attributes may stand, the most telling first.
fn sections<'d, 'a>(
    description: &'d Description<'a>,
    group: &'d [&str],
) -> impl Iterator<Item = &'d super::reader::Attributes<'a>> {
    let bundled = move |mid: &str| {
        description
            .media
            .iter()
            .find(|media| media.attributes.get("mid") == Some(mid))
            .map(|media| &media.attributes)
    };
    let (first, others) = group
        .split_first()
        .map_or((None, group), |(first, others)| (bundled(first), others));
    first
        .into_iter()
        .chain([&description.session])
        .chain(others.iter().filter_map(move |mid| bundled(mid)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:abcd\r\n\
        a=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\n\
        a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r\n\
        m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=bundle-only\r\na=recvonly\r\n\
        m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\n";

    fn refused(from: &str, to: &str) -> OfferError {
        assert!(GOOD.contains(from));
        Offer::read(&GOOD.replacen(from, to, 1)).unwrap_err()
    }

    #[test]
    fn only_lines_of_the_group_take_part_and_bundle_only_is_not_switched_off() {
        let offer = Offer::read(GOOD).unwrap();
        assert_eq!((offer.ufrag, offer.fingerprints.len()), ("abcd", 1));
        let takes_part: Vec<_> = offer.lines.iter().map(|line| line.takes_part).collect();
        assert_eq!(takes_part, [true, true, false, false]);
        assert_eq!(offer.lines[0].direction, Direction::SendRecv);
        assert_eq!(offer.lines[1].direction, Direction::RecvOnly);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(refused("a=group:BUNDLE 0 1\r\n", ""), OfferError::NoBundle);
        assert_eq!(refused("BUNDLE 0 1", "BUNDLE"), OfferError::NoBundle);
        assert_eq!(
            refused("a=ice-ufrag:abcd\r\n", ""),
            OfferError::NoIceCredentials
        );
        assert_eq!(
            refused("a=ice-pwd:", "a=ice-no:"),
            OfferError::NoIceCredentials
        );
        assert_eq!(refused("sha-256", "sha-1"), OfferError::NoFingerprint);
        assert_eq!(
            refused("t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n"),
            OfferError::IceLite
        );
        assert_eq!(refused("mid:3", "mid:1"), OfferError::BadMid { line: 4 });
        assert_eq!(refused("mid:3", "mid:a b"), OfferError::BadMid { line: 4 });
        assert_eq!(
            refused("mid:3", "mid:12345678901234567"),
            OfferError::BadMid { line: 4 }
        );
        assert_eq!(
            refused("actpass", "passive"),
            OfferError::NotActive {
                setup: "passive".to_owned()
            }
        );
    }

    #[test]
    fn the_transport_may_be_described_for_the_whole_session_or_in_a_later_section() {
        let moved = GOOD.replacen("a=ice-ufrag:abcd\r\n", "", 1);
        let to_session = moved.replacen("t=0 0\r\n", "t=0 0\r\na=ice-ufrag:efgh\r\n", 1);
        assert_eq!(Offer::read(&to_session).unwrap().ufrag, "efgh");
        let to_later = moved.replacen("a=mid:1\r\n", "a=mid:1\r\na=ice-ufrag:ijkl\r\n", 1);
        assert_eq!(Offer::read(&to_later).unwrap().ufrag, "ijkl");
    }

    #[test]
    fn an_active_client_is_as_good_as_one_that_leaves_the_choice() {
        assert!(Offer::read(&GOOD.replacen("actpass", "active", 1)).is_ok());
        assert!(Offer::read(&GOOD.replacen("a=setup:actpass\r\n", "", 1)).is_ok());
    }
}
