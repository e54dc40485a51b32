//! A receiver's picture: which layer of the publisher's it carries, and with what numbers.
//!
//! The forwarder carries one layer and has a target. Where they differ it goes on carrying the old one
//! until a key frame of the target begins, and changes over in between two packets: the receiver sees
//! one stream, with a key frame in it. The first packets of a publisher, of a publisher who came back,
//! of a layer that changed its codec: all the same change, only with nothing to carry meanwhile.

use std::time::Instant;

use super::continuity::{Continuity, Mapping};
use crate::{
    codec::{Codec, VIDEO_CLOCK, vp8},
    publisher::{Inspected, LAYERS_MAX, Layer, SenderClock},
};

/// A packet of a picture, as it came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PicturePacket<'a> {
    pub(crate) layer: usize,
    /// Of the layer's numbering.
    pub(crate) generation: u32,
    pub(crate) index: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) codec: Codec,
    pub(crate) inspected: Inspected,
    pub(crate) payload: &'a [u8],
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Forward {
        numbers: Numbers,
        /// The receiver's picture goes on from another layer with this packet.
        switched: bool,
        /// It begins, or goes on from another stream, with this packet.
        began: bool,
    },
    /// The target cannot be carried before a key frame of it.
    AwaitKeyFrame,
    /// From before the stream was carried.
    Late,
    /// Of a layer that this receiver does not get.
    OtherLayer,
}

/// A packet's numbers on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) index: u64,
    pub(crate) timestamp: u32,
    pub(crate) shift: vp8::Shift,
}

/// What is carried.
#[derive(Clone, Copy, Debug)]
struct Carried {
    layer: usize,
    generation: u32,
    codec: Codec,
    mapping: Mapping,
    shift: vp8::Shift,
}

/// A receiver's picture of one publisher.
#[derive(Debug)]
pub(crate) struct PictureForwarder {
    continuity: Continuity,
    carried: Option<Carried>,
    target: Option<usize>,
    /// By layer, the newest packet sent: its generation and index.
    newest: [Option<(u32, u64)>; LAYERS_MAX],
    /// The newest picture id sent.
    picture_id: Option<vp8::PictureId>,
    /// The newest TL0PICIDX sent.
    tl0_picture_index: Option<u8>,
}

impl PictureForwarder {
    pub(crate) fn new(ssrc: u32) -> Self {
        Self {
            continuity: Continuity::new(ssrc, VIDEO_CLOCK),
            carried: None,
            target: None,
            newest: [None; LAYERS_MAX],
            picture_id: None,
            tl0_picture_index: None,
        }
    }

    /// The layer that is carried.
    pub(crate) fn current(&self) -> Option<usize> {
        self.carried.map(|carried| carried.layer)
    }

    /// The layer that is to be carried.
    pub(crate) fn target(&self) -> Option<usize> {
        self.target
    }

    pub(crate) fn set_target(&mut self, layer: Option<usize>) {
        self.target = layer;
    }

    /// Nothing is carried any more, until there is a target again and a key frame of it.
    pub(crate) fn pause(&mut self) {
        self.carried = None;
        self.target = None;
    }

    /// Whoever comes next on this line is another publisher, of whom nothing was sent.
    pub(crate) fn publisher_left(&mut self) {
        self.pause();
        self.newest = [None; LAYERS_MAX];
    }

    /// Whether packets of `layer` matter.
    pub(crate) fn uses(&self, layer: usize) -> bool {
        self.target == Some(layer) || self.current() == Some(layer)
    }

    /// Decides on a packet, and notes it as sent if it is forwarded.
    pub(crate) fn admit(
        &mut self,
        packet: &PicturePacket<'_>,
        layers: &[Layer],
        now: Instant,
    ) -> Verdict {
        let carried = self.carried.filter(|carried| {
            carried.layer == packet.layer
                && carried.generation == packet.generation
                && carried.codec == packet.codec
        });
        let (carried, switched, began) = match carried {
            Some(carried) => (carried, false, false),
            None if self.target != Some(packet.layer) => return Verdict::OtherLayer,
            None if !packet.inspected.starts_key_frame || self.has_sent_later(packet) => {
                return Verdict::AwaitKeyFrame;
            }
            None => {
                let before = self.current();
                let carried = self.carry(packet, layers, now);
                let switched = before.is_some_and(|before| before != packet.layer);
                (carried, switched, true)
            }
        };
        let Some(numbers) = carried.numbers(packet.index, packet.timestamp) else {
            return Verdict::Late;
        };
        self.continuity.sent(numbers.index, numbers.timestamp, now);
        if let Some(newest) = self.newest.get_mut(packet.layer) {
            *newest = (*newest).max(Some((packet.generation, packet.index)));
        }
        self.note_vp8(packet, carried.shift);
        Verdict::Forward {
            numbers,
            switched,
            began,
        }
    }

    /// Whether the receiver has what follows a packet, from when its layer was carried before. A key frame that
    /// comes so late would take the picture back.
    fn has_sent_later(&self, packet: &PicturePacket<'_>) -> bool {
        let newest = self.newest.get(packet.layer).copied().flatten();
        newest > Some((packet.generation, packet.index))
    }

