//! The way of a packet of the picture: gaps noted, kept for retransmission, forwarded to whoever gets
//! its layer.

use std::time::Instant;

use ids::Seat;

use super::{Room, media::index_of};
use crate::{
    codec::Codec,
    publisher::{Arrival, Stored, Wait},
    receiver::{Egress, PicturePacket, Verdict},
    rtp::RtpPacket,
    sink::PacketSink,
    tile::SeatSet,
    timer::Timer,
};

/// So many packets a late beginning is followed by at once, at most.
const CATCH_UP_MAX: u64 = 128;

/// A packet of the picture, told apart and placed.
struct Placed<'a> {
    from: Seat,
    layer: usize,
    codec: Codec,
    arrival: Arrival,
    /// It came as RTX.
    repeated: bool,
    timestamp: u32,
    marker: bool,
    payload: &'a [u8],
}

impl Room {
    pub(super) fn handle_picture(
        &mut self,
        from: Seat,
        layer: usize,
        codec: Codec,
        packet: &RtpPacket<'_>,
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        let Some(publisher) = &mut self.publishers[from.index()] else {
            return;
        };
        let since_start = publisher.since_start(now);
        let Some(state) = publisher.layers.get_mut(layer) else {
            return;
        };
        let generation = state.stream.generation();
        let arrival = state.stream.receive(packet, since_start);
        if state.stream.generation() != generation {
            state.restart();
            publisher.parameters_in_band = false;
            publisher.store.forget(layer);
        }
        let placed = Placed {
            from,
            layer,
            codec,
            arrival,
            repeated: false,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            payload: packet.payload,
        };
        self.handle_placed(&placed, now, sink);
    }

    /// RFC 4588 section 4: the payload begins with the number that the packet had.
    pub(super) fn handle_retransmission(
        &mut self,
        from: Seat,
        layer: usize,
        codec: Codec,
        packet: &RtpPacket<'_>,
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        let Some((original, payload)) = packet.payload.split_first_chunk() else {
            self.stats.dropped.probe += 1;
            return;
        };
        let publisher = self.publishers[from.index()].as_mut();
        let Some(state) = publisher.and_then(|publisher| publisher.layers.get_mut(layer)) else {
            return;
        };
        let placed = Placed {
            from,
            layer,
            codec,
            arrival: state.stream.receive_again(u16::from_be_bytes(*original)),
            repeated: true,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            payload,
        };
        self.handle_placed(&placed, now, sink);
    }

    fn handle_placed(&mut self, placed: &Placed<'_>, now: Instant, sink: &mut impl PacketSink) {
        let Some(index) = index_of(placed.arrival, &mut self.stats.dropped) else {
            return;
        };
        let Some(publisher) = &mut self.publishers[placed.from.index()] else {
            return;
        };
        let layer = &mut publisher.layers[placed.layer];
        let in_band = &mut publisher.parameters_in_band;
        let Some(inspected) = layer.inspect(placed.codec, placed.payload, in_band) else {
            self.stats.dropped.malformed += 1;
            return;
        };
        match placed.arrival {
            Arrival::Newest { skipped: 1.., .. } if layer.in_use => {
                self.note_gap(placed, now);
            }
            Arrival::Late { .. } => {
                self.stats.recovered_in += u64::from(layer.losses.arrived(index));
            }
            _ => {}
        }
        self.note_life(placed, now);

        let Some(publisher) = &mut self.publishers[placed.from.index()] else {
            return;
        };
        let layer = &mut publisher.layers[placed.layer];
        if inspected.starts_key_frame {
            self.stats.key_frames += 1;
            layer.losses.forget_before(index);
        }
        let packet = PicturePacket {
            layer: placed.layer,
            generation: layer.stream.generation(),
            index,
            timestamp: placed.timestamp,
            marker: placed.marker,
            codec: placed.codec,
            inspected,
            payload: placed.payload,
        };
        let mut awaited = false;
        let mut switched = false;
        let mut began = SeatSet::default();
        let mut egress = Egress {
            now,
            stats: &mut self.stats,
            sink,
        };
        for (to, receiver) in Seat::ALL.into_iter().zip(&mut self.receivers) {
            let Some(receiver) = receiver else {
                continue;
            };
            let verdict =
                receiver.forward_picture(placed.from, &packet, &publisher.layers, &mut egress);
            awaited |= verdict == Some(Verdict::AwaitKeyFrame);
            if let Some(Verdict::Forward {
                switched: other_layer,
                began: anew,
                ..
            }) = verdict
            {
                switched |= other_layer;
                began = if anew { began.with(to) } else { began };
            }
        }
        if publisher.layers[placed.layer].in_use {
            let kept = Stored {
                payload: placed.payload,
                timestamp: placed.timestamp,
                marker: placed.marker,
                codec: placed.codec,
            };
            publisher.store.keep(placed.layer, index, kept);
        }
        if awaited {
            self.want_key_frame(placed.from, placed.layer, Wait::ToBegin, now);
        } else if inspected.starts_key_frame {
            let place = (packet.generation, index);
            publisher.key_frames.satisfied(placed.layer, place);
        }
        if switched {
            self.note_needs(now);
        }
        if !began.is_empty() && matches!(placed.arrival, Arrival::Late { .. }) {
            self.catch_up(placed, index, began, now, sink);
        }
    }

