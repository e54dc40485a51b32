//! Turns a clip into RTP packets at the clip's own pace, for ever.
//!
//! Every layer runs through its frames on its own, so that a key-frame request can be met at once:
//! the layer goes on at its next key frame, as an encoder would make one. RTP timestamps follow the
//! clock and not the frames, so such a jump is no gap to a receiver.
//!
//! A picture's packets leave one after another over most of the time until the next picture, as an
//! encoder's pacer sends them, so that a key frame does not flood anybody's socket.
//!
//! Poll order: [`Player::poll_timeout`], and at that time [`Player::handle_timeout`].

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use rtc::rtp::{codec::vp8::Vp8Payloader, header::Header, packet::Packet, packetizer::Payloader};

use crate::clip::{AUDIO_CLOCK, Clip, FRAMES_PER_SECOND, SOUND_MS, VIDEO_CLOCK};

/// The largest RTP payload, bytes; with headers, SRTP and UDP it stays below 1,200.
const PAYLOAD_MAX_BYTES: usize = 1_100;
/// Over how much time a picture's packets are spread at most.
const SPREAD: Duration = Duration::from_millis(25);
/// From one packet of a picture to the next at most.
const SPACING_MAX: Duration = Duration::from_millis(1);
/// Beyond this lag, what was missed is skipped instead of being sent late.
const LAG_MAX: Duration = Duration::from_secs(1);

/// How one stream goes out, as the session description says.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// The stream's SSRC.
    pub ssrc: u32,
    /// The negotiated payload type.
    pub payload_type: u8,
    /// Header extensions that every packet carries: id and value (RFC 8285).
    pub extensions: Vec<(u8, Bytes)>,
}

/// What of the clip is sent, and how.
#[derive(Clone, Debug, Default)]
pub struct Wiring {
    /// The voice.
    pub audio: Option<Stream>,
    /// The id of the audio level's header extension (RFC 6464).
    pub audio_level: Option<u8>,
    /// Layers of the picture, each with its place in [`Clip::layers`].
    pub video: Vec<(usize, Stream)>,
}

/// A packet that is due.
#[derive(Debug)]
pub enum Due {
    /// Of the voice.
    Audio(Packet),
    /// Of the picture.
    Video(Packet),
}

/// A clip being played.
#[derive(Debug)]
pub struct Player {
    clip: Arc<Clip>,
    started: Instant,
    voice: Option<Voice>,
    layers: Vec<Layer>,
    /// The next picture, counted from the start.
    next_picture: u64,
    /// The rest of the pictures that have begun to leave.
    leaving: VecDeque<(Instant, Packet)>,
}

#[derive(Debug)]
struct Voice {
    stream: Stream,
    level_id: Option<u8>,
    sequence: u16,
    /// The next packet, counted from the start.
    next: u64,
    /// Where in the clip the start was.
    offset: u64,
}

#[derive(Debug)]
struct Layer {
    index: usize,
    stream: Stream,
    sequence: u16,
    payloader: Vp8Payloader,
    /// The next frame within the clip.
    position: usize,
    key_frame_wanted: bool,
}

impl Player {
    /// Plays from `now` on. The voice starts `offset` into the clip, the picture with a key frame.
    #[must_use]
    pub fn new(clip: Arc<Clip>, wiring: Wiring, offset: Duration, now: Instant) -> Self {
        let offset = u64::try_from(offset.as_millis()).unwrap_or(0) / SOUND_MS;
        Self {
            clip,
            started: now,
            voice: wiring.audio.map(|stream| Voice {
                stream,
                level_id: wiring.audio_level,
                sequence: 0,
                next: 0,
                offset,
            }),
            layers: wiring
                .video
                .into_iter()
                .map(|(index, stream)| Layer {
                    index,
                    stream,
                    sequence: 0,
                    payloader: payloader(),
                    position: 0,
                    key_frame_wanted: false,
                })
                .collect(),
            next_picture: 0,
            leaving: VecDeque::new(),
        }
    }

    /// The layer with this SSRC goes on with a key frame.
    pub fn request_key_frame(&mut self, ssrc: u32) {
        for layer in &mut self.layers {
            layer.key_frame_wanted |= layer.stream.ssrc == ssrc;
        }
    }

