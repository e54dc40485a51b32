//! The offer of a lean client, and what it needs to know of the answer (RFC 8829, RFC 9143).
//!
//! One's own lines stand first, then the pairs to receive on, as `docs/protocol.md` asks.

use std::{fmt::Write, net::SocketAddr};

use anyhow::{Context, bail};
use rand::Rng;

use super::identity::Credentials;
use crate::clip::RIDS;

/// The payload type of Opus.
pub const OPUS: u8 = 111;
/// The payload type of redundant Opus (RFC 2198).
pub const RED: u8 = 63;
/// The payload type of VP8.
pub const VP8: u8 = 96;
/// The payload type of retransmissions (RFC 4588).
pub const RTX: u8 = 97;

/// The id of the audio level's header extension (RFC 6464).
pub const AUDIO_LEVEL_ID: u8 = 1;
/// The id of the transport-wide sequence number's header extension.
pub const TRANSPORT_CC_ID: u8 = 3;
/// The id of the `mid` header extension (RFC 9143 section 15).
pub const MID_ID: u8 = 4;
/// The id of the `rid` header extension (RFC 8852).
pub const RID_ID: u8 = 10;
/// The id of the header extension that names the `rid` of retransmitted packets (RFC 8852).
pub const REPAIRED_RID_ID: u8 = 11;

const URIS: [(u8, &str, bool); 5] = [
    (
        AUDIO_LEVEL_ID,
        "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        true,
    ),
    (
        TRANSPORT_CC_ID,
        "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        true,
    ),
    (MID_ID, "urn:ietf:params:rtp-hdrext:sdes:mid", true),
    (
        RID_ID,
        "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        false,
    ),
    (
        REPAIRED_RID_ID,
        "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        false,
    ),
];

/// What a client offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The layers of one's own picture: 0 for none, 1, or 3 by rid.
    pub layers: usize,
    /// One's own sound.
    pub sound: bool,
    /// Pairs of lines to receive on.
    pub receive_pairs: usize,
    /// Whether redundant Opus is understood.
    pub red: bool,
}

/// The SSRCs of what is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSources {
    /// The sound's.
    pub sound: u32,
    /// For every layer the picture's, and its retransmissions'.
    pub layers: Vec<(u32, u32)>,
}

impl OwnSources {
    /// Makes up new ones.
    pub fn generate(shape: Shape, rng: &mut impl Rng) -> Self {
        Self {
            sound: rng.random(),
            layers: (0..shape.layers)
                .map(|_| (rng.random(), rng.random()))
                .collect(),
        }
    }
}

/// Everything that an offer says.
pub struct Offer<'a> {
    /// What is offered.
    pub shape: Shape,
    /// The SSRCs of what is sent.
    pub sources: &'a OwnSources,
    /// Of one's own ICE.
    pub credentials: &'a Credentials,
    /// Of one's own certificate, as SDP writes it.
    pub fingerprint: &'a str,
    /// Where one can be reached.
    pub candidate: SocketAddr,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Audio,
    Video,
}

impl Offer<'_> {
    /// As text.
    #[must_use]
    pub fn write(&self) -> String {
        let own = usize::from(self.shape.sound) + usize::from(self.shape.layers > 0);
        let mut kinds = vec![];
        if self.shape.sound {
            kinds.push(Kind::Audio);
        }
        if self.shape.layers > 0 {
            kinds.push(Kind::Video);
        }
        for _ in 0..self.shape.receive_pairs {
            kinds.extend([Kind::Audio, Kind::Video]);
        }
        let mids: Vec<_> = (0..kinds.len()).map(|mid| mid.to_string()).collect();
        let mut text = format!(
            "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n\
             a=msid-semantic:WMS *\r\n",
            mids.join(" ")
        );
        for (mid, kind) in kinds.into_iter().enumerate() {
            self.write_line(&mut text, mid, kind, mid < own)
                .expect("writing to a string does not fail");
        }
        text
    }

    fn write_line(&self, text: &mut String, mid: usize, kind: Kind, own: bool) -> std::fmt::Result {
        match kind {
            Kind::Audio if self.shape.red => {
                write!(text, "m=audio 9 UDP/TLS/RTP/SAVPF {RED} {OPUS}\r\n")?;
            }
            Kind::Audio => write!(text, "m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\n")?,
            Kind::Video => write!(text, "m=video 9 UDP/TLS/RTP/SAVPF {VP8} {RTX}\r\n")?,
        }
        let candidate = self.candidate;
        write!(
            text,
            "c=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n\
             a=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:{}\r\na=setup:actpass\r\n\
             a=candidate:1 1 udp 2130706431 {} {} typ host\r\na=end-of-candidates\r\n",
            if own { "sendonly" } else { "recvonly" },
            self.credentials.ufrag,
            self.credentials.password,
            self.fingerprint,
            candidate.ip(),
            candidate.port(),
        )?;
        for (id, uri, in_audio) in URIS {
            if (in_audio && id != AUDIO_LEVEL_ID)
                || (kind == Kind::Audio && id == AUDIO_LEVEL_ID)
                || (!in_audio && kind == Kind::Video && own && self.shape.layers > 1)
            {
                write!(text, "a=extmap:{id} {uri}\r\n")?;
            }
        }
        match kind {
            Kind::Audio => self.write_sound(text, own),
            Kind::Video => self.write_picture(text, own),
        }
    }

    fn write_sound(&self, text: &mut String, own: bool) -> std::fmt::Result {
        if self.shape.red {
            write!(
                text,
                "a=rtpmap:{RED} red/48000/2\r\na=fmtp:{RED} {OPUS}/{OPUS}\r\n"
            )?;
        }
        write!(
            text,
            "a=rtpmap:{OPUS} opus/48000/2\r\na=fmtp:{OPUS} minptime=10;useinbandfec=1\r\n\
             a=rtcp-fb:{OPUS} transport-cc\r\n"
        )?;
        if own {
            write!(
                text,
                "a=msid:load load-audio\r\na=ssrc:{} cname:load\r\n",
                self.sources.sound
            )?;
        }
        Ok(())
    }

    fn write_picture(&self, text: &mut String, own: bool) -> std::fmt::Result {
        write!(text, "a=rtpmap:{VP8} VP8/90000\r\n")?;
        for feedback in ["transport-cc", "ccm fir", "nack", "nack pli"] {
            write!(text, "a=rtcp-fb:{VP8} {feedback}\r\n")?;
        }
        write!(
            text,
            "a=rtpmap:{RTX} rtx/90000\r\na=fmtp:{RTX} apt={VP8}\r\n"
        )?;
        if !own {
            return Ok(());
        }
        text.push_str("a=msid:load load-video\r\n");
        match self.sources.layers.as_slice() {
            [(media, rtx)] => {
                write!(text, "a=ssrc-group:FID {media} {rtx}\r\n")?;
                for ssrc in [media, rtx] {
                    write!(text, "a=ssrc:{ssrc} cname:load\r\n")?;
                }
            }
            layers => {
                let rids = &RIDS[..layers.len().min(RIDS.len())];
                for rid in rids {
                    write!(text, "a=rid:{rid} send\r\n")?;
                }
                write!(text, "a=simulcast:send {}\r\n", rids.join(";"))?;
            }
        }
        Ok(())
    }
}

