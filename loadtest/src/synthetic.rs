//! Made-up media of an exact shape, for comparisons: every participant sends 30 pictures a second of
//! five packets of 1,100 bytes, a key frame every 60 pictures or where one is asked for, and 50 packets
//! a second of sound of 100 bytes.
//!
//! The last bytes of every payload are a [`Stamp`]: when it was sent, and which of its stream's packets
//! it is. Whoever receives it measures the way exactly and misses nothing unnoticed.

use std::time::{Duration, Instant};

use crate::{
    clip::{AUDIO_CLOCK, FRAMES_PER_SECOND, SOUND_MS, VIDEO_CLOCK},
    media::{MediaPacket, Stream},
    vp8::{self, DESCRIPTOR_BYTES, KEY_FRAME_HEAD_BYTES},
};

/// Packets of a picture.
pub const PACKETS_A_PICTURE: u64 = 5;
/// Bytes of payload of a picture's packet.
pub const PICTURE_BYTES: usize = 1_100;
/// Bytes of payload of a packet of sound.
pub const SOUND_BYTES: usize = 100;
/// A key frame comes every so many pictures.
pub const PICTURES_A_KEY_FRAME: u64 = 60;

/// Opus: 20 ms of full-band sound, one frame (RFC 6716 section 3.1).
const OPUS_HEAD: u8 = 0x78;
/// The sound says that it is a voice, at -30 dBov (RFC 6464 section 3).
const LEVEL: u8 = 0x80 | 30;
/// Beyond this lag, what was missed is left out instead of being sent late.
const LAG_MAX: Duration = Duration::from_secs(1);

const MAGIC: [u8; 4] = *b"ovl1";

/// What stands at the end of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When it was sent, ns since 1970.
    pub sent_unix_ns: u64,
    /// Counts the stream's packets, from 0.
    pub number: u64,
}

impl Stamp {
    /// Bytes of a stamp.
    pub const BYTES: usize = 20;

    /// Puts the stamp at the end of a payload that has room for it.
    pub fn write(self, payload: &mut [u8]) {
        if let Some(last) = payload.last_chunk_mut::<{ Self::BYTES }>() {
            last[..4].copy_from_slice(&MAGIC);
            last[4..12].copy_from_slice(&self.sent_unix_ns.to_be_bytes());
            last[12..].copy_from_slice(&self.number.to_be_bytes());
        }
    }

    /// Reads the stamp of a payload that has one.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let last = payload.last_chunk::<{ Self::BYTES }>()?;
        let (magic, rest) = last.split_first_chunk::<4>()?;
        let (sent, number) = rest.split_first_chunk::<8>()?;
        (*magic == MAGIC).then_some(Self {
            sent_unix_ns: u64::from_be_bytes(*sent),
            number: u64::from_be_bytes(number.try_into().ok()?),
        })
    }
}

/// One participant's made-up media.
#[derive(Debug)]
pub struct Synthetic {
    started: Instant,
    next_picture: u64,
    next_sound: u64,
    pictures_sent: u64,
    packets_sent: u64,
    sounds_sent: u64,
    since_key_frame: u64,
    key_frame_wanted: bool,
    picture: Box<[u8; PICTURE_BYTES]>,
    sound: Box<[u8; SOUND_BYTES]>,
}

impl Synthetic {
    /// Sends from `start` on.
    #[must_use]
    pub fn new(start: Instant) -> Self {
        let mut sound = Box::new([0x55; SOUND_BYTES]);
        sound[0] = OPUS_HEAD;
        Self {
            started: start,
            next_picture: 0,
            next_sound: 0,
            pictures_sent: 0,
            packets_sent: 0,
            sounds_sent: 0,
            since_key_frame: 0,
            key_frame_wanted: true,
            picture: Box::new([0x55; PICTURE_BYTES]),
            sound,
        }
    }

    /// The next picture is a key frame.
    pub fn request_key_frame(&mut self) {
        self.key_frame_wanted = true;
    }