    /// When the next packet is due; `None` when nothing is sent at all.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let voice = self.voice.as_ref().map(|voice| self.sound_due(voice.next));
        let picture = (!self.layers.is_empty()).then(|| self.picture_due(self.next_picture));
        let leaving = self.leaving.front().map(|(at, _)| *at);
        voice.into_iter().chain(picture).chain(leaving).min()
    }

    /// Hands over everything that is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant, mut send: impl FnMut(Due)) {
        self.skip_what_is_too_late(now);
        while self.voice.is_some() && self.sound_due(self.next_sound()) <= now {
            if let Some(packet) = self.take_sound() {
                send(Due::Audio(packet));
            }
        }
        while !self.layers.is_empty() && self.picture_due(self.next_picture) <= now {
            self.begin_picture();
        }
        while let Some((_, packet)) = self.leaving.pop_front_if(|(at, _)| *at <= now) {
            send(Due::Video(packet));
        }
    }

    fn begin_picture(&mut self) {
        let due = self.picture_due(self.next_picture);
        let timestamp = ticks(self.next_picture, VIDEO_CLOCK / FRAMES_PER_SECOND);
        let mut packets = Vec::new();
        for layer in &mut self.layers {
            layer.take(&self.clip, timestamp, &mut packets);
        }
        let count = u32::try_from(packets.len()).unwrap_or(u32::MAX).max(1);
        let spacing = (SPREAD / count).min(SPACING_MAX);
        let times = (0..).map(|n| due + spacing * n);
        self.leaving.extend(times.zip(packets));
        self.next_picture += 1;
    }

    fn sound_due(&self, number: u64) -> Instant {
        self.started + Duration::from_millis(number * SOUND_MS)
    }

    fn picture_due(&self, number: u64) -> Instant {
        self.started + Duration::from_nanos(number * 1_000_000_000 / FRAMES_PER_SECOND)
    }

    fn next_sound(&self) -> u64 {
        self.voice.as_ref().map_or(0, |voice| voice.next)
    }

    fn skip_what_is_too_late(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.started);
        let Some(oldest) = elapsed.checked_sub(LAG_MAX) else {
            return;
        };
        let oldest_ms = u64::try_from(oldest.as_millis()).unwrap_or(0);
        if let Some(voice) = &mut self.voice {
            voice.next = voice.next.max(oldest_ms / SOUND_MS);
        }
        self.next_picture = self.next_picture.max(oldest_ms * FRAMES_PER_SECOND / 1_000);
    }

    fn take_sound(&mut self) -> Option<Packet> {
        let voice = self.voice.as_mut()?;
        let place = usize::try_from(voice.offset + voice.next).ok()? % self.clip.sound.len();
        let sound = &self.clip.sound[place];
        let timestamp = ticks(voice.next, AUDIO_CLOCK * SOUND_MS / 1_000);
        let mut header = header(&voice.stream, voice.sequence, timestamp);
        if let Some(id) = voice.level_id {
            // Loud enough counts as voice activity (RFC 6464 section 3).
            let active = u8::from(sound.level < 60) << 7;
            extend(
                &mut header,
                id,
                &Bytes::copy_from_slice(&[active | sound.level]),
            );
        }
        header.marker = voice.next == 0;
        voice.next += 1;
        voice.sequence = voice.sequence.wrapping_add(1);
        Some(Packet {
            header,
            payload: sound.data.clone(),
        })
    }
}

impl Layer {
    fn take(&mut self, clip: &Clip, timestamp: u32, packets: &mut Vec<Packet>) {
        let frames = &clip.layers[self.index];
        if std::mem::take(&mut self.key_frame_wanted) {
            let ahead = (0..frames.len())
                .map(|step| (self.position + step) % frames.len())
                .find(|place| frames[*place].key);
            self.position = ahead.unwrap_or(0);
        }
        let frame = &frames[self.position];
        self.position = (self.position + 1) % frames.len();
        let payloads = self
            .payloader
            .payload(PAYLOAD_MAX_BYTES, &frame.data)
            .expect("a whole VP8 frame can always be cut into payloads");
        let last = payloads.len().saturating_sub(1);
        for (n, payload) in payloads.into_iter().enumerate() {
            let mut header = header(&self.stream, self.sequence, timestamp);
            header.marker = n == last;
            self.sequence = self.sequence.wrapping_add(1);
            packets.push(Packet { header, payload });
        }
    }
}

fn payloader() -> Vp8Payloader {
    let mut payloader = Vp8Payloader::default();
    payloader.enable_picture_id = true;
    payloader
}

fn ticks(number: u64, each: u64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "RTP timestamps wrap (RFC 3550 section 5.1)"
    )]
    let wrapped = (number * each) as u32;
    wrapped
}

