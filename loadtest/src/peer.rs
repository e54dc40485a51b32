//! The `PeerConnection` of a bot: `webrtc`'s own, offered once as `docs/protocol.md` says.
//!
//! The offer has one's own sound, one's own picture in three simulcast layers, and a pair of receive
//! lines for each of three others.

mod key_frames;
mod offered;
mod reading;
mod retransmissions;
mod roomy;

use std::{collections::HashMap, io::Cursor, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use async_trait::async_trait;
use bytes::Bytes;
use rtc::{
    media_stream::MediaStreamTrack,
    rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication,
    rtp_transceiver::{
        RTCRtpTransceiverDirection, RTCRtpTransceiverInit,
        rtp_sender::{RTCRtpCodec, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind},
    },
    sdp::SessionDescription,
};
use tokio::sync::mpsc;
use webrtc::{
    media_stream::{
        track_local::{TrackLocal, TrackLocalEvent, static_rtp::TrackLocalStaticRTP},
        track_remote::TrackRemote,
    },
    peer_connection::{
        MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler,
        RTCConfigurationBuilder, RTCPeerConnectionState, RTCSessionDescription,
        SettingEngineBuilder,
    },
    rtp_transceiver::{RtpSender, RtpTransceiver},
};

use crate::{
    clip::RIDS,
    player::{Stream, Wiring},
};

const MID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
const AUDIO_LEVEL_URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// Pairs of lines to receive on.
const RECEIVE_PAIRS: usize = 3;

/// What happens on a `PeerConnection`.
#[derive(Clone)]
pub enum PeerEvent {
    /// Keys are agreed: media may flow.
    Connected,
    /// No way leads to the server any more.
    Failed,
    /// Media comes on a receive line.
    Track(Arc<dyn TrackRemote>),
}

/// A `PeerConnection` that has offered.
pub struct Peer {
    connection: Arc<dyn PeerConnection>,
    audio: Outgoing,
    video: Outgoing,
    events: mpsc::UnboundedReceiver<PeerEvent>,
}

/// A line of one's own.
#[derive(Clone)]
pub struct Outgoing {
    /// Takes packets.
    pub track: Arc<TrackLocalStaticRTP>,
    ssrcs: Vec<u32>,
    transceiver: Arc<dyn RtpTransceiver>,
}

impl Peer {
    /// Makes a `PeerConnection` at a local address, and its offer.
    pub async fn offer(local: SocketAddr) -> anyhow::Result<(Self, String)> {
        let (events_in, events) = mpsc::unbounded_channel();
        let mut media = MediaEngine::default();
        offered::register_codecs(&mut media)?;
        let registry = offered::interceptors(&mut media)?;
        let settings = SettingEngineBuilder::new()
            .with_include_loopback_candidate(true)
            .with_ice_timeouts(
                Some(Duration::from_secs(2)),
                Some(Duration::from_secs(4)),
                Some(Duration::from_secs(1)),
            )
            .build();
        let connection: Arc<dyn PeerConnection> = Arc::new(
            PeerConnectionBuilder::new()
                .with_configuration(RTCConfigurationBuilder::new().build())
                .with_setting_engine(settings)
                .with_media_engine(media)
                .with_interceptor_registry(registry)
                .with_handler(Arc::new(Handler { events: events_in }))
                .with_runtime(Arc::new(roomy::Runtime::new()?))
                .with_udp_addrs(vec![local])
                .build()
                .await?,
        );

        let audio = publish(&*connection, RtpCodecKind::Audio, offered::opus(), &[""]).await?;
        let video = publish(&*connection, RtpCodecKind::Video, offered::vp8(), &RIDS).await?;
        for _ in 0..RECEIVE_PAIRS {
            for kind in [RtpCodecKind::Audio, RtpCodecKind::Video] {
                let receive = RTCRtpTransceiverInit {
                    direction: RTCRtpTransceiverDirection::Recvonly,
                    ..RTCRtpTransceiverInit::default()
                };
                connection
                    .add_transceiver_from_kind(kind, Some(receive))
                    .await?;
            }
        }

        let offer = connection.create_offer(None).await?;
        connection.set_local_description(offer.clone()).await?;
        let peer = Self {
            connection,
            audio,
            video,
            events,
        };
        Ok((peer, offer.sdp))
    }

    /// Takes the answer. Returns how the clip is to be sent, and which line each SSRC of the answer
    /// belongs to.
    pub async fn answer(&self, sdp: &str) -> anyhow::Result<(Wiring, HashMap<u32, String>)> {
        let answer = RTCSessionDescription::answer(sdp.to_owned())?;
        self.connection.set_remote_description(answer).await?;
        Ok((self.wiring().await?, mids_by_ssrc(sdp)?))
    }

    /// The line of one's own sound.
    #[must_use]
    pub const fn audio(&self) -> &Outgoing {
        &self.audio
    }

    /// The line of one's own picture.
    #[must_use]
    pub const fn video(&self) -> &Outgoing {
        &self.video
    }

    /// The next thing that happens.
    pub async fn event(&mut self) -> Option<PeerEvent> {
        self.events.recv().await
    }

    /// Ends it.
    pub async fn close(&self) {
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "the PeerConnection was not closed cleanly");
        }
    }

    async fn wiring(&self) -> anyhow::Result<Wiring> {
        let (audio, level) = self.audio.streams(&[""]).await?;
        let (video, _) = self.video.streams(&RIDS).await?;
        Ok(Wiring {
            audio: audio.into_iter().next(),
            audio_level: level,
            video: video.into_iter().enumerate().collect(),
        })
    }
}

