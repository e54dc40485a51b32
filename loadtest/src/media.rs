//! What a client sends: the clip or made-up media, behind one face.

use std::time::Instant;

use rtc::rtp::packet::Packet;

use crate::{
    player::{Due, Player},
    synthetic::{Stamp, Synthetic},
};

/// Which of one's own streams a packet belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The voice.
    Sound {
        /// Voice activity and level, as RFC 6464 section 3 writes them in one byte.
        level: u8,
    },
    /// A layer of the picture, counted from the lowest.
    Picture {
        /// From 0.
        layer: usize,
    },
}

/// A packet that is due. Its sequence number is its stream's next.
#[derive(Clone, Copy, Debug)]
pub struct MediaPacket<'a> {
    /// The stream.
    pub stream: Stream,
    /// The last packet of a picture, or the first sound.
    pub marker: bool,
    /// In ticks of the stream's clock.
    pub timestamp: u32,
    /// The payload.
    pub payload: &'a [u8],
}

/// What a client sends.
#[derive(Debug)]
pub enum Media {
    /// Nothing.
    Silent,
    /// Made-up media.
    Synthetic(Synthetic),
    /// The clip.
    Clip(Box<StampedClip>),
}

/// The clip with stamps where they disturb no decoder: in the padding of Opus (RFC 6716 section 3.2.5),
/// and behind the last byte of a picture.
#[derive(Debug)]
pub struct StampedClip {
    player: Player,
    sounds: u64,
    payload: Vec<u8>,
}

impl StampedClip {
    /// Stamps what a player plays. Its streams' SSRCs are the numbers of [`clip_ssrc`].
    #[must_use]
    pub const fn new(player: Player) -> Self {
        Self {
            player,
            sounds: 0,
            payload: vec![],
        }
    }

    fn handle_timeout(
        &mut self,
        now: Instant,
        clock: impl Fn() -> u64,
        mut send: impl FnMut(MediaPacket<'_>),
    ) {
        let Self {
            player,
            sounds,
            payload,
        } = self;
        player.handle_timeout(now, |due| {
            let (stream, packet) = match &due {
                Due::Audio(packet) => (sound(packet), packet),
                Due::Video(packet) => (picture(packet), packet),
            };
            let header = &packet.header;
            payload.clear();
            match stream {
                Stream::Sound { .. } => {
                    let stamp = Stamp {
                        sent_unix_ns: clock(),
                        number: *sounds,
                    };
                    *sounds += 1;
                    pad_opus(payload, &packet.payload, stamp);
                }
                Stream::Picture { .. } => {
                    payload.extend_from_slice(&packet.payload);
                    if header.marker {
                        let stamp = Stamp {
                            sent_unix_ns: clock(),
                            number: u64::from(header.timestamp / TICKS_A_PICTURE),
                        };
                        append(payload, stamp);
                    }
                }
            }
            send(MediaPacket {
                stream,
                marker: header.marker,
                timestamp: header.timestamp,
                payload,
            });
        });
    }
}

/// Stamps a packet of the clip on its way out: every sound, and every picture at its end.
pub fn stamp(due: &mut Due, sent_unix_ns: u64) {
    let (Due::Audio(packet) | Due::Video(packet)) = &*due;
    let stamp = Stamp {
        sent_unix_ns,
        number: u64::from(packet.header.sequence_number),
    };
    let mut payload = Vec::with_capacity(packet.payload.len() + 2 * Stamp::BYTES);
    match due {
        Due::Audio(packet) => {
            pad_opus(&mut payload, &packet.payload, stamp);
            packet.payload = payload.into();
        }
        Due::Video(packet) if packet.header.marker => {
            payload.extend_from_slice(&packet.payload);
            append(&mut payload, stamp);
            packet.payload = payload.into();
        }
        Due::Video(_) => {}
    }
}

/// All layers number a picture alike.
const TICKS_A_PICTURE: u32 = 3_000;

/// An Opus packet of one frame, with a stamp as its padding (RFC 6716 section 3.2.5). Other packets stay
/// as they are.
fn pad_opus(padded: &mut Vec<u8>, packet: &[u8], stamp: Stamp) {
    match packet.split_first() {
        Some((head, frame)) if head & 3 == 0 => {
            let length = u8::try_from(Stamp::BYTES).expect("a stamp is short");
            padded.extend_from_slice(&[head | 3, 0x40 | 1, length]);
            padded.extend_from_slice(frame);
            append(padded, stamp);
        }
        _ => padded.extend_from_slice(packet),
    }
}

fn append(payload: &mut Vec<u8>, stamp: Stamp) {
    payload.resize(payload.len() + Stamp::BYTES, 0);
    stamp.write(payload);
}

/// The SSRC by which a player of a lean client names a stream: 0 is the voice, layers count from 1.
#[must_use]
pub fn clip_ssrc(layer: Option<usize>) -> u32 {
    layer.map_or(0, |layer| u32::try_from(layer).unwrap_or(0) + 1)
}

/// The id under which a player of a lean client tells the level of the voice.
pub const CLIP_LEVEL_ID: u8 = 1;

impl Media {
    /// When the next packet is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Silent => None,
            Self::Synthetic(synthetic) => Some(synthetic.poll_timeout()),
            Self::Clip(clip) => clip.player.poll_timeout(),
        }
    }

    /// Hands over everything that is due at `now`; `clock` tells the time, ns since 1970.
    pub fn handle_timeout(
        &mut self,
        now: Instant,
        clock: impl Fn() -> u64,
        send: impl FnMut(MediaPacket<'_>),
    ) {
        match self {
            Self::Silent => {}
            Self::Synthetic(synthetic) => synthetic.handle_timeout(now, clock, send),
            Self::Clip(clip) => clip.handle_timeout(now, clock, send),
        }
    }

    /// A layer goes on with a key frame.
    pub fn request_key_frame(&mut self, layer: usize) {
        match self {
            Self::Silent => {}
            Self::Synthetic(synthetic) => synthetic.request_key_frame(),
            Self::Clip(clip) => clip.player.request_key_frame(clip_ssrc(Some(layer))),
        }
    }
}

