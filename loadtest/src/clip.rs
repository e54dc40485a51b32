//! The clip that bots send, encoded beforehand and built into the program.
//!
//! `clip/make.sh` makes it: three drawn people, each a picture of four seconds in three simulcast
//! sizes (VP8 in IVF, 30 frames a second, a key frame every two seconds) and a voice of twelve
//! seconds that is heard during the first three (Opus in Ogg, 20 ms a packet) with its levels.

use std::io::Cursor;

use bytes::Bytes;
use rtc::media::io::{ivf_reader::IVFReader, ogg_reader::OggReader};
use thiserror::Error;

/// Pictures a second.
pub const FRAMES_PER_SECOND: u64 = 30;
/// The length of one Opus packet, ms.
pub const SOUND_MS: u64 = 20;
/// The RTP clock of a picture, ticks a second (RFC 7741 section 4.1).
pub const VIDEO_CLOCK: u64 = 90_000;
/// The RTP clock of Opus, ticks a second (RFC 7587 section 4.1).
pub const AUDIO_CLOCK: u64 = 48_000;

/// The rids of the layers, low to high.
pub const RIDS: [&str; 3] = ["q", "h", "f"];

/// Who is seen and heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// In blue, with a camera's grain and the bit rates of a real call: 160, 420 and 980 kbit/s.
    Blue,
    /// In red, lean: 60, 130 and 180 kbit/s.
    Red,
    /// In green, lean as well.
    Green,
}

impl Person {
    /// The `index`-th person; after the last comes the first.
    #[must_use]
    pub const fn of(index: usize) -> Self {
        match index % 3 {
            0 => Self::Blue,
            1 => Self::Red,
            _ => Self::Green,
        }
    }
}

/// One person's picture and voice, to be looped.
#[derive(Clone, Debug)]
pub struct Clip {
    /// The layers, low to high, in the order of [`RIDS`]. All have equally many frames.
    pub layers: [Vec<Frame>; 3],
    /// The voice.
    pub sound: Vec<Sound>,
}

/// One encoded picture.
#[derive(Clone, Debug)]
pub struct Frame {
    /// VP8 (RFC 6386).
    pub data: Bytes,
    /// It can be decoded without an earlier one.
    pub key: bool,
}

/// One Opus packet.
#[derive(Clone, Debug)]
pub struct Sound {
    /// Opus (RFC 6716).
    pub data: Bytes,
    /// How loud it is, -dBov: 0 is the loudest, 127 silence (RFC 6464).
    pub level: u8,
}

/// The built-in clip is not what it should be.
#[derive(Debug, Error)]
pub enum ClipError {
    /// An IVF or Ogg file cannot be read.
    #[error("the clip cannot be read: {0}")]
    Container(#[from] rtc::shared::error::Error),
    /// The levels beside a voice cannot be read.
    #[error("the levels of the voice cannot be read: {0}")]
    Levels(#[from] std::num::ParseIntError),
}

impl Clip {
    /// Reads a person's files.
    pub fn load(person: Person) -> Result<Self, ClipError> {
        let files = Files::of(person);
        let [q, h, f] = files.layers;
        Ok(Self {
            layers: [frames(q)?, frames(h)?, frames(f)?],
            sound: sound(files.voice, files.levels)?,
        })
    }
}

struct Files {
    layers: [&'static [u8]; 3],
    voice: &'static [u8],
    levels: &'static str,
}

macro_rules! files {
    ($name:literal) => {
        Files {
            layers: [
                include_bytes!(concat!("../clip/", $name, "-q.ivf")),
                include_bytes!(concat!("../clip/", $name, "-h.ivf")),
                include_bytes!(concat!("../clip/", $name, "-f.ivf")),
            ],
            voice: include_bytes!(concat!("../clip/", $name, ".ogg")),
            levels: include_str!(concat!("../clip/", $name, ".levels")),
        }
    };
}

impl Files {
    const fn of(person: Person) -> Self {
        match person {
            Person::Blue => files!("a"),
            Person::Red => files!("b"),
            Person::Green => files!("c"),
        }
    }
}

fn frames(ivf: &[u8]) -> Result<Vec<Frame>, ClipError> {
    let (mut reader, header) = IVFReader::new(Cursor::new(ivf))?;
    (0..header.num_frames)
        .map(|_| {
            let (data, _) = reader.parse_next_frame()?;
            // The first bit of a frame is 0 in a key frame (RFC 6386 section 9.1).
            let key = data.first().is_some_and(|byte| byte & 1 == 0);
            Ok(Frame {
                data: data.freeze(),
                key,
            })
        })
        .collect()
}

/// The voice has one packet a page, and as many as there are levels.
fn sound(ogg: &[u8], levels: &str) -> Result<Vec<Sound>, ClipError> {
    let (mut reader, _) = OggReader::new(Cursor::new(ogg), true)?;
    reader.parse_next_page()?; // the tags
    levels
        .lines()
        .map(|level| {
            let (data, _) = reader.parse_next_page()?;
            Ok(Sound {
                data: data.freeze(),
                level: level.parse()?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_person_has_three_layers_that_start_over_with_a_key_frame_every_two_seconds() {
        for person in [Person::Blue, Person::Red, Person::Green] {
            let clip = Clip::load(person).unwrap();
            for layer in &clip.layers {
                let keys: Vec<_> = (0..layer.len()).filter(|n| layer[*n].key).collect();
                assert_eq!((layer.len(), keys), (120, vec![0, 60]), "{person:?}");
            }
            let bytes = |layer: &Vec<Frame>| layer.iter().map(|f| f.data.len()).sum::<usize>();
            assert!(bytes(&clip.layers[0]) < bytes(&clip.layers[1]));
            assert!(bytes(&clip.layers[1]) < bytes(&clip.layers[2]));
        }
    }

    #[test]
    fn every_voice_is_heard_for_three_seconds_of_twelve() {
        for person in [Person::Blue, Person::Red, Person::Green] {
            let sound = Clip::load(person).unwrap().sound;
            assert_eq!(sound.len(), 600);
            assert!(sound[..145].iter().any(|packet| packet.level < 20));
            assert!(sound[150..].iter().all(|packet| packet.level > 90));
        }
    }

    #[test]
    fn the_first_person_sends_at_the_bit_rates_of_a_real_call() {
        let clip = Clip::load(Person::Blue).unwrap();
        let kbit_s = |layer: usize| {
            clip.layers[layer]
                .iter()
                .map(|frame| frame.data.len() * 8)
                .sum::<usize>()
                / 4_000
        };
        assert!((150..170).contains(&kbit_s(0)), "{}", kbit_s(0));
        assert!((400..450).contains(&kbit_s(1)), "{}", kbit_s(1));
        assert!((950..1_050).contains(&kbit_s(2)), "{}", kbit_s(2));
    }
}
