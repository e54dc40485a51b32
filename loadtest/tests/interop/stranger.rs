//! A client that str0m drives: somebody else's ICE, DTLS, SRTP and packetizing.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use loadtest::{
    clip::{AUDIO_CLOCK, Clip, FRAMES_PER_SECOND, Person, SOUND_MS, VIDEO_CLOCK},
    door::Door,
};
use protocol::{ClientMessage, Credential, Hello, Joined, Locale, ServerMessage, VERSION};
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    change::{SdpAnswer, SdpPendingOffer},
    format::Codec,
    media::{Direction, Frequency, MediaKind, MediaTime, Mid},
    net::{Protocol, Receive},
};
use tokio::net::UdpSocket;

use crate::service::Service;

/// What lines a client offers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// One's own lines, and one pair to receive on.
    OneReceivePair,
    /// One pair, both ways, like a call between two.
    SendReceive,
}

/// What came, by `mid`.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// Opus packets.
    pub(crate) sounds: BTreeMap<String, Vec<Vec<u8>>>,
    /// Whole pictures.
    pub(crate) pictures: BTreeMap<String, Vec<Vec<u8>>>,
}

pub(crate) struct Stranger {
    rtc: Rtc,
    socket: UdpSocket,
    local: SocketAddr,
    door: Door,
    pending: Option<SdpPendingOffer>,
    audio: Mid,
    video: Mid,
    pub(crate) joined: Joined,
    pub(crate) received: Received,
    clip: Clip,
    connected: Option<Instant>,
    sounds_sent: u64,
    pictures_sent: u64,
    next_picture: usize,
}

impl Stranger {
    /// Offers, says hello with the link of a seat, and takes the answer.
    pub(crate) async fn join(service: &Service, seat: usize, shape: Shape) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let local = socket.local_addr().unwrap();
        let provider = Arc::new(str0m::crypto::from_feature_flags());
        let mut rtc = Rtc::builder()
            .set_crypto_provider(provider)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(Instant::now());
        rtc.add_local_candidate(Candidate::host(local, "udp").unwrap());
        let mut offer = rtc.sdp_api();
        let mut add = |kind, direction| offer.add_media(kind, direction, None, None, None);
        let own = match shape {
            Shape::OneReceivePair => Direction::SendOnly,
            Shape::SendReceive => Direction::SendRecv,
        };
        let (audio, video) = (add(MediaKind::Audio, own), add(MediaKind::Video, own));
        if let Shape::OneReceivePair = shape {
            add(MediaKind::Audio, Direction::RecvOnly);
            add(MediaKind::Video, Direction::RecvOnly);
        }
        let (offer, pending) = offer.apply().unwrap();