    /// The layer and index under which the line's packet `sequence` came.
    pub(crate) fn find(&self, sequence: u16) -> Option<(usize, u64)> {
        let carried = self.carried?;
        let index = carried
            .mapping
            .source_index(self.continuity.sent_index(sequence)?)?;
        Some((carried.layer, index))
    }

    /// The numbers that a packet of the layer that is carried has, or had, on the line.
    pub(crate) fn numbers(&self, index: u64, timestamp: u32) -> Option<Numbers> {
        self.carried?.numbers(index, timestamp)
    }

    /// The layer that is carried, its generation, and what turns its time into the line's.
    pub(crate) fn timestamp_shift(&self) -> Option<(usize, u32, u32)> {
        self.carried.map(|carried| {
            (
                carried.layer,
                carried.generation,
                carried.mapping.timestamp_shift,
            )
        })
    }

    fn carry(&mut self, packet: &PicturePacket<'_>, layers: &[Layer], now: Instant) -> Carried {
        let in_step = self.carried.and_then(|old| {
            let new = layers.get(packet.layer)?.stream.sender()?;
            let clock = layers.get(old.layer)?;
            let clock = clock
                .stream
                .sender()
                .filter(|_| clock.stream.generation() == old.generation)?;
            Some(
                old.mapping
                    .timestamp(translate(packet.timestamp, new, clock)),
            )
        });
        let mapping = self
            .continuity
            .begin(packet.index, packet.timestamp, in_step, now);
        let descriptor = packet.inspected.vp8;
        let picture_id = descriptor
            .and_then(|descriptor| descriptor.picture_id)
            .zip(self.picture_id)
            .map_or(0, |(new, last)| {
                last.value.wrapping_add(1).wrapping_sub(new.value)
            });
        let tl0_picture_index = descriptor
            .and_then(|descriptor| descriptor.tl0_picture_index)
            .zip(self.tl0_picture_index)
            .map_or(0, |(new, last)| last.wrapping_add(1).wrapping_sub(new));
        let carried = Carried {
            layer: packet.layer,
            generation: packet.generation,
            codec: packet.codec,
            mapping,
            shift: vp8::Shift {
                picture_id,
                tl0_picture_index,
            },
        };
        self.carried = Some(carried);
        carried
    }

    fn note_vp8(&mut self, packet: &PicturePacket<'_>, shift: vp8::Shift) {
        let Some(descriptor) = packet.inspected.vp8 else {
            return;
        };
        if let Some(id) = descriptor.picture_id {
            let id = id.shifted(shift);
            if self.picture_id.is_none_or(|newest| id.is_after(newest)) {
                self.picture_id = Some(id);
            }
        }
        if let Some(index) = descriptor.tl0_picture_index {
            let index = index.wrapping_add(shift.tl0_picture_index);
            let is_after = |newest: u8| index.wrapping_sub(newest).cast_signed() > 0;
            if self.tl0_picture_index.is_none_or(is_after) {
                self.tl0_picture_index = Some(index);
            }
        }
    }
}

impl Carried {
    fn numbers(&self, index: u64, timestamp: u32) -> Option<Numbers> {
        Some(Numbers {
            index: self.mapping.index(index)?,
            timestamp: self.mapping.timestamp(timestamp),
            shift: self.shift,
        })
    }
}

