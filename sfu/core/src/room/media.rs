//! The way of one RTP packet: told apart, counted, and on to whoever gets it.

use std::time::{Duration, Instant};

use ids::Seat;

use super::Room;
use crate::{
    codec::{Codec, Payload, red},
    output::RoomOutput,
    publisher::{Arrival, FEEDBACK_INTERVAL, Source},
    receiver::{Egress, SoundPacket},
    rtp::RtpPacket,
    sink::PacketSink,
    stats::Drops,
    timer::Timer,
};

/// Between two reports (RFC 3550 section 6.2: a second, for a call this small).
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Between two looks at what streams cost, which layers live, and who gets what.
const SELECTION_INTERVAL: Duration = Duration::from_millis(500);

impl Room {
    pub(super) fn handle_media(
        &mut self,
        from: Seat,
        packet: &RtpPacket<'_>,
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        let drops = &mut self.stats.dropped;
        let Some(publisher) = &mut self.publishers[from.index()] else {
            drops.vacant_seat += 1;
            return;
        };
        let extensions = packet.extensions(&publisher.session().extensions);
        if let Some(number) = extensions.transport_cc {
            publisher.arrivals.arrive(number, now);
            self.timers.arm(Timer::Feedback, now + FEEDBACK_INTERVAL);
        }
        let Some(payload) = Payload::of(packet.header.payload_type, &publisher.session().payloads)
        else {
            drops.unknown_payload += 1;
            return;
        };
        let Some(source) = publisher.source(packet, payload, &extensions) else {
            drops.unknown_stream += 1;
            return;
        };
        publisher.received_at = Some(now);
        self.timers.arm(Timer::Report, now + REPORT_INTERVAL);
        if !self.timers.is_armed(Timer::Selection) {
            self.measured_at = now;
            self.timers.arm(Timer::Selection, now + SELECTION_INTERVAL);
        }
        self.connected(from, now);
        match (source, payload) {
            (Source::Layer(layer), Payload::Media(codec)) => {
                self.handle_picture(from, layer, codec, packet, now, sink);
            }
            (Source::Audio, Payload::Media(codec)) => {
                self.handle_sound(from, codec, packet, extensions.audio_level, now, sink);
            }
            (Source::Retransmission(layer), Payload::Retransmission(codec)) => {
                self.handle_retransmission(from, layer, codec, packet, now, sink);
            }
            _ => self.stats.dropped.unknown_payload += 1,
        }
    }

    fn handle_sound(
        &mut self,
        from: Seat,
        codec: Codec,
        packet: &RtpPacket<'_>,
        level: Option<u8>,
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        let Some(publisher) = &mut self.publishers[from.index()] else {
            return;
        };
        let since_start = publisher.since_start(now);
        let arrival = publisher.audio.receive(packet, since_start);
        let Some(index) = index_of(arrival, &mut self.stats.dropped) else {
            return;
        };
        let opus = publisher.session().payloads.opus;
        let blocks = match (codec, opus) {
            (Codec::Red, Some(opus)) => red::Blocks::parse(packet.payload, opus),
            _ => None,
        };
        if codec == Codec::Red && blocks.is_none() {
            self.stats.dropped.malformed += 1;
            return;
        }
        publisher
            .recent_sound
            .keep(packet.header.timestamp, packet.payload, blocks);
        match arrival {
            Arrival::Newest { skipped: 1.., .. } | Arrival::Restart { .. }
                if publisher.session().audio_nack =>
            {
                publisher.miss_sound(arrival, now);
                if let Some(due) = publisher.audio_losses.next() {
                    self.timers.arm(Timer::Nack, due);
                }
            }
            Arrival::Late { .. } => {
                let recovered = publisher.audio_losses.arrived(index);
                self.stats.recovered_in += u64::from(recovered);
            }
            _ => {}
        }
        publisher.sound_rate.count(packet.payload.len());
        publisher
            .plain_sound_rate
            .count(blocks.map_or(packet.payload.len(), |blocks| blocks.newest.len()));
        let sound = SoundPacket {
            generation: publisher.audio.generation(),
            index,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            level,
            payload: packet.payload,
            blocks,
        };
        let mut egress = Egress {
            now,
            stats: &mut self.stats,
            sink,
        };
        for receiver in self.receivers.iter_mut().flatten() {
            receiver.forward_sound(from, &sound, &publisher.recent_sound, &mut egress);
        }
        if let Some(level) = level {
            if let Some(speaker) = self.speaker.heard(from, level, now) {
                self.outputs.push(RoomOutput::Speaking(Some(speaker)));
            }
            self.timers.set(Timer::Silence, self.speaker.next());
        }
    }
}

/// The index of a packet that goes on; counts one that does not.
pub(super) fn index_of(arrival: Arrival, drops: &mut Drops) -> Option<u64> {
    match arrival {
        Arrival::Newest { index, .. } | Arrival::Late { index } | Arrival::Restart { index } => {
            return Some(index);
        }
        Arrival::Duplicate => drops.duplicate += 1,
        Arrival::TooOld => drops.late += 1,
        Arrival::Jump => drops.jump += 1,
    }
    None
}