fn sound(packet: &Packet) -> Stream {
    let level = packet.header.get_extension(CLIP_LEVEL_ID);
    let level = level.and_then(|value| value.first().copied());
    Stream::Sound {
        level: level.unwrap_or(127),
    }
}

fn picture(packet: &Packet) -> Stream {
    let layer = usize::try_from(packet.header.ssrc).unwrap_or(1);
    Stream::Picture {
        layer: layer.saturating_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp {
        sent_unix_ns: 5,
        number: 9,
    };

    #[test]
    fn an_opus_packet_keeps_its_frame_and_carries_the_stamp_as_padding() {
        let mut padded = vec![];
        pad_opus(&mut padded, &[0x78, 1, 2, 3], STAMP);
        assert_eq!(padded[..3], [0x7B, 0x41, 20]);
        assert_eq!(padded[3..6], [1, 2, 3]);
        assert_eq!(padded.len(), 6 + Stamp::BYTES);
        assert_eq!(Stamp::read(&padded), Some(STAMP));
    }

    #[test]
    fn of_a_picture_the_last_packet_alone_is_stamped() {
        let packet = |marker| {
            let mut packet = Packet::default();
            packet.header.marker = marker;
            packet.header.sequence_number = 9;
            packet.payload = vec![1, 2, 3].into();
            packet
        };
        let stamped = |mut due: Due| {
            stamp(&mut due, 5);
            let (Due::Audio(packet) | Due::Video(packet)) = due;
            Stamp::read(&packet.payload)
        };
        assert_eq!(stamped(Due::Video(packet(true))), Some(STAMP));
        assert_eq!(stamped(Due::Video(packet(false))), None);
        let mut sound = packet(false);
        sound.payload = vec![0x78, 1, 2, 3].into();
        assert_eq!(stamped(Due::Audio(sound)), Some(STAMP));
    }

    #[test]
    fn an_opus_packet_of_several_frames_stays_as_it_is() {
        let mut padded = vec![];
        pad_opus(&mut padded, &[0x79, 1, 2], STAMP);
        assert_eq!(padded, [0x79, 1, 2]);
    }
}