impl Outgoing {
    /// SSRCs for which the server wants a key frame; `None` when the `PeerConnection` is closed.
    pub async fn key_frame_requests(&self) -> Option<Vec<u32>> {
        let TrackLocalEvent::OnRtcpPacket(packets) = self.track.poll().await? else {
            return Some(vec![]);
        };
        Some(key_frames::requested(&packets))
    }

    async fn sender(&self) -> anyhow::Result<Arc<dyn RtpSender>> {
        self.transceiver
            .sender()
            .await?
            .context("a line of one's own has a sender")
    }

    /// The streams as negotiated, one for each rid, and the id of the audio level's extension.
    async fn streams(&self, rids: &[&'static str]) -> anyhow::Result<(Vec<Stream>, Option<u8>)> {
        let parameters = self.sender().await?.get_parameters().await?.rtp_parameters;
        let payload_type = parameters
            .codecs
            .first()
            .context("no codec was agreed")?
            .payload_type;
        let mid = self.transceiver.mid().await?.context("no mid was agreed")?;
        let id_of = |uri: &str| {
            let found = parameters.header_extensions.iter().find(|e| e.uri == uri);
            found.and_then(|extension| u8::try_from(extension.id).ok())
        };
        let streams = rids.iter().zip(&self.ssrcs).map(|(rid, ssrc)| {
            let mut extensions = vec![];
            if let Some(id) = id_of(MID_URI) {
                extensions.push((id, Bytes::copy_from_slice(mid.as_bytes())));
            }
            if let Some(id) = id_of(RID_URI).filter(|_| !rid.is_empty()) {
                extensions.push((id, Bytes::from_static(rid.as_bytes())));
            }
            Stream {
                ssrc: *ssrc,
                payload_type,
                extensions,
            }
        });
        Ok((streams.collect(), id_of(AUDIO_LEVEL_URI)))
    }
}

/// Asks for a key frame on a receive line (RFC 4585 section 6.3.1).
pub async fn request_key_frame(track: &dyn TrackRemote, media_ssrc: u32) {
    let request = PictureLossIndication {
        sender_ssrc: 0,
        media_ssrc,
    };
    if let Err(error) = track.write_rtcp(vec![Box::new(request)]).await {
        tracing::debug!(%error, "a key frame could not be asked for");
    }
}

struct Handler {
    events: mpsc::UnboundedSender<PeerEvent>,
}

impl Handler {
    fn tell(&self, event: PeerEvent) {
        // Nobody listens any more once the bot has hung up.
        drop(self.events.send(event));
    }
}

#[async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        match state {
            RTCPeerConnectionState::Connected => self.tell(PeerEvent::Connected),
            RTCPeerConnectionState::Failed => self.tell(PeerEvent::Failed),
            _ => {}
        }
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        self.tell(PeerEvent::Track(track));
    }
}