fn header(stream: &Stream, sequence_number: u16, timestamp: u32) -> Header {
    let mut header = Header {
        version: 2,
        payload_type: stream.payload_type,
        sequence_number,
        timestamp,
        ssrc: stream.ssrc,
        ..Header::default()
    };
    for (id, value) in &stream.extensions {
        extend(&mut header, *id, value);
    }
    header
}

fn extend(header: &mut Header, id: u8, value: &Bytes) {
    header
        .set_extension(id, value.clone())
        .expect("negotiated ids are 1 to 14 and the values are short");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Person;

    fn player(now: Instant) -> Player {
        let stream = |ssrc| Stream {
            ssrc,
            payload_type: 96,
            extensions: vec![(4, Bytes::from_static(b"1"))],
        };
        let wiring = Wiring {
            audio: Some(stream(1)),
            audio_level: Some(1),
            video: vec![(0, stream(10)), (2, stream(12))],
        };
        let clip = Arc::new(Clip::load(Person::Blue).unwrap());
        Player::new(clip, wiring, Duration::ZERO, now)
    }

    fn play(player: &mut Player, until: Instant) -> (Vec<Packet>, Vec<Packet>) {
        let (mut audio, mut video) = (vec![], vec![]);
        while let Some(due) = player.poll_timeout().filter(|due| *due <= until) {
            player.handle_timeout(due, |packet| match packet {
                Due::Audio(packet) => audio.push(packet),
                Due::Video(packet) => video.push(packet),
            });
        }
        (audio, video)
    }

    fn of(packets: &[Packet], ssrc: u32) -> Vec<&Packet> {
        packets
            .iter()
            .filter(|packet| packet.header.ssrc == ssrc)
            .collect()
    }

    fn is_key(packet: &Packet) -> bool {
        packet.payload[0] & 0x10 != 0 && packet.payload[3] & 1 == 0
    }

    #[test]
    fn ten_seconds_hold_five_hundred_packets_of_sound_and_three_hundred_frames_of_each_layer() {
        let start = Instant::now();
        let mut player = player(start);
        let (audio, video) = play(&mut player, start + Duration::from_millis(9_999));
        assert_eq!(audio.len(), 500);
        for ssrc in [10, 12] {
            let layer = of(&video, ssrc);
            assert_eq!(layer.iter().filter(|p| p.header.marker).count(), 300);
            for pair in layer.windows(2) {
                assert_eq!(
                    pair[0].header.sequence_number.wrapping_add(1),
                    pair[1].header.sequence_number
                );
            }
            assert_eq!(layer.last().unwrap().header.timestamp, 299 * 3_000);
        }
        assert!(video.iter().all(|p| p.payload.len() <= PAYLOAD_MAX_BYTES));
    }

    #[test]
    fn a_key_frame_leaves_bit_by_bit_and_before_the_next_picture() {
        let start = Instant::now();
        let mut player = player(start);
        let mut at_once = 0;
        player.handle_timeout(start, |packet| {
            at_once += usize::from(matches!(packet, Due::Video(_)));
        });
        assert_eq!(at_once, 1);
        let (_, video) = play(&mut player, start + Duration::from_millis(33));
        assert!(video.len() > 30);
        assert!(video.last().unwrap().header.marker);
        assert!(player.leaving.is_empty());
    }

    #[test]
    fn a_requested_key_frame_comes_with_the_next_picture_of_that_layer_only() {
        let start = Instant::now();
        let mut player = player(start);
        play(&mut player, start + Duration::from_millis(495));
        player.request_key_frame(12);
        let (_, video) = play(&mut player, start + Duration::from_millis(530));
        assert!(is_key(of(&video, 12)[0]));
        assert!(!is_key(of(&video, 10)[0]));
    }

    #[test]
    fn after_a_long_stall_the_clip_goes_on_at_the_present_instead_of_flooding() {
        let start = Instant::now();
        let mut player = player(start);
        play(&mut player, start + Duration::from_secs(1));
        let mut sounds = 0;
        player.handle_timeout(start + Duration::from_secs(60), |due| {
            sounds += usize::from(matches!(due, Due::Audio(_)));
        });
        assert_eq!(sounds, 51);
        assert!(player.poll_timeout().unwrap() > start + Duration::from_secs(60));
    }

    #[test]
    fn the_voice_tells_how_loud_it_is() {
        let start = Instant::now();
        let mut player = player(start);
        let (audio, _) = play(&mut player, start + Duration::from_secs(6));
        let level = |packet: &Packet| packet.header.get_extension(1).unwrap()[0];
        assert!(audio[..140].iter().any(|p| level(p) & 0x80 != 0));
        assert!(audio[200..].iter().all(|p| level(p) & 0x80 == 0));
    }
}
