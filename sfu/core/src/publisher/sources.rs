//! Which of a publisher's streams an SSRC is.
//!
//! The offer may have declared it. Else the first packets tell, by their `mid` and rid extensions
//! (RFC 9143, RFC 8852) or, where only one stream fits, by their payload type alone. What was learnt is
//! kept, for the extensions stop once the sender knows that they were seen.

use crate::{
    codec::Payload,
    rtp::ExtensionValues,
    session::{PublishedVideo, Session},
};

/// A publisher's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Audio,
    /// A simulcast layer, from low to high.
    Layer(usize),
    /// The retransmissions of a layer.
    Retransmission(usize),
}

/// At most: sound, three layers, their retransmissions.
const SOURCES_MAX: usize = 7;

/// The most simulcast layers that are told apart.
pub(crate) const LAYERS_MAX: usize = 3;

/// The SSRCs that are known.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    known: [Option<(u32, Source)>; SOURCES_MAX],
}

impl Sources {
    /// What the offer declared.
    pub(crate) fn declared(session: &Session) -> Self {
        let mut sources = Self::default();
        if let Some(ssrc) = session.audio.as_ref().and_then(|audio| audio.ssrc) {
            sources.learn(ssrc, Source::Audio);
        }
        let layers = session.video.iter().flat_map(|video| video.layers.iter());
        for (layer, published) in layers.enumerate().take(LAYERS_MAX) {
            if let Some(ssrc) = published.ssrc {
                sources.learn(ssrc, Source::Layer(layer));
            }
            if let Some(ssrc) = published.rtx_ssrc {
                sources.learn(ssrc, Source::Retransmission(layer));
            }
        }
        sources
    }

    /// The stream of a known SSRC.
    pub(crate) fn find(&self, ssrc: u32) -> Option<Source> {
        self.known
            .iter()
            .flatten()
            .find(|known| known.0 == ssrc)
            .map(|known| known.1)
    }

    /// Notes that `ssrc` is `source`, in the place of an earlier SSRC of the same.
    pub(crate) fn learn(&mut self, ssrc: u32, source: Source) {
        let slot = match source {
            Source::Audio => 0,
            Source::Layer(layer) => 1 + layer,
            Source::Retransmission(layer) => 1 + LAYERS_MAX + layer,
        };
        self.known[slot] = Some((ssrc, source));
    }
}

/// What an unknown SSRC's packet says of its stream. `None`: not enough, or nothing that was offered.
pub(crate) fn identify(
    session: &Session,
    payload: Payload,
    extensions: &ExtensionValues<'_>,
) -> Option<Source> {
    let of_line = |mid: &str| extensions.mid.is_none_or(|said| said == mid.as_bytes());
    match payload {
        Payload::Media(codec) if codec.is_audio() => session
            .audio
            .as_ref()
            .filter(|audio| of_line(&audio.mid))
            .map(|_| Source::Audio),
        Payload::Media(_) => {
            let video = session.video.as_ref().filter(|video| of_line(&video.mid))?;
            layer(video, extensions.rid).map(Source::Layer)
        }
        Payload::Retransmission(_) => {
            let video = session.video.as_ref().filter(|video| of_line(&video.mid))?;
            layer(video, extensions.repaired_rid.or(extensions.rid)).map(Source::Retransmission)
        }
    }
}

fn layer(video: &PublishedVideo, rid: Option<&[u8]>) -> Option<usize> {
    let layers = &video.layers[..video.layers.len().min(LAYERS_MAX)];
    match (layers, rid) {
        ([_], None) => Some(0),
        (layers, Some(rid)) => layers.iter().position(|layer| {
            layer
                .rid
                .as_ref()
                .is_some_and(|known| known.as_bytes() == rid)
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        codec::Codec,
        session::{PublishedAudio, PublishedLayer},
    };

    const VP8: Payload = Payload::Media(Codec::Vp8);
    const RTX: Payload = Payload::Retransmission(Codec::Vp8);
    const OPUS: Payload = Payload::Media(Codec::Opus);

    fn session(rids: &[Option<&str>]) -> Session {
        let layers = rids
            .iter()
            .map(|rid| PublishedLayer {
                rid: rid.map(str::to_owned),
                ..Default::default()
            })
            .collect();
        Session {
            audio: Some(PublishedAudio {
                mid: "0".into(),
                ssrc: None,
            }),
            video: Some(PublishedVideo {
                mid: "1".into(),
                layers,
            }),
            ..Default::default()
        }
    }

    #[test]
    fn a_layer_is_told_by_its_rid_and_its_retransmissions_by_the_repaired_rid() {
        let session = session(&[Some("q"), Some("h"), Some("f")]);
        let rid = ExtensionValues {
            rid: Some(b"h"),
            mid: Some(b"1"),
            ..Default::default()
        };
        assert_eq!(identify(&session, VP8, &rid), Some(Source::Layer(1)));
        let repaired = ExtensionValues {
            repaired_rid: Some(b"f"),
            ..Default::default()
        };
        assert_eq!(
            identify(&session, RTX, &repaired),
            Some(Source::Retransmission(2))
        );
        assert_eq!(identify(&session, VP8, &ExtensionValues::default()), None);
        let stranger = ExtensionValues {
            rid: Some(b"x"),
            ..Default::default()
        };
        assert_eq!(identify(&session, VP8, &stranger), None);
    }

    #[test]
    fn where_one_stream_fits_the_payload_type_tells_it() {
        let session = session(&[None]);
        let nothing = ExtensionValues::default();
        assert_eq!(identify(&session, OPUS, &nothing), Some(Source::Audio));
        assert_eq!(identify(&session, VP8, &nothing), Some(Source::Layer(0)));
        assert_eq!(
            identify(&session, RTX, &nothing),
            Some(Source::Retransmission(0))
        );
        assert_eq!(identify(&Session::default(), OPUS, &nothing), None);
    }

    #[test]
    fn a_packet_of_another_line_is_nobodys() {
        let session = session(&[None]);
        let other = ExtensionValues {
            mid: Some(b"7"),
            ..Default::default()
        };
        assert_eq!(identify(&session, VP8, &other), None);
        assert_eq!(identify(&session, OPUS, &other), None);
    }

    #[test]
    fn a_new_number_takes_the_place_of_the_old() {
        let mut sources = Sources::default();
        sources.learn(10, Source::Layer(0));
        sources.learn(20, Source::Layer(0));
        assert_eq!(sources.find(10), None);
        assert_eq!(sources.find(20), Some(Source::Layer(0)));
    }
}