    /// The packet with which a picture begins came after others that follow it: receivers get those
    /// now, which they could not use before.
    fn catch_up(
        &mut self,
        placed: &Placed<'_>,
        index: u64,
        receivers: SeatSet,
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        let Some(publisher) = &mut self.publishers[placed.from.index()] else {
            return;
        };
        let stream = &publisher.layers[placed.layer].stream;
        let (generation, newest) = (stream.generation(), stream.newest().unwrap_or(index));
        let mut egress = Egress {
            now,
            stats: &mut self.stats,
            sink,
        };
        for index in index + 1..=newest.min(index + CATCH_UP_MAX) {
            let Some(stored) = publisher.store.find(placed.layer, index) else {
                continue;
            };
            let layer = &mut publisher.layers[placed.layer];
            let in_band = &mut publisher.parameters_in_band;
            let Some(inspected) = layer.inspect(stored.codec, stored.payload, in_band) else {
                continue;
            };
            let packet = PicturePacket {
                layer: placed.layer,
                generation,
                index,
                timestamp: stored.timestamp,
                marker: stored.marker,
                codec: stored.codec,
                inspected,
                payload: stored.payload,
            };
            for to in receivers.iter() {
                if let Some(receiver) = &mut self.receivers[to.index()] {
                    let layers = &publisher.layers;
                    receiver.forward_picture(placed.from, &packet, layers, &mut egress);
                }
            }
        }
    }

    /// Somebody cannot begin, or go on, without a key frame of this layer.
    pub(super) fn want_key_frame(&mut self, from: Seat, layer: usize, wait: Wait, now: Instant) {
        if let Some(publisher) = &mut self.publishers[from.index()] {
            publisher.key_frames.want(layer, wait);
        }
        self.arm_key_frame(from, now);
    }

    fn arm_key_frame(&mut self, from: Seat, now: Instant) {
        let takes = self.key_frame_takes(from);
        let Some(publisher) = &self.publishers[from.index()] else {
            return;
        };
        if let Some(at) = publisher.key_frames.next(takes, now) {
            self.timers.arm(Timer::KeyFrame, at);
        }
    }

    /// Packets before the newest are missing.
    fn note_gap(&mut self, placed: &Placed<'_>, now: Instant) {
        let Arrival::Newest { index, skipped } = placed.arrival else {
            return;
        };
        let publisher = self.publishers[placed.from.index()].as_mut();
        let Some(layer) = publisher.and_then(|p| p.layers.get_mut(placed.layer)) else {
            return;
        };
        if !layer.losses.skipped(index, skipped, now) {
            // The packet after the gap may itself begin one.
            let wait = Wait::ToGoOn((layer.stream.generation(), index - 1));
            self.want_key_frame(placed.from, placed.layer, wait, now);
        } else if let Some(due) = layer.losses.next() {
            self.timers.arm(Timer::Nack, due);
        }
    }

    /// Notes that the layer is being sent, and chooses anew if it was thought silent.
    fn note_life(&mut self, placed: &Placed<'_>, now: Instant) {
        let Some(publisher) = &mut self.publishers[placed.from.index()] else {
            return;
        };
        if placed.repeated {
            return;
        }
        let was_alive = publisher.layers[placed.layer].is_alive(now);
        publisher.layers[placed.layer].heard(placed.payload.len(), now);
        if placed.marker {
            for (other, layer) in publisher.layers.iter_mut().enumerate() {
                if other != placed.layer {
                    layer.missed_frame();
                }
            }
        }
        let was_silent = publisher.key_frames.heard(placed.layer);
        if !was_alive {
            self.select(now);
        }
        if was_silent {
            self.arm_key_frame(placed.from, now);
        }
    }
}
