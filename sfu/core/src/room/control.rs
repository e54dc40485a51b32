//! What participants report and ask for over RTCP.

use std::time::Instant;

use ids::Seat;

use super::Room;
use crate::{
    publisher::Wait,
    receiver::Egress,
    rtcp::{Compound, Feedback, Packet, ReportBlock},
    sink::PacketSink,
    timer::Timer,
};

/// No compound is longer, bytes: it comes in one datagram of an ordinary network.
const COMPOUND_MAX: usize = 1_500;
/// So much of one compound is answered: feedbacks, and pairs of generic NACKs. Browsers send less.
const FEEDBACKS_MAX: usize = 8;
const NACK_PAIRS_MAX: usize = 128;

impl Room {
    pub(super) fn handle_control(
        &mut self,
        from: Seat,
        compound: &[u8],
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        if self.receivers[from.index()].is_none() {
            self.stats.dropped.vacant_seat += 1;
            return;
        }
        if compound.len() > COMPOUND_MAX {
            self.stats.rtcp_malformed += 1;
            return;
        }
        self.connected(from, now);
        let (mut feedbacks, mut nack_pairs) = (FEEDBACKS_MAX, NACK_PAIRS_MAX);
        for packet in Compound::new(compound) {
            let Ok(packet) = packet else {
                self.stats.rtcp_malformed += 1;
                return;
            };
            match packet {
                Packet::SenderReport { ssrc, info, blocks } => {
                    if let Some(publisher) = &mut self.publishers[from.index()] {
                        publisher.report(ssrc, info, now);
                    }
                    self.handle_blocks(from, blocks, now);
                }
                Packet::ReceiverReport { blocks } => self.handle_blocks(from, blocks, now),
                Packet::Nack { media, pairs } => {
                    for [pair] in pairs.take(nack_pairs) {
                        nack_pairs -= 1;
                        self.handle_nack(from, media, pair, now, sink);
                    }
                }
                Packet::PictureLoss { media } => self.handle_picture_loss(from, media, now),
                Packet::FullIntra { entries } => {
                    for [media, _] in entries {
                        self.handle_picture_loss(from, media, now);
                    }
                }
                Packet::TransportFeedback(feedback) if feedbacks > 0 => {
                    feedbacks -= 1;
                    self.handle_feedback(from, &feedback, now, sink);
                }
                Packet::MaximumBitrate(bits_per_second) => {
                    if let Some(receiver) = &mut self.receivers[from.index()] {
                        receiver.out.bandwidth.stated(bits_per_second, now);
                    }
                    self.choose(from, now);
                    self.note_needs(now);
                }
                Packet::Goodbye { ssrcs } => {
                    if let Some(publisher) = &mut self.publishers[from.index()] {
                        for [ssrc] in ssrcs {
                            publisher.goodbye(ssrc);
                        }
                    }
                    self.select(now);
                }
                Packet::Description => {}
                Packet::TransportFeedback(_) | Packet::Unknown => self.stats.rtcp_ignored += 1,
            }
        }
    }

    /// Which numbered packets a receiver got, and when.
    fn handle_feedback(
        &mut self,
        from: Seat,
        feedback: &Feedback<'_>,
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        let Some(receiver) = &mut self.receivers[from.index()] else {
            return;
        };
        let told = receiver.out.bandwidth.feedback(feedback, now);
        self.stats.feedback_received += 1;
        self.stats.feedback_arrived += told.arrived;
        self.stats.feedback_lost += told.lost;
        let mut egress = Egress {
            now,
            stats: &mut self.stats,
            sink,
        };
        for (source, sequence) in told.lost_pictures() {
            if let Some(source) = Seat::ALL.get(usize::from(source))
                && let Some(publisher) = &self.publishers[source.index()]
            {
                receiver.resend(*source, sequence, &publisher.store, &mut egress);
            }
        }
        if let Some(at) = receiver.out.bandwidth.next() {
            self.timers.arm(Timer::Probe, at);
        }
        if told.changed {
            self.choose(from, now);
            self.note_needs(now);
        }
    }

    /// What a receiver says of the streams that it gets.
    fn handle_blocks(&mut self, from: Seat, blocks: impl Iterator<Item = [u32; 6]>, now: Instant) {
        let Some(receiver) = &mut self.receivers[from.index()] else {
            return;
        };
        let mut worst = None;
        for words in blocks {
            let block = ReportBlock::from_words(words);
            if let Some(source) = receiver.seen_on(block.ssrc) {
                let Some(picture) = &receiver.pictures[source.index()] else {
                    continue;
                };
                let round_trip = picture.line.round_trip(&block, now);
                if picture.forwarder.current().is_some() {
                    worst = worst.max(Some(block.fraction_lost));
                }
                receiver.note_round_trip(round_trip);
            } else if let Some(source) = receiver.heard_on(block.ssrc)
                && let Some(sound) = &receiver.sounds[source.index()]
            {
                let round_trip = sound.line.round_trip(&block, now);
                receiver.note_round_trip(round_trip);
            }
        }
        if let Some(worst) = worst {
            receiver.out.bandwidth.report(worst, now);
            self.choose(from, now);
            self.note_needs(now);
        }
    }

    /// A pair of a generic NACK: a number, and 16 bits for those after it (RFC 4585 section 6.2.1).
    fn handle_nack(
        &mut self,
        from: Seat,
        media: u32,
        pair: u32,
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        let [p0, p1, b0, b1] = pair.to_be_bytes();
        let (first, others) = (u16::from_be_bytes([p0, p1]), u16::from_be_bytes([b0, b1]));
        let asked = 1 + u64::from(others.count_ones());
        self.stats.nacks_received += asked;
        let Some(receiver) = &mut self.receivers[from.index()] else {
            return;
        };
        let source = receiver.seen_on(media);
        let Some((source, publisher)) =
            source.and_then(|seat| Some((seat, self.publishers[seat.index()].as_mut()?)))
        else {
            self.stats.nacks_unanswered += asked;
            return;
        };
        let mut egress = Egress {
            now,
            stats: &mut self.stats,
            sink,
        };
        let others = (0..16).filter(|after| others & (1 << after) != 0);
        let others = others.map(|after: u16| first.wrapping_add(after + 1));
        for sequence in std::iter::once(first).chain(others) {
            if !receiver.resend(source, sequence, &publisher.store, &mut egress) {
                publisher.store.miss();
            }
        }
    }

    fn handle_picture_loss(&mut self, from: Seat, media: u32, now: Instant) {
        self.stats.key_frame_requests_received += 1;
        let Some(receiver) = &self.receivers[from.index()] else {
            return;
        };
        let Some(source) = receiver.seen_on(media) else {
            return;
        };
        let picture = receiver.pictures[source.index()].as_ref();
        let layer =
            picture.and_then(|picture| picture.forwarder.current().or(picture.forwarder.target()));
        let begun = picture.is_some_and(|picture| picture.forwarder.current().is_some());
        let Some((layer, publisher)) = layer.zip(self.publishers[source.index()].as_ref()) else {
            return;
        };
        let newest = publisher
            .layers
            .get(layer)
            .and_then(|layer| layer.stream.newest_place());
        let wait = newest.filter(|_| begun).map_or(Wait::ToBegin, Wait::ToGoOn);
        self.want_key_frame(source, layer, wait, now);
    }
}