async fn publish(
    connection: &dyn PeerConnection,
    kind: RtpCodecKind,
    codec: RTCRtpCodec,
    rids: &[&str],
) -> anyhow::Result<Outgoing> {
    let ssrcs: Vec<u32> = rids.iter().map(|_| rand::random()).collect();
    let encodings: Vec<_> = rids
        .iter()
        .zip(&ssrcs)
        .map(|(rid, ssrc)| RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters {
                rid: (*rid).to_owned(),
                ssrc: Some(*ssrc),
                ..RTCRtpCodingParameters::default()
            },
            active: true,
            codec: codec.clone(),
            ..RTCRtpEncodingParameters::default()
        })
        .collect();
    let track = Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(
        "bot".to_owned(),
        format!("bot-{kind}"),
        format!("bot-{kind}"),
        kind,
        encodings.clone(),
    )));
    let init = RTCRtpTransceiverInit {
        direction: RTCRtpTransceiverDirection::Sendonly,
        streams: vec!["bot".to_owned()],
        send_encodings: encodings,
    };
    let transceiver = connection
        .add_transceiver_from_track(Arc::clone(&track) as Arc<dyn TrackLocal>, Some(init))
        .await?;
    Ok(Outgoing {
        track,
        ssrcs,
        transceiver,
    })
}

fn mids_by_ssrc(sdp: &str) -> anyhow::Result<HashMap<u32, String>> {
    let description = SessionDescription::unmarshal(&mut Cursor::new(sdp))?;
    let mut mids = HashMap::new();
    for line in &description.media_descriptions {
        let Some(Some(mid)) = line.attribute("mid") else {
            continue;
        };
        let ssrcs = line
            .attributes
            .iter()
            .filter(|attribute| attribute.key == "ssrc")
            .filter_map(|attribute| attribute.value.as_deref()?.split(' ').next()?.parse().ok());
        mids.extend(ssrcs.map(|ssrc: u32| (ssrc, mid.to_owned())));
    }
    Ok(mids)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes<'a>(section: &'a str, key: &str) -> Vec<&'a str> {
        let prefix = format!("a={key}");
        section
            .lines()
            .filter_map(|line| line.strip_prefix(&prefix))
            .collect()
    }

    #[tokio::test]
    async fn the_offer_has_ones_own_lines_and_three_receive_pairs_in_that_order() {
        let (peer, sdp) = Peer::offer("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let sections: Vec<_> = sdp.split("\r\nm=").skip(1).collect();
        let kinds: Vec<_> = sections.iter().map(|s| &s[..5]).collect();
        assert_eq!(
            kinds,
            [
                "audio", "video", "audio", "video", "audio", "video", "audio", "video"
            ]
        );
        for (n, section) in sections.iter().enumerate() {
            let direction = if n < 2 { "sendonly" } else { "recvonly" };
            assert_eq!(attributes(section, direction), [""], "line {n}");
            assert_eq!(attributes(section, "setup:"), ["actpass"]);
        }
        peer.close().await;
    }

    #[tokio::test]
    async fn the_picture_is_offered_in_three_layers_by_rid() {
        let (peer, sdp) = Peer::offer("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let picture = sdp.split("\r\nm=").nth(2).unwrap();
        assert_eq!(attributes(picture, "simulcast:"), ["send q;h;f"]);
        assert_eq!(attributes(picture, "rid:"), ["q send", "h send", "f send"]);
        for uri in [MID_URI, RID_URI] {
            assert!(
                attributes(picture, "extmap:")
                    .iter()
                    .any(|e| e.ends_with(uri))
            );
        }
        peer.close().await;
    }

    #[test]
    fn an_answers_ssrcs_tell_which_line_a_packet_belongs_to() {
        let sdp = "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n\
            m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:2\r\na=ssrc:7 cname:x\r\na=ssrc:7 msid:x y\r\n\
            m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\na=ssrc:8 cname:x\r\na=ssrc:9 cname:x\r\n";
        let mids = mids_by_ssrc(sdp).unwrap();
        let of = |ssrc| mids.get(&ssrc).map(String::as_str);
        assert_eq!((of(7), of(8), of(9)), (Some("2"), Some("3"), Some("3")));
        assert_eq!(mids.len(), 3);
    }
}