/// What the other end says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// Of its ICE.
    pub ufrag: String,
    /// Of its ICE.
    pub password: String,
    /// Of its certificate, lower case, without the name of the hash.
    pub fingerprint: String,
    /// Where it can be reached over UDP.
    pub candidates: Vec<SocketAddr>,
    /// Whether packets are to carry a transport-wide sequence number.
    pub transport_cc: bool,
    /// Whether sound may be sent as redundant Opus.
    pub red: bool,
    /// What it sends.
    pub sources: Vec<RemoteSource>,
}

/// A stream that the other end sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteSource {
    /// The line it comes on.
    pub mid: String,
    /// A picture, or else sound.
    pub picture: bool,
    /// Its SSRC.
    pub ssrc: u32,
    /// The SSRC of its retransmissions.
    pub rtx_ssrc: Option<u32>,
}

impl Remote {
    /// Reads an answer.
    ///
    /// # Errors
    /// It lacks what a connection needs.
    pub fn read(sdp: &str) -> anyhow::Result<Self> {
        let mut remote = Self::default();
        let mut sections = sdp.split("\nm=");
        let session = sections.next().unwrap_or_default();
        remote.read_transport(session)?;
        for section in sections {
            remote.read_transport(section)?;
            remote.read_line(section);
        }
        if remote.ufrag.is_empty() || remote.fingerprint.is_empty() {
            bail!("the answer has no ICE credentials or no fingerprint");
        }
        if remote.candidates.is_empty() {
            bail!("the answer has no UDP candidate with an address");
        }
        Ok(remote)
    }

    fn read_transport(&mut self, section: &str) -> anyhow::Result<()> {
        if let Some(ufrag) = attribute(section, "ice-ufrag") {
            ufrag.clone_into(&mut self.ufrag);
        }
        if let Some(password) = attribute(section, "ice-pwd") {
            password.clone_into(&mut self.password);
        }
        if let Some(fingerprint) = attribute(section, "fingerprint") {
            let hash = fingerprint
                .strip_prefix("sha-256 ")
                .context("the answer's fingerprint is not SHA-256")?;
            self.fingerprint = hash.trim().to_ascii_lowercase();
        }
        for candidate in attributes(section, "candidate") {
            let words: Vec<_> = candidate.split_ascii_whitespace().collect();
            if let [_, _, protocol, _, ip, port, ..] = words[..]
                && protocol.eq_ignore_ascii_case("udp")
                && let (Ok(ip), Ok(port)) = (ip.parse(), port.parse())
            {
                let address = SocketAddr::new(ip, port);
                if !self.candidates.contains(&address) {
                    self.candidates.push(address);
                }
            }
        }
        Ok(())
    }

    fn read_line(&mut self, section: &str) {
        let picture = section.starts_with("video");
        self.transport_cc |=
            attributes(section, "extmap").any(|map| map.contains("transport-wide-cc-extensions"));
        self.red |= attributes(section, "rtpmap").any(|map| map.contains("red/48000"));
        let sends = ["sendonly", "sendrecv"].iter().any(|direction| {
            section
                .lines()
                .any(|line| line.trim() == format!("a={direction}"))
        });
        let mut ssrcs = attributes(section, "ssrc")
            .filter_map(|value| value.split_ascii_whitespace().next()?.parse().ok());
        let first: Option<u32> = ssrcs.next();
        let (true, Some(ssrc), Some(mid)) = (sends, first, attribute(section, "mid")) else {
            return;
        };
        let rtx_ssrc = attributes(section, "ssrc-group").find_map(|group| {
            let mut words = group.strip_prefix("FID ")?.split_ascii_whitespace();
            (words.next()?.parse() == Ok(ssrc)).then_some(())?;
            words.next()?.parse().ok()
        });
        self.sources.push(RemoteSource {
            mid: mid.to_owned(),
            picture,
            ssrc,
            rtx_ssrc,
        });
    }
}

fn attributes<'a>(section: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    section.lines().filter_map(move |line| {
        let value = line.strip_prefix("a=")?.strip_prefix(name)?;
        Some(value.strip_prefix(':')?.trim_end())
    })
}

fn attribute<'a>(section: &'a str, name: &'a str) -> Option<&'a str> {
    attributes(section, name).next()
}
