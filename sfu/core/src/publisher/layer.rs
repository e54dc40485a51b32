//! One layer of a publisher's picture.

use std::time::{Duration, Instant};

use super::{nack::Losses, rate::Rate, stream::Stream};
use crate::codec::{
    Codec, VIDEO_CLOCK,
    h264::{KeyFrameParts, key_frame_parts},
    vp8,
};

/// A layer that is this far behind the newest layer, and...
const SILENT_AFTER: Duration = Duration::from_millis(500);
/// ...has missed this many frames of the others, is not sent any more. Frames, so that a slow picture
/// is not taken for a dead one; time, so that a fast one's hiccup is not.
const SILENT_FRAMES: u32 = 8;

/// A layer's stream and what belongs to it.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) stream: Stream,
    pub(crate) losses: Losses,
    /// Somebody receives this layer, or waits to.
    pub(crate) in_use: bool,
    last_at: Option<Instant>,
    /// Frames of other layers since this one's last packet.
    frames_missed: u32,
    /// Of the newest key frame.
    size: Option<(u16, u16)>,
    rate: Rate,
}

/// What forwarding needs to know of a picture's packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Inspected {
    /// A receiver can start here.
    pub(crate) starts_key_frame: bool,
    pub(crate) vp8: Option<vp8::Descriptor>,
}

impl Layer {
    pub(crate) fn new() -> Self {
        Self {
            stream: Stream::new(VIDEO_CLOCK),
            losses: Losses::default(),
            in_use: false,
            last_at: None,
            frames_missed: 0,
            size: None,
            rate: Rate::default(),
        }
    }

    /// Looks into a payload. `None`: it is not of that codec. `parameters_in_band`: the publisher's
    /// H.264 parameter sets come with its pictures, as one that comes shows for all layers; then a
    /// picture without them is no use.
    pub(crate) fn inspect(
        &mut self,
        codec: Codec,
        payload: &[u8],
        parameters_in_band: &mut bool,
    ) -> Option<Inspected> {
        match codec {
            Codec::Vp8 if payload.is_empty() => Some(Inspected {
                starts_key_frame: false,
                vp8: None,
            }),
            Codec::Vp8 => {
                let descriptor = vp8::Descriptor::parse(payload)?;
                if descriptor.starts_key_frame {
                    self.size = vp8::key_frame_size(&payload[descriptor.length..]).or(self.size);
                }
                Some(Inspected {
                    starts_key_frame: descriptor.starts_key_frame,
                    vp8: Some(descriptor),
                })
            }
            Codec::H264 => {
                let KeyFrameParts {
                    parameters,
                    picture,
                } = key_frame_parts(payload);
                *parameters_in_band |= parameters;
                let starts_key_frame = parameters || (picture && !*parameters_in_band);
                Some(Inspected {
                    starts_key_frame,
                    vp8: None,
                })
            }
            Codec::Opus | Codec::Red => None,
        }
    }

    /// Notes that the layer is being sent.
    pub(crate) fn heard(&mut self, bytes: usize, now: Instant) {
        self.last_at = Some(now);
        self.frames_missed = 0;
        self.rate.count(bytes);
    }

    /// Notes that another layer has ended a frame.
    pub(crate) fn missed_frame(&mut self) {
        self.frames_missed = self.frames_missed.saturating_add(1);
    }

    /// Whether the layer is being sent, as far as one can tell; `newest`: when any layer last was.
    pub(crate) fn is_alive(&self, newest: Instant) -> bool {
        self.last_at.is_some_and(|at| {
            newest.saturating_duration_since(at) < SILENT_AFTER
                || self.frames_missed < SILENT_FRAMES
        })
    }

    pub(crate) fn last_at(&self) -> Option<Instant> {
        self.last_at
    }

    /// What the layer costs when it is sent, as last measured, bit/s; with what carries it.
    pub(crate) fn cost(&self) -> Option<u64> {
        self.rate.bits_per_second()
    }

    /// Width and height, if a key frame told.
    pub(crate) fn size(&self) -> Option<(u16, u16)> {
        self.size
    }

    /// Closes a period of measuring.
    pub(crate) fn measure(&mut self, period: Duration) {
        self.rate.measure(period);
    }

    /// Forgets what rests on the numbering, which starts anew.
    pub(crate) fn restart(&mut self) {
        self.losses.clear();
    }

    /// The publisher has said goodbye, until the next packet: a browser that stops sending a layer
    /// says so, and goes on under the same SSRC later.
    pub(crate) fn goodbye(&mut self) {
        self.last_at = None;
        self.frames_missed = SILENT_FRAMES;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_layer_lives_and_one_that_others_overtook_does_not() {
        let start = Instant::now();
        let mut layer = Layer::new();
        assert!(!layer.is_alive(start));
        layer.heard(100, start);
        for _ in 0..7 {
            layer.missed_frame();
        }
        assert!(
            layer.is_alive(start + Duration::from_secs(7)),
            "one frame a second"
        );
        layer.missed_frame();
        assert!(layer.is_alive(start + Duration::from_millis(499)));
        assert!(!layer.is_alive(start + Duration::from_millis(500)));
    }

    #[test]
    fn a_picture_without_its_parameters_starts_nothing_where_they_come_in_band() {
        let idr = [0x65, 0x88];
        let (mut layer, mut other) = (Layer::new(), Layer::new());
        let mut in_band = false;
        let mut starts = |layer: &mut Layer, payload: &[u8]| {
            let inspected = layer.inspect(Codec::H264, payload, &mut in_band);
            inspected.unwrap().starts_key_frame
        };
        assert!(starts(&mut layer, &idr));
        assert!(starts(&mut layer, &[0x67, 0x42]));
        assert!(!starts(&mut layer, &idr));
        assert!(!starts(&mut other, &idr), "of one publisher");
    }
}
