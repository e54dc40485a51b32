//! A participant over real sockets: `webrtc`'s own `PeerConnection`, sending sound and a picture and
//! counting what it gets.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use ids::Seat;
use rtc::{
    peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8},
    rtp::{Packet, header::Header},
    rtp_transceiver::rtp_sender::{
        RTCRtpCodec, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
    },
};
use tokio::sync::{mpsc, watch};
use webrtc::{
    media_stream::{
        MediaStreamTrack,
        track_local::{TrackLocal, static_rtp::TrackLocalStaticRTP},
        track_remote::{TrackRemote, TrackRemoteEvent},
    },
    peer_connection::{
        MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler,
        RTCIceGatheringState, RTCSessionDescription, Registry, register_default_interceptors,
    },
    rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit},
};

/// Packets by sender, sound and picture apart.
pub(crate) type Counts = BTreeMap<(Seat, Kind), usize>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Audio,
    Video,
}

pub(crate) struct Peer {
    pub(crate) seat: Seat,
    connection: Arc<dyn PeerConnection>,
    audio: Outgoing,
    video: Outgoing,
    counts: watch::Receiver<Counts>,
}

struct Outgoing {
    track: Arc<TrackLocalStaticRTP>,
    payload_type: u8,
    ssrc: u32,
    next: AtomicU16,
}

struct Handler {
    gathered: mpsc::Sender<()>,
    counts: Arc<watch::Sender<Counts>>,
}

#[async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            // A second completion tells nothing new.
            let _ = self.gathered.try_send(());
        }
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let kind = match track.kind().await {
            RtpCodecKind::Video => Kind::Video,
            _ => Kind::Audio,
        };
        let counts = Arc::clone(&self.counts);
        tokio::spawn(async move {
            while let Some(event) = track.poll().await {
                if let TrackRemoteEvent::OnRtpPacket(packet) = event
                    && let Some(seat) = packet.payload.last()
                {
                    let seat = Seat::try_from(*seat).unwrap();
                    counts.send_modify(|counts| *counts.entry((seat, kind)).or_default() += 1);
                }
            }
        });
    }
}

impl Outgoing {
    fn new(kind: RtpCodecKind, seat: Seat) -> Self {
        let (mime_type, clock_rate, channels, payload_type, ssrc) = match kind {
            RtpCodecKind::Video => (MIME_TYPE_VP8, 90_000, 0, 96, 2_000),
            _ => (MIME_TYPE_OPUS, 48_000, 2, 111, 1_000),
        };
        let ssrc = ssrc + u32::from(u8::from(seat));
        let encoding = RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters {
                ssrc: Some(ssrc),
                ..Default::default()
            },
            codec: RTCRtpCodec {
                mime_type: mime_type.to_owned(),
                clock_rate,
                channels,
                ..Default::default()
            },
            ..Default::default()
        };
        let name = format!("{kind}-{seat}");
        let track = MediaStreamTrack::new(name.clone(), name.clone(), name, kind, vec![encoding]);
        Self {
            track: Arc::new(TrackLocalStaticRTP::new(track)),
            payload_type,
            ssrc,
            next: AtomicU16::new(0),
        }
    }

    async fn send(&self, timestamp: u32, payload: Vec<u8>) {
        let packet = Packet {
            header: Header {
                version: 2,
                marker: true,
                payload_type: self.payload_type,
                sequence_number: self.next.fetch_add(1, Ordering::Relaxed),
                timestamp,
                ssrc: self.ssrc,
                ..Default::default()
            },
            payload: Bytes::from(payload),
        };
        // Fails once the connection is closed: then nothing is sent, which is what the test counts.
        let _ = self.track.write_rtp(packet).await;
    }
}

impl Peer {
    /// A peer with its offer, candidates included.
    pub(crate) async fn new(seat: Seat) -> (Self, String) {
        let mut media = MediaEngine::default();
        media.register_default_codecs().unwrap();
        let registry = register_default_interceptors(Registry::new(), &mut media).unwrap();
        let (gathered, mut when_gathered) = mpsc::channel(1);
        let (counts, counted) = watch::channel(Counts::new());
        let handler = Handler {
            gathered,
            counts: Arc::new(counts),
        };
        let connection = PeerConnectionBuilder::new()
            .with_media_engine(media)
            .with_interceptor_registry(registry)
            .with_handler(Arc::new(handler))
            .with_udp_addrs(vec!["127.0.0.1:0".to_owned()])
            .build()
            .await
            .unwrap();
        let connection: Arc<dyn PeerConnection> = Arc::new(connection);
        let audio = Outgoing::new(RtpCodecKind::Audio, seat);
        let video = Outgoing::new(RtpCodecKind::Video, seat);
        for outgoing in [&audio, &video] {
            let init = RTCRtpTransceiverInit {
                direction: RTCRtpTransceiverDirection::Sendonly,
                streams: Vec::new(),
                send_encodings: Vec::new(),
            };
            let track = Arc::clone(&outgoing.track) as Arc<dyn TrackLocal>;
            connection
                .add_transceiver_from_track(track, Some(init))
                .await
                .unwrap();
        }
        for _ in 0..3 {
            for kind in [RtpCodecKind::Audio, RtpCodecKind::Video] {
                let init = RTCRtpTransceiverInit {
                    direction: RTCRtpTransceiverDirection::Recvonly,
                    streams: Vec::new(),
                    send_encodings: Vec::new(),
                };
                connection
                    .add_transceiver_from_kind(kind, Some(init))
                    .await
                    .unwrap();
            }
        }
        let offer = connection.create_offer(None).await.unwrap();
        connection.set_local_description(offer).await.unwrap();
        when_gathered.recv().await.unwrap();
        let offer = connection.local_description().await.unwrap().sdp;
        let peer = Self {
            seat,
            connection,
            audio,
            video,
            counts: counted,
        };
        (peer, offer)
    }

    pub(crate) async fn accept(&self, answer: String) {
        let answer = RTCSessionDescription::answer(answer).unwrap();
        self.connection
            .set_remote_description(answer)
            .await
            .unwrap();
    }

    /// Sends the sound and the picture of one tick of 20 ms.
    pub(crate) async fn send_tick(&self, tick: u32) {
        let seat = u8::from(self.seat);
        let mut sound = vec![0; 100];
        sound[99] = seat;
        self.audio.send(tick * 960, sound).await;
        // One packet a picture: the payload descriptor (RFC 7741 section 4.2), the frame header
        // (RFC 6386 section 9.1), filling.
        let is_key = tick.is_multiple_of(50);
        let mut picture = vec![0; 1000];
        picture[0] = 0x10;
        picture[1] = if is_key { 0x10 } else { 0x11 };
        if is_key {
            picture[4..11].copy_from_slice(&[0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]);
        }
        picture[999] = seat;
        self.video.send(tick * 1800, picture).await;
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts.borrow().clone()
    }

    /// Waits until every one of `others` was heard and seen at least so often.
    pub(crate) async fn heard(&self, others: &[Seat], times: usize) {
        let enough = |counts: &Counts| {
            others.iter().all(|seat| {
                [Kind::Audio, Kind::Video].into_iter().all(|kind| {
                    counts
                        .get(&(*seat, kind))
                        .is_some_and(|count| *count >= times)
                })
            })
        };
        self.counts.clone().wait_for(enough).await.unwrap();
    }

    pub(crate) async fn close(&self) {
        self.connection.close().await.unwrap();
    }
}
