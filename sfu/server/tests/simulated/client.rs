//! A participant: str0m, sans-IO, sending sound and a picture and noting what it gets.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use ids::Seat;
use sfu_server::LineAssignment;
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    change::{SdpAnswer, SdpPendingOffer},
    format::Codec,
    media::{Direction, MediaKind, MediaTime, Mid},
    net::{Protocol, Receive},
};

/// Twenty milliseconds of sound a packet.
const AUDIO_EVERY: Duration = Duration::from_millis(20);
/// Fifteen pictures a second.
const VIDEO_EVERY: Duration = Duration::from_nanos(1_000_000_000 / 15);
/// Three packets a picture.
const PICTURE_BYTES: usize = 3_000;

/// How long a missing piece of sound is waited for.
const PATIENCE: Duration = Duration::from_millis(200);

/// What came on one receive line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Received {
    /// Pieces of sound or whole pictures.
    pub(crate) count: usize,
    pub(crate) last: Option<Instant>,
}

/// What came from one other participant.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Heard {
    pub(crate) audio: Received,
    pub(crate) video: Received,
}

pub(crate) struct Client {
    pub(crate) seat: Seat,
    pub(crate) address: SocketAddr,
    /// What came, by the seat that its content names.
    pub(crate) heard: BTreeMap<Seat, Heard>,
    pub(crate) closed: bool,
    /// When RTP or RTCP last reached it.
    pub(crate) last_media: Option<Instant>,
    /// How often someone asked for a key frame.
    pub(crate) key_frame_requests: usize,
    rtc: Rtc,
    pending: Option<SdpPendingOffer>,
    audio: Mid,
    video: Mid,
    /// Which seat each receive line carries, as the SFU announced it.
    lines: BTreeMap<Mid, Seat>,
    connected: bool,
    wake_at: Instant,
    started: Instant,
    next_audio: Instant,
    next_video: Instant,
    key_frame_due: bool,
    /// Nothing of it runs before this, as on a phone that is busy with something else: what comes waits,
    /// and what it should have sent goes out at once then.
    pub(crate) stands_until: Instant,
    /// What came meanwhile, and from where.
    waiting: Vec<(SocketAddr, Vec<u8>)>,
}

impl Client {
    /// A client with its offer.
    pub(crate) fn new(seat: Seat, address: SocketAddr, now: Instant) -> (Self, String) {
        let mut config = Rtc::builder()
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .set_reordering_timeout_audio(Some(PATIENCE));
        // A page would restart ICE instead of never giving up.
        config.set_max_stun_retransmits(usize::MAX);
        let mut rtc = config.build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        let mut changes = rtc.sdp_api();
        let mut line = |kind, direction| changes.add_media(kind, direction, None, None, None);
        let audio = line(MediaKind::Audio, Direction::SendOnly);
        let video = line(MediaKind::Video, Direction::SendOnly);
        for _ in 0..3 {
            line(MediaKind::Audio, Direction::RecvOnly);
            line(MediaKind::Video, Direction::RecvOnly);
        }
        let (offer, pending) = changes.apply().unwrap();
        let client = Self {
            seat,
            address,
            heard: BTreeMap::new(),
            closed: false,
            last_media: None,
            key_frame_requests: 0,
            rtc,
            pending: Some(pending),
            audio,
            video,
            lines: BTreeMap::new(),
            connected: false,
            wake_at: now,
            started: now,
            next_audio: now,
            next_video: now,
            key_frame_due: true,
            stands_until: now,
            waiting: Vec::new(),
        };
        (client, offer.to_sdp_string())
    }

    pub(crate) fn accept(&mut self, answer: &str, lines: &[LineAssignment]) {
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        let pending = self.pending.take().unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
        for line in lines {
            let mids = [&line.audio_mid, &line.video_mid];
            for mid in mids.into_iter().flatten() {
                self.lines.insert(Mid::from(mid.as_str()), line.seat);
            }
        }
    }