/// A timestamp of the stream with the clock `from`, on the clock `to` of the same publisher: both say
/// how their time stands to the publisher's.
fn translate(timestamp: u32, from: &SenderClock, to: &SenderClock) -> u32 {
    // Signed NTP distance in 1/2^32 s, to ticks.
    let apart = i128::from(from.info.ntp) - i128::from(to.info.ntp);
    let apart = (apart * i128::from(VIDEO_CLOCK)) >> 32;
    let since = timestamp.wrapping_sub(from.info.timestamp);
    to.info
        .timestamp
        .wrapping_add(since)
        .wrapping_add(low_32(apart))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "timestamps wrap at 32 bits"
)]
const fn low_32(ticks: i128) -> u32 {
    ticks as u32
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rtcp::SenderInfo;

    fn packet(layer: usize, index: u64, picture_id: u16, key: bool) -> PicturePacket<'static> {
        let [high, low] = picture_id.to_be_bytes();
        let tl0 = low;
        let payload = [0x90, 0xc0, high | 0x80, low, tl0, u8::from(!key)];
        PicturePacket {
            layer,
            generation: 0,
            index,
            timestamp: u32::from(picture_id) * 3_000,
            marker: true,
            codec: Codec::Vp8,
            inspected: Inspected {
                starts_key_frame: key,
                vp8: vp8::Descriptor::parse(&payload),
            },
            payload: &[],
        }
    }

    fn forwarded(verdict: Verdict) -> Numbers {
        match verdict {
            Verdict::Forward { numbers, .. } => numbers,
            other => panic!("not forwarded: {other:?}"),
        }
    }

    #[test]
    fn a_switch_waits_for_a_key_frame_and_leaves_no_jump() {
        let now = Instant::now();
        let mut forwarder = PictureForwarder::new(0);
        forwarder.set_target(Some(0));
        assert_eq!(
            forwarder.admit(&packet(0, 99, 4, false), &[], now),
            Verdict::AwaitKeyFrame
        );
        let first = forwarded(forwarder.admit(&packet(0, 100, 5, true), &[], now));
        let second = forwarded(forwarder.admit(&packet(0, 101, 6, false), &[], now));
        assert_eq!(second.index, first.index + 1);
        forwarder.set_target(Some(1));
        assert_eq!(
            forwarder.admit(&packet(1, 5_000, 900, false), &[], now),
            Verdict::AwaitKeyFrame
        );
        forwarded(forwarder.admit(&packet(0, 102, 7, false), &[], now));
        let switched = forwarder.admit(&packet(1, 5_001, 901, true), &[], now);
        assert!(matches!(switched, Verdict::Forward { switched: true, .. }));
        let numbers = forwarded(switched);
        assert_eq!(numbers.index, first.index + 3);
        assert_eq!(901_u16.wrapping_add(numbers.shift.picture_id), 8);
        assert_eq!(
            133_u8.wrapping_add(numbers.shift.tl0_picture_index),
            8,
            "901 is 133 in 8 bits"
        );
        assert_eq!(
            numbers.timestamp,
            7 * 3_000 + 1,
            "time goes on, were it by a tick"
        );
        assert_eq!(
            forwarder.admit(&packet(0, 103, 8, false), &[], now),
            Verdict::OtherLayer
        );
        assert_eq!(
            forwarder.admit(&packet(1, 5_000, 900, false), &[], now),
            Verdict::Late
        );
    }

    #[test]
    fn a_key_frame_from_before_what_was_sent_of_its_layer_begins_nothing() {
        let now = Instant::now();
        let mut forwarder = PictureForwarder::new(0);
        forwarder.set_target(Some(0));
        forwarded(forwarder.admit(&packet(0, 100, 5, true), &[], now));
        forwarded(forwarder.admit(&packet(0, 103, 8, false), &[], now));
        forwarder.set_target(Some(1));
        forwarded(forwarder.admit(&packet(1, 5_000, 900, true), &[], now));
        forwarder.set_target(Some(0));
        // It was lost, and comes now that it was asked for.
        let late = forwarder.admit(&packet(0, 102, 7, true), &[], now);
        assert_eq!(late, Verdict::AwaitKeyFrame);
        forwarded(forwarder.admit(&packet(0, 104, 9, true), &[], now));
    }

    #[test]
    fn a_packet_sent_can_be_found_again_with_the_same_numbers() {
        let now = Instant::now();
        let mut forwarder = PictureForwarder::new(0);
        forwarder.set_target(Some(2));
        let first = forwarded(forwarder.admit(&packet(2, 300, 1, true), &[], now));
        forwarded(forwarder.admit(&packet(2, 310, 2, false), &[], now));
        let sequence = crate::rtp::low_16(first.index + 4);
        assert_eq!(forwarder.find(sequence), Some((2, 304)));
        assert_eq!(forwarder.numbers(304, 0).unwrap().index, first.index + 4);
        assert_eq!(
            forwarder.find(sequence.wrapping_add(100)),
            None,
            "not sent yet"
        );
        forwarder.pause();
        assert_eq!(forwarder.find(sequence), None);
    }

    #[test]
    fn layers_with_clocks_of_their_own_are_put_in_step() {
        let now = Instant::now();
        let clock = |seconds: u64, timestamp| SenderClock {
            info: SenderInfo {
                ntp: seconds << 32,
                timestamp,
            },
            received_at: now,
        };
        // At 10 s the one clock says 1,000; at 12 s the other says 500,000.
        let in_step = translate(500_000 + 90_000, &clock(12, 500_000), &clock(10, 1_000));
        assert_eq!(in_step, 1_000 + 3 * 90_000);
        let back = translate(1_000, &clock(10, 1_000), &clock(12, 500_000));
        assert_eq!(back, 500_000 - 2 * 90_000);
    }

    #[test]
    fn a_publisher_who_comes_back_is_continued() {
        let now = Instant::now();
        let mut forwarder = PictureForwarder::new(9);
        forwarder.set_target(Some(0));
        let before = forwarded(forwarder.admit(&packet(0, 100, 30, true), &[], now));
        forwarder.publisher_left();
        assert_eq!(
            forwarder.admit(&packet(0, 101, 31, true), &[], now),
            Verdict::OtherLayer
        );
        forwarder.set_target(Some(0));
        let later = now + Duration::from_secs(10);
        let after = forwarded(forwarder.admit(&packet(0, 9, 2_000, true), &[], later));
        assert_eq!(after.index, before.index + 1);
        assert_eq!(after.timestamp, before.timestamp + 900_000);
        assert_eq!(2_000_u16.wrapping_add(after.shift.picture_id), 31);
    }
}