    /// When the next packet is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Instant {
        self.picture_due().min(self.sound_due())
    }

    /// Hands over everything that is due at `now`; `clock` tells the time, ns since 1970.
    pub fn handle_timeout(
        &mut self,
        now: Instant,
        clock: impl Fn() -> u64,
        mut send: impl FnMut(MediaPacket<'_>),
    ) {
        self.leave_out_what_is_too_late(now);
        while self.picture_due() <= now {
            self.send_picture(&clock, &mut send);
        }
        while self.sound_due() <= now {
            let stamp = Stamp {
                sent_unix_ns: clock(),
                number: self.sounds_sent,
            };
            stamp.write(&mut self.sound[..]);
            send(MediaPacket {
                stream: Stream::Sound { level: LEVEL },
                marker: self.sounds_sent == 0,
                timestamp: ticks(self.next_sound, AUDIO_CLOCK * SOUND_MS / 1_000),
                payload: &self.sound[..],
            });
            self.sounds_sent += 1;
            self.next_sound += 1;
        }
    }

    fn send_picture(&mut self, clock: &impl Fn() -> u64, send: &mut impl FnMut(MediaPacket<'_>)) {
        let key = std::mem::take(&mut self.key_frame_wanted)
            || self.since_key_frame + 1 >= PICTURES_A_KEY_FRAME;
        self.since_key_frame = if key { 0 } else { self.since_key_frame + 1 };
        for part in 0..PACKETS_A_PICTURE {
            let payload = &mut self.picture[..];
            let (descriptor, body) = payload
                .split_first_chunk_mut::<DESCRIPTOR_BYTES>()
                .expect("a payload is longer than its descriptor");
            #[expect(clippy::cast_possible_truncation, reason = "picture ids wrap")]
            let picture_id = self.pictures_sent as u16;
            vp8::write_descriptor(descriptor, part == 0, picture_id);
            if part == 0 {
                body[..KEY_FRAME_HEAD_BYTES].copy_from_slice(&vp8::frame_head(key));
            }
            let stamp = Stamp {
                sent_unix_ns: clock(),
                number: self.packets_sent,
            };
            stamp.write(payload);
            send(MediaPacket {
                stream: Stream::Picture { layer: 0 },
                marker: part + 1 == PACKETS_A_PICTURE,
                timestamp: ticks(self.next_picture, VIDEO_CLOCK / FRAMES_PER_SECOND),
                payload,
            });
            self.packets_sent += 1;
        }
        self.pictures_sent += 1;
        self.next_picture += 1;
    }

    fn picture_due(&self) -> Instant {
        self.started + Duration::from_nanos(self.next_picture * 1_000_000_000 / FRAMES_PER_SECOND)
    }

    fn sound_due(&self) -> Instant {
        self.started + Duration::from_millis(self.next_sound * SOUND_MS)
    }

    fn leave_out_what_is_too_late(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.started);
        if let Some(oldest) = elapsed.checked_sub(LAG_MAX) {
            let oldest_ms = u64::try_from(oldest.as_millis()).unwrap_or(0);
            self.next_sound = self.next_sound.max(oldest_ms / SOUND_MS);
            let picture = oldest_ms * FRAMES_PER_SECOND / 1_000;
            self.next_picture = self.next_picture.max(picture);
        }
    }
}

fn ticks(number: u64, each: u64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "RTP timestamps wrap (RFC 3550 section 5.1)"
    )]
    let wrapped = (number * each) as u32;
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marker, timestamp, payload.
    type PicturePacket = (bool, u32, Vec<u8>);

    /// Plays for `length`; returns sounds and the packets of pictures.
    fn play(
        media: &mut Synthetic,
        from: Instant,
        length: Duration,
    ) -> (Vec<Vec<u8>>, Vec<PicturePacket>) {
        let (mut sounds, mut pictures) = (vec![], vec![]);
        let until = from + length;
        while media.poll_timeout() < until {
            let now = media.poll_timeout();
            media.handle_timeout(
                now,
                || 77,
                |packet| match packet.stream {
                    Stream::Sound { .. } => sounds.push(packet.payload.to_vec()),
                    Stream::Picture { .. } => {
                        pictures.push((packet.marker, packet.timestamp, packet.payload.to_vec()));
                    }
                },
            );
        }
        (sounds, pictures)
    }

    #[test]
    fn a_second_holds_150_packets_of_pictures_and_50_of_sound() {
        let start = Instant::now();
        let mut media = Synthetic::new(start);
        let (sounds, pictures) = play(&mut media, start, Duration::from_secs(4));
        assert_eq!((sounds.len(), pictures.len()), (200, 600));
        assert!(sounds.iter().all(|sound| sound.len() == SOUND_BYTES));
        assert!(pictures.iter().all(|(_, _, p)| p.len() == PICTURE_BYTES));
        assert_eq!(pictures.iter().filter(|(marker, ..)| *marker).count(), 120);
        assert_eq!(pictures.last().unwrap().1, 119 * 3_000);
    }

    #[test]
    fn key_frames_come_every_60_pictures_and_where_they_are_asked_for() {
        let start = Instant::now();
        let mut media = Synthetic::new(start);
        let keys = |pictures: &[PicturePacket]| -> Vec<u32> {
            let firsts = pictures
                .iter()
                .filter(|(_, _, p)| vp8::begins(p) == Some(true));
            firsts.map(|(_, timestamp, _)| timestamp / 3_000).collect()
        };
        let (_, first) = play(&mut media, start, Duration::from_millis(2_990));
        assert_eq!(keys(&first), [0, 60]);
        media.request_key_frame();
        let (_, second) = play(&mut media, start, Duration::from_secs(6));
        assert_eq!(keys(&second), [90, 150]);
    }

    #[test]
    fn every_packet_tells_when_it_was_sent_and_which_it_is() {
        let start = Instant::now();
        let mut media = Synthetic::new(start);
        let (sounds, pictures) = play(&mut media, start, Duration::from_secs(1));
        for (number, sound) in (0..).zip(&sounds) {
            let stamp = Stamp {
                sent_unix_ns: 77,
                number,
            };
            assert_eq!(Stamp::read(sound), Some(stamp));
        }
        assert_eq!(Stamp::read(&pictures[149].2).unwrap().number, 149);
        assert_eq!(Stamp::read(&[0; 100]), None);
    }

    #[test]
    fn after_a_stall_only_the_last_second_is_made_up_for() {
        let start = Instant::now();
        let mut media = Synthetic::new(start);
        let mut count = 0;
        media.handle_timeout(start + Duration::from_secs(60), || 0, |_| count += 1);
        assert_eq!(count, 31 * 5 + 51);
    }
}