    /// The offer of an ICE restart (RFC 8445 section 9); [`Client::accept`] takes its answer.
    pub(crate) fn restart(&mut self) -> String {
        let mut changes = self.rtc.sdp_api();
        changes.ice_restart(true);
        let (offer, pending) = changes.apply().unwrap();
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    pub(crate) fn receive(&mut self, from: SocketAddr, payload: &[u8], now: Instant) {
        if now < self.stands_until {
            self.waiting.push((from, payload.to_vec()));
            return;
        }
        if matches!(payload.first(), Some(128..=191)) {
            self.last_media = Some(now);
        }
        let Ok(contents) = payload.try_into() else {
            return;
        };
        let input = Input::Receive(
            now,
            Receive {
                proto: Protocol::Udp,
                source: from,
                destination: self.address,
                contents,
            },
        );
        if self.rtc.is_alive() {
            self.handle_input(input);
        }
    }

    /// A client that fails has failed for good; whoever waits for it finds out.
    fn handle_input(&mut self, input: Input<'_>) {
        if self.rtc.handle_input(input).is_err() {
            self.rtc.disconnect();
        }
    }

    /// When there is something to do.
    pub(crate) fn wake_at(&self) -> Instant {
        let due = if self.connected {
            self.wake_at.min(self.next_audio).min(self.next_video)
        } else {
            self.wake_at
        };
        due.max(self.stands_until)
    }

    /// Does what is due and gives every datagram to `send`.
    pub(crate) fn run(&mut self, now: Instant, mut send: impl FnMut(SocketAddr, &[u8])) {
        if now < self.stands_until {
            return;
        }
        for (from, payload) in std::mem::take(&mut self.waiting) {
            self.receive(from, &payload, now);
            self.drain(now, &mut send);
        }
        if self.rtc.is_alive() && self.wake_at <= now {
            self.handle_input(Input::Timeout(now));
        }
        self.drain(now, &mut send);
        if self.connected {
            self.send_media(now, &mut send);
        }
    }

    fn drain(&mut self, now: Instant, send: &mut impl FnMut(SocketAddr, &[u8])) {
        loop {
            let Ok(output) = self.rtc.poll_output() else {
                // It gives up, as it does when its handshake takes too long.
                self.rtc.disconnect();
                self.wake_at = now + Duration::from_hours(24);
                return;
            };
            match output {
                Output::Timeout(at) => {
                    self.wake_at = if self.rtc.is_alive() {
                        at.max(now + Duration::from_micros(1))
                    } else {
                        now + Duration::from_hours(24)
                    };
                    return;
                }
                Output::Transmit(transmit) => send(transmit.destination, &transmit.contents),
                Output::Event(event) => self.handle(event, now),
            }
        }
    }

    fn handle(&mut self, event: Event, now: Instant) {
        match event {
            Event::Connected => {
                self.connected = true;
                // By itself it sends at most 15 % again, which no rough line is content with.
                let mut streams = self.rtc.direct_api();
                let video = streams.stream_tx_by_mid(self.video, None).unwrap();
                video.set_rtx_cache(1024, Duration::from_secs(1), None);
                self.next_audio = now;
                self.next_video = now;
            }
            Event::Closed => self.closed = true,
            Event::KeyframeRequest(request) => {
                assert_eq!(request.mid, self.video);
                self.key_frame_requests += 1;
                self.key_frame_due = true;
            }
            Event::MediaData(media) => {
                let is_video = media.params.spec().codec == Codec::Vp8;
                let seat = Seat::try_from(media.data[if is_video { 10 } else { 0 }]).unwrap();
                assert_eq!(
                    self.lines.get(&media.mid),
                    Some(&seat),
                    "media came on another line than was announced"
                );
                let heard = self.heard.entry(seat).or_default();
                let received = if is_video {
                    &mut heard.video
                } else {
                    &mut heard.audio
                };
                received.count += 1;
                received.last = Some(now);
            }
            _ => {}
        }
    }

    fn send_media(&mut self, now: Instant, send: &mut impl FnMut(SocketAddr, &[u8])) {
        while self.next_audio <= now && self.rtc.is_alive() {
            let time = self.next_audio - self.started;
            self.write(self.audio, now, MediaTime::from(time), self.sound());
            self.next_audio += AUDIO_EVERY;
            self.drain(now, send);
        }
        while self.next_video <= now && self.rtc.is_alive() {
            let time = self.next_video - self.started;
            let is_key = std::mem::take(&mut self.key_frame_due);
            self.write(self.video, now, MediaTime::from(time), self.picture(is_key));
            self.next_video += VIDEO_EVERY;
            self.drain(now, send);
        }
        if !self.rtc.is_alive() {
            self.connected = false;
        }
    }

    fn write(&mut self, mid: Mid, now: Instant, time: MediaTime, data: Vec<u8>) {
        let writer = self.rtc.writer(mid).unwrap();
        let payload_type = writer.payload_params().next().unwrap().pt();
        writer.write(payload_type, now, time, data).unwrap();
    }

    fn sound(&self) -> Vec<u8> {
        let mut sound = vec![0; 100];
        sound[0] = self.seat.into();
        sound
    }

    /// A VP8 frame (RFC 6386 section 9.1) as far as anyone on the way looks at it; the seat stands
    /// behind the header of a key frame.
    fn picture(&self, is_key: bool) -> Vec<u8> {
        let mut picture = vec![0; PICTURE_BYTES];
        picture[0] = if is_key { 0x10 } else { 0x11 };
        if is_key {
            picture[3..10].copy_from_slice(&[0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]);
        }
        picture[10] = self.seat.into();
        picture
    }
}
