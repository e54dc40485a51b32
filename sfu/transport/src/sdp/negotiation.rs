//! What becomes of each m-line (RFC 3264, RFC 8829 section 5.3.1), and the session that follows.
//!
//! The participant sends on its first audio and its first video line with a sending direction, and
//! receives on up to three lines of each kind with a receiving one; a line can serve both. Further
//! lines are answered `inactive`. What is neither sound nor picture, is not bundled, or has no codec
//! that we know is rejected. Order and `mid`s stay as they are.

use rand::RngCore;
use sfu_core::{Extensions, Payloads, PublishedAudio, PublishedVideo, ReceiveLine, Session};

use super::{
    OfferError,
    codecs::{self, MediaKind},
    extensions,
    offer::{Direction, Offer, OfferLine},
    published,
};

/// One receive line for every other seat of a room.
const RECEIVERS_MAX: usize = 3;

/// The transports that carry media over DTLS; the older names mean the same (RFC 8829 section 5.1.2).
const PROTOCOLS: [&str; 5] = [
    "UDP/TLS/RTP/SAVPF",
    "UDP/TLS/RTP/SAVP",
    "TCP/DTLS/RTP/SAVPF",
    "RTP/SAVPF",
    "RTP/SAVP",
];

/// An offer, with everything decided that the answer says.
#[derive(Debug)]
pub(crate) struct Negotiation<'a> {
    pub(crate) offer: Offer<'a>,
    /// For every m-line what becomes of it.
    pub(crate) fates: Vec<Fate<'a>>,
    pub(crate) session: Session,
}

/// What becomes of an m-line.
#[derive(Debug)]
pub(crate) enum Fate<'a> {
    Rejected,
    Accepted(Accepted<'a>),
}

/// An m-line that takes part.
#[derive(Debug)]
pub(crate) struct Accepted<'a> {
    pub(crate) kind: MediaKind,
    pub(crate) mid: &'a str,
    /// From our side.
    pub(crate) direction: Direction,
    /// The rids that are accepted, in the offer's order.
    pub(crate) rids: Vec<&'a str>,
    /// Which receive line of its kind it is, from 0, and our SSRCs on it.
    pub(crate) ours: Option<(usize, ReceiveLine)>,
}

/// Numbers of our own that no one in the session uses yet.
pub(crate) struct Ssrcs<'r, R> {
    rng: &'r mut R,
    used: Vec<u32>,
}

impl<'r, R: RngCore> Ssrcs<'r, R> {
    fn avoiding(rng: &'r mut R, offer: &Offer<'_>) -> Self {
        let declared = |line: &OfferLine<'_>| -> Vec<u32> {
            line.media
                .attributes
                .all("ssrc")
                .filter_map(|value| value.split_ascii_whitespace().next()?.parse().ok())
                .collect()
        };
        Self {
            rng,
            used: offer.lines.iter().flat_map(declared).collect(),
        }
    }

    fn next(&mut self) -> u32 {
        loop {
            let ssrc = self.rng.next_u32();
            if ssrc != 0 && !self.used.contains(&ssrc) {
                self.used.push(ssrc);
                return ssrc;
            }
        }
    }
}

impl<'a> Negotiation<'a> {
    /// Decides on a first offer.
    pub(crate) fn first(text: &'a str, rng: &mut impl RngCore) -> Result<Self, OfferError> {
        let offer = Offer::read(text)?;
        let mut ssrcs = Ssrcs::avoiding(rng, &offer);
        Self::decide(offer, &mut |_, _| ssrcs.next())
    }

    /// Decides on a later offer of the same connection: everything but ICE must be as it was.
    pub(crate) fn again(text: &'a str, before: &Session) -> Result<Self, OfferError> {
        let offer = Offer::read(text)?;
        let known = |mid: &str, retransmission: bool| {
            before
                .audio_receivers
                .iter()
                .chain(&before.video_receivers)
                .find(|line| line.mid == mid)
                .and_then(|line| {
                    if retransmission {
                        line.rtx_ssrc
                    } else {
                        Some(line.ssrc)
                    }
                })
                .unwrap_or_default()
        };
        let mut negotiation =
            Self::decide(offer, &mut |mid, retransmission| known(mid, retransmission))?;
        // What the participant sends under may be declared differently; where and how may not.
        let mut after = negotiation.session.clone();
        after.audio.clone_from(&before.audio);
        after.video.clone_from(&before.video);
        let mids = |session: &Session| {
            let audio = session.audio.as_ref().map(|audio| audio.mid.clone());
            (audio, session.video.as_ref().map(|video| video.mid.clone()))
        };
        if after != *before || mids(&negotiation.session) != mids(before) {
            return Err(OfferError::LinesChanged);
        }
        negotiation.session = after;
        Ok(negotiation)
    }

