//! What people send: everybody something of their own kind, nobody at the same instant.

use std::{sync::Arc, time::Duration};

use crate::{
    clip::{Clip, ClipError, Person},
    lean::{fleet::Performance, sdp::Shape},
    media::{CLIP_LEVEL_ID, Media, StampedClip, clip_ssrc},
    player::{Player, Stream, Wiring},
    synthetic::Synthetic,
};

/// Others in a call.
const OTHERS: usize = 3;
/// How far apart the voices of a visit are: each is heard for three seconds of twelve.
const TURN: Duration = Duration::from_secs(3);
/// A picture's time, over which people's beginnings are spread, µs.
const PICTURE_US: u64 = 33_333;

/// What people send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum MediaKind {
    /// The clip: three simulcast layers of VP8, and Opus.
    Clip,
    /// Made-up packets of an exact shape: one layer, and sound.
    Synthetic,
    /// Nothing, although they offer as with made-up packets.
    None,
}

impl MediaKind {
    /// As it is given and told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clip => "clip",
            Self::Synthetic => "synthetic",
            Self::None => "none",
        }
    }

    /// What a client offers that sends it.
    #[must_use]
    pub const fn shape(self) -> Shape {
        let clip = matches!(self, Self::Clip);
        Shape {
            layers: if clip { 3 } else { 1 },
            sound: true,
            receive_pairs: OTHERS,
            red: clip,
        }
    }
}

/// Makes what people send.
#[derive(Clone)]
pub struct Performer {
    kind: MediaKind,
    clips: Arc<[Arc<Clip>]>,
}

impl Performer {
    /// Reads the clips.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn new(kind: MediaKind) -> Result<Self, ClipError> {
        let clips = [Person::Blue, Person::Red, Person::Green].map(Clip::load);
        let clips = clips.into_iter().map(|clip| Ok(Arc::new(clip?)));
        Ok(Self {
            kind,
            clips: clips.collect::<Result<_, ClipError>>()?,
        })
    }

    /// Which kind.
    #[must_use]
    pub const fn kind(&self) -> MediaKind {
        self.kind
    }

    /// What the person in this seat of this room sends.
    #[must_use]
    pub fn performance(&self, room: usize, seat: usize) -> Performance {
        let phase = Duration::from_micros(rand::random_range(0..PICTURE_US));
        match self.kind {
            MediaKind::None => Box::new(|_| Media::Silent),
            MediaKind::Synthetic => {
                Box::new(move |now| Media::Synthetic(Synthetic::new(now + phase)))
            }
            MediaKind::Clip => {
                let clip = Arc::clone(&self.clips[(room + seat) % self.clips.len()]);
                let offset = TURN * (4 - u32::try_from(seat % 4).unwrap_or(0));
                Box::new(move |now| {
                    let player = Player::new(clip, wiring(), offset, now + phase);
                    Media::Clip(Box::new(StampedClip::new(player)))
                })
            }
        }
    }
}

/// The clip with its streams numbered as [`clip_ssrc`] says.
fn wiring() -> Wiring {
    let stream = |layer| Stream {
        ssrc: clip_ssrc(layer),
        ..Stream::default()
    };
    Wiring {
        audio: Some(stream(None)),
        audio_level: Some(CLIP_LEVEL_ID),
        video: (0..3).map(|layer| (layer, stream(Some(layer)))).collect(),
    }
}
