//! RTP header extensions (RFC 8285 section 5): the ids are the offer's, and the answer echoes them.

use std::fmt::Write;

use sfu_core::Extensions;

use super::{codecs::MediaKind, reader::Media};

/// One-byte headers carry ids 1 to 14 (RFC 8285 section 4.2).
const ID_MAX: u8 = 14;

/// An extension that is understood.
struct Known {
    uri: &'static str,
    /// Where its id is kept.
    id: fn(&mut Extensions) -> &mut Option<u8>,
    /// Whether sound has it too.
    in_audio: bool,
}

impl Known {
    fn fits(&self, kind: MediaKind) -> bool {
        self.in_audio || kind == MediaKind::Video
    }
}

const KNOWN: [Known; 6] = [
    Known {
        uri: "urn:ietf:params:rtp-hdrext:sdes:mid",
        id: |ids| &mut ids.mid,
        in_audio: true,
    },
    Known {
        uri: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        id: |ids| &mut ids.rid,
        in_audio: false,
    },
    Known {
        uri: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        id: |ids| &mut ids.repaired_rid,
        in_audio: false,
    },
    Known {
        uri: "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        id: |ids| &mut ids.audio_level,
        in_audio: true,
    },
    Known {
        uri: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        id: |ids| &mut ids.transport_cc,
        in_audio: true,
    },
    Known {
        uri: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        id: |ids| &mut ids.abs_send_time,
        in_audio: true,
    },
];

/// An `a=extmap` line.
struct Map<'a> {
    id: u8,
    direction: Option<&'a str>,
    uri: &'a str,
}

impl<'a> Map<'a> {
    fn all(media: &Media<'a>) -> impl Iterator<Item = Self> {
        media.attributes.all("extmap").filter_map(|value| {
            let mut words = value.split_ascii_whitespace();
            let number = words.next()?;
            let (id, direction) = number
                .split_once('/')
                .map_or((number, None), |(id, direction)| (id, Some(direction)));
            let id = id.parse().ok().filter(|id| (1..=ID_MAX).contains(id))?;
            let uri = words.next()?;
            (direction != Some("inactive")).then_some(Self { id, direction, uri })
        })
    }
}

/// Notes the ids of a line. One numbering serves all lines of a transport (RFC 8285 section 5), so
/// the first line that names an extension decides.
pub(crate) fn collect(media: &Media<'_>, kind: MediaKind, ids: &mut Extensions) {
    for map in Map::all(media) {
        let is_taken = KNOWN.iter().any(|known| *(known.id)(ids) == Some(map.id));
        let known = KNOWN
            .iter()
            .find(|known| known.uri == map.uri && known.fits(kind));
        if let Some(known) = known.filter(|_| !is_taken) {
            (known.id)(ids).get_or_insert(map.id);
        }
    }
}

/// Writes the `extmap` lines that a line's offer and the agreed ids have in common. A direction is
/// turned round: what the client only sends, we only receive (RFC 8285 section 6).
pub(crate) fn write(
    answer: &mut String,
    media: &Media<'_>,
    kind: MediaKind,
    mut ids: Extensions,
) -> std::fmt::Result {
    for map in Map::all(media) {
        let agreed = KNOWN.iter().any(|known| {
            known.uri == map.uri && known.fits(kind) && *(known.id)(&mut ids) == Some(map.id)
        });
        if agreed {
            let direction = match map.direction {
                Some("sendonly") => "/recvonly",
                Some("recvonly") => "/sendonly",
                Some("sendrecv") => "/sendrecv",
                _ => "",
            };
            write!(answer, "a=extmap:{}{direction} {}\r\n", map.id, map.uri)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdp::reader::Description;

    const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
    const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    fn round(lines: &str, kind: MediaKind) -> (Extensions, String) {
        let text = format!("v=0\r\nm=any 9 UDP/TLS/RTP/SAVPF 96\r\n{lines}");
        let description = Description::read(&text).unwrap();
        let mut ids = Extensions::default();
        collect(&description.media[0], kind, &mut ids);
        let mut answer = String::new();
        write(&mut answer, &description.media[0], kind, ids).unwrap();
        (ids, answer)
    }

    #[test]
    fn ids_are_echoed_and_directions_turned_round() {
        let offer = format!(
            "a=extmap:3 {MID}\r\na=extmap:9/sendonly {RID}\r\na=extmap:5/recvonly urn:unknown\r\n"
        );
        let (ids, answer) = round(&offer, MediaKind::Video);
        assert_eq!((ids.mid, ids.rid), (Some(3), Some(9)));
        assert_eq!(
            answer,
            format!("a=extmap:3 {MID}\r\na=extmap:9/recvonly {RID}\r\n")
        );
    }

    #[test]
    fn ids_that_need_two_byte_headers_or_are_taken_do_not_count() {
        let offer = format!("a=extmap:15 {MID}\r\na=extmap:0 {MID}\r\na=extmap:x {MID}\r\n");
        assert_eq!(
            round(&offer, MediaKind::Video),
            (Extensions::default(), String::new())
        );
        let (ids, answer) = round(
            &format!("a=extmap:3 {MID}\r\na=extmap:3 {RID}\r\n"),
            MediaKind::Video,
        );
        assert_eq!((ids.mid, ids.rid), (Some(3), None));
        assert_eq!(answer, format!("a=extmap:3 {MID}\r\n"));
    }

    #[test]
    fn sound_has_no_layers() {
        let (ids, answer) = round(&format!("a=extmap:9 {RID}\r\n"), MediaKind::Audio);
        assert_eq!((ids.rid, answer), (None, String::new()));
    }
}