    fn decide(
        offer: Offer<'a>,
        ssrc: &mut dyn FnMut(&str, bool) -> u32,
    ) -> Result<Self, OfferError> {
        let mut session = Session::default();
        let kinds = agree(&offer, &mut session.payloads, &mut session.extensions);
        let mut fates = Vec::with_capacity(offer.lines.len());
        for (line, kind) in offer.lines.iter().zip(kinds) {
            let (Some(kind), Some(mid)) = (kind, line.mid) else {
                fates.push(Fate::Rejected);
                continue;
            };
            let attributes = &line.media.attributes;
            if attributes
                .get("rtcp-mux")
                .or(attributes.get("rtcp-mux-only"))
                .is_none()
            {
                return Err(OfferError::NoRtcpMux { line: line.number });
            }
            fates.push(Fate::Accepted(accept(line, kind, mid, &mut session, ssrc)));
        }
        if fates.iter().all(|fate| matches!(fate, Fate::Rejected)) {
            return Err(OfferError::NoMedia);
        }
        Ok(Self {
            offer,
            fates,
            session,
        })
    }
}

/// Agrees on payload types and extension ids, the same for every line. Returns the kind of each
/// line that can be accepted.
fn agree(
    offer: &Offer<'_>,
    payloads: &mut Payloads,
    ids: &mut Extensions,
) -> Vec<Option<MediaKind>> {
    let mut kinds = vec![None; offer.lines.len()];
    for kind in [MediaKind::Audio, MediaKind::Video] {
        let mut agreed: Option<Payloads> = None;
        for (line, accepted) in offer.lines.iter().zip(&mut kinds) {
            let ours = line.takes_part
                && MediaKind::of(&line.media) == Some(kind)
                && PROTOCOLS.contains(&line.media.protocol);
            if !ours {
                continue;
            }
            let found = codecs::payloads(&line.media, kind);
            let common = agreed.map_or(found, |agreed| codecs::common(agreed, found));
            if codecs::usable(&common, kind) {
                *accepted = Some(kind);
                agreed = Some(common);
                extensions::collect(&line.media, kind, ids);
            }
        }
        let found = agreed.unwrap_or_default();
        match kind {
            MediaKind::Audio => (payloads.opus, payloads.red) = (found.opus, found.red),
            MediaKind::Video => {
                *payloads = Payloads {
                    opus: payloads.opus,
                    red: payloads.red,
                    ..found
                };
            }
        }
    }
    kinds
}

fn accept<'a>(
    line: &OfferLine<'a>,
    kind: MediaKind,
    mid: &'a str,
    session: &mut Session,
    ssrc: &mut dyn FnMut(&str, bool) -> u32,
) -> Accepted<'a> {
    let published = match kind {
        MediaKind::Audio => session.audio.is_some(),
        MediaKind::Video => session.video.is_some(),
    };
    let publishes = line.direction.sends() && !published;
    let mut rids = Vec::new();
    if publishes {
        let mid = mid.to_owned();
        match kind {
            MediaKind::Audio => {
                let ssrc = published::first_ssrc(&line.media);
                session.audio_nack = codecs::offers_nack_of_sound(&line.media, &session.payloads);
                session.audio = Some(PublishedAudio { mid, ssrc });
            }
            MediaKind::Video => {
                if session.extensions.rid.is_some() {
                    rids = published::send_rids(&line.media);
                }
                let layers = published::layers(&line.media, &rids);
                session.video = Some(PublishedVideo { mid, layers });
            }
        }
    }
    let has_rtx = session
        .payloads
        .vp8_rtx
        .or(session.payloads.h264_rtx)
        .is_some();
    let receivers = match kind {
        MediaKind::Audio => &mut session.audio_receivers,
        MediaKind::Video => &mut session.video_receivers,
    };
    let ours = (line.direction.receives() && receivers.len() < RECEIVERS_MAX).then(|| {
        let rtx = has_rtx && kind == MediaKind::Video;
        let receiver = ReceiveLine {
            mid: mid.to_owned(),
            ssrc: ssrc(mid, false),
            rtx_ssrc: rtx.then(|| ssrc(mid, true)),
        };
        receivers.push(receiver.clone());
        (receivers.len() - 1, receiver)
    });
    let direction = Direction::of(ours.is_some(), publishes);
    Accepted {
        kind,
        mid,
        direction,
        rids,
        ours,
    }
}