        let mut door = Door::open(&service.base, &loadtest::door::Trust::Authorities)
            .await
            .unwrap();
        let hello = Hello {
            version: VERSION,
            credential: Credential::Link {
                token: service.token(seat),
                device_key: "4hG0n2pXQm6u1vJd8sKfTw".to_owned(),
            },
            offer: Some(offer.to_sdp_string()),
            locale: Locale::En,
            mic: true,
            camera: true,
        };
        door.send(&ClientMessage::Hello(hello)).await.unwrap();
        let joined = loop {
            match door.next().await.unwrap().unwrap() {
                ServerMessage::Joined(joined) => break joined,
                ServerMessage::Error { code, message, .. } => panic!("{code:?}: {message}"),
                _ => {}
            }
        };
        let mut stranger = Self {
            rtc,
            socket,
            local,
            door,
            pending: Some(pending),
            audio,
            video,
            joined,
            received: Received::default(),
            clip: Clip::load(Person::Green).unwrap(),
            connected: None,
            sounds_sent: 0,
            pictures_sent: 0,
            next_picture: 0,
        };
        stranger.take_the_answer();
        stranger
    }

    fn take_the_answer(&mut self) {
        let answer = SdpAnswer::from_sdp_string(&self.joined.answer).unwrap();
        let pending = self.pending.take().unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
    }

    /// Lives until what was received is enough.
    pub(crate) async fn until(&mut self, enough: impl Fn(&Received) -> bool) {
        let mut buffer = vec![0; 2_000];
        while !enough(&self.received) {
            let wake = self.poll().await.min(self.publish());
            tokio::select! {
                arrived = self.socket.recv_from(&mut buffer) => {
                    let (length, source) = arrived.unwrap();
                    let receive = Receive {
                        proto: Protocol::Udp,
                        source,
                        destination: self.local,
                        contents: buffer[..length].try_into().unwrap(),
                    };
                    let input = Input::Receive(Instant::now(), receive);
                    self.rtc.handle_input(input).unwrap();
                }
                message = self.door.next() => {
                    assert!(message.unwrap().is_some(), "the server closed the websocket");
                }
                () = tokio::time::sleep_until(wake.into()) => {
                    self.rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
                }
            }
        }
    }

    async fn poll(&mut self) -> Instant {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(at) => return at,
                Output::Transmit(datagram) => {
                    let to = datagram.destination;
                    self.socket.send_to(&datagram.contents, to).await.unwrap();
                }
                Output::Event(event) => self.take(event),
            }
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Connected => self.connected = Some(Instant::now()),
            Event::KeyframeRequest(_) => {
                let frames = &self.clip.layers[1];
                while !frames[self.next_picture].key {
                    self.next_picture = (self.next_picture + 1) % frames.len();
                }
            }
            Event::MediaData(media) => {
                let kind = match media.params.spec().codec {
                    Codec::Opus => &mut self.received.sounds,
                    _ => &mut self.received.pictures,
                };
                kind.entry(media.mid.to_string())
                    .or_default()
                    .push(media.data.to_vec());
            }
            _ => {}
        }
    }

    /// Sends what of the clip is due, and tells when more is.
    fn publish(&mut self) -> Instant {
        let Some(since) = self.connected else {
            return Instant::now() + Duration::from_secs(1);
        };
        let sound_at = since + Duration::from_millis(self.sounds_sent * SOUND_MS);
        let picture_at =
            since + Duration::from_millis(self.pictures_sent * 1_000 / FRAMES_PER_SECOND);
        let now = Instant::now();
        if sound_at <= now {
            let number = usize::try_from(self.sounds_sent).unwrap() % self.clip.sound.len();
            let sound = self.clip.sound[number].data.to_vec();
            let ticks = self.sounds_sent * AUDIO_CLOCK * SOUND_MS / 1_000;
            self.write(
                self.audio,
                MediaTime::new(ticks, Frequency::FORTY_EIGHT_KHZ),
                sound,
            );
            self.sounds_sent += 1;
        }
        if picture_at <= now {
            let frames = &self.clip.layers[1];
            let picture = frames[self.next_picture].data.to_vec();
            self.next_picture = (self.next_picture + 1) % frames.len();
            let ticks = self.pictures_sent * VIDEO_CLOCK / FRAMES_PER_SECOND;
            self.write(
                self.video,
                MediaTime::new(ticks, Frequency::NINETY_KHZ),
                picture,
            );
            self.pictures_sent += 1;
        }
        sound_at.min(picture_at)
    }

    fn write(&mut self, mid: Mid, time: MediaTime, data: Vec<u8>) {
        let writer = self.rtc.writer(mid).unwrap();
        let pt = writer.payload_params().next().unwrap().pt();
        writer.write(pt, Instant::now(), time, data).unwrap();
    }
}

/// How many of the pictures are, byte for byte, ones of this person.
pub(crate) fn pictures_of(person: Person, pictures: &[Vec<u8>]) -> usize {
    let clip = Clip::load(person).unwrap();
    pictures
        .iter()
        .filter(|picture| {
            let mut frames = clip.layers.iter().flatten();
            frames.any(|frame| frame.data == picture[..])
        })
        .count()
}

/// How many of the sounds are, byte for byte, ones of this person.
pub(crate) fn sounds_of(person: Person, sounds: &[Vec<u8>]) -> usize {
    let clip = Clip::load(person).unwrap();
    sounds
        .iter()
        .filter(|sound| clip.sound.iter().any(|packet| packet.data == sound[..]))
        .count()
}
