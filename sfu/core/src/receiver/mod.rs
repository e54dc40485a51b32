//! What a participant gets: a line of sound and one of the picture for every other seat.

mod allocation;
mod answered;
mod bandwidth;
mod continuity;
mod line;
mod outgoing;
mod picture;
mod resend_budget;
mod sound;

use std::time::{Duration, Instant};

use ids::Seat;

pub(crate) use allocation::{Demand, LayerView};
pub(crate) use line::{PictureLine, SoundLine};
pub(crate) use outgoing::Egress;
pub(crate) use picture::{PicturePacket, Verdict};
pub(crate) use sound::SoundPacket;

use crate::{
    codec::{Codec, red, vp8},
    publisher::{Layer, PacketStore, RecentSound, SOUND_HEAD_MAX},
    rtp::{Header, low_16},
    session::{Payloads, Session},
    sink::PacketSink,
    tile::SeatSet,
};
use bandwidth::{Bandwidth, Carried, OVERHEAD};
use outgoing::Outgoing;
use picture::Numbers;
use resend_budget::ResendBudget;

/// What reports and feedback cost, bit/s.
const CONTROL: u64 = 12_000;
/// More than this lost at any rate makes redundancy worth its cost, thousandths.
const LOSSY: u64 = 30;
/// More than this makes more redundancy than publishers send worth its cost, thousandths.
const VERY_LOSSY: u64 = 100;

/// The lines of one participant.
#[derive(Debug)]
pub(crate) struct Receiver {
    /// The transport has its keys.
    pub(crate) connected: bool,
    payloads: Payloads,
    /// The SSRC under which we report and ask.
    pub(crate) report_ssrc: u32,
    /// By the seat that is heard.
    pub(crate) sounds: [Option<SoundLine>; Seat::COUNT],
    /// By the seat that is seen.
    pub(crate) pictures: [Option<PictureLine>; Seat::COUNT],
    /// Whose pictures are withheld, as it was told.
    pub(crate) paused: SeatSet,
    /// It gets sound without redundancy.
    pub(crate) plain_sound: bool,
    /// It gets sound with more redundancy than publishers send.
    deep_sound: bool,
    pub(crate) out: Outgoing,
    resend_budget: ResendBudget,
    /// As its reports tell.
    pub(crate) round_trip: Option<Duration>,
    /// As its handshake told.
    pub(crate) handshake_round_trip: Option<Duration>,
}

impl Receiver {
    pub(crate) fn new(seat: Seat, session: &Session, now: Instant) -> Self {
        let mut sounds = [const { None }; Seat::COUNT];
        let mut pictures = [const { None }; Seat::COUNT];
        for (line, other) in seat.others().enumerate() {
            sounds[other.index()] = session.audio_receivers.get(line).map(SoundLine::new);
            pictures[other.index()] = session.video_receivers.get(line).map(PictureLine::new);
        }
        let first_line = session
            .audio_receivers
            .iter()
            .chain(&session.video_receivers)
            .next();
        let can_probe = session
            .video_receivers
            .iter()
            .any(|line| line.rtx_ssrc.is_some())
            && padding_type(&session.payloads).is_some();
        let counts = session.extensions.transport_cc.is_some();
        let bandwidth = Bandwidth::new(counts, can_probe, now);
        Self {
            connected: false,
            payloads: session.payloads,
            report_ssrc: first_line.map_or(1, |line| line.ssrc),
            sounds,
            pictures,
            paused: SeatSet::default(),
            plain_sound: false,
            deep_sound: false,
            out: Outgoing::new(seat, session.extensions, bandwidth),
            resend_budget: ResendBudget::default(),
            round_trip: None,
            handshake_round_trip: None,
        }
    }

    pub(crate) fn sent_at(&self) -> Option<Instant> {
        self.out.sent_at()
    }

    /// The way to the participant is another one from now on.
    pub(crate) fn rerouted(&mut self, now: Instant) {
        self.round_trip = None;
        self.handshake_round_trip = None;
        self.out.bandwidth.rerouted(now);
    }

    /// Notes a round trip, smoothed as in RFC 6298 section 2.
    pub(crate) fn note_round_trip(&mut self, measured: Option<Duration>) {
        if let Some(measured) = measured {
            let smoothed = |rtt: Duration| (rtt * 7 + measured) / 8;
            self.round_trip = Some(self.round_trip.map_or(measured, smoothed));
        }
    }

    /// Shares out what the network carries. `sound`: what the sound of all costs, bit/s, with
    /// redundancy and without.
    pub(crate) fn allocate(&mut self, demands: &mut [Demand], sound: [u64; 2], now: Instant) {
        let bandwidth = &mut self.out.bandwidth;
        let estimate = bandwidth.estimate(now);
        let limited = bandwidth.is_limited() && !bandwidth.is_on_trial();
        let [redundant, plain] = sound;
        if let Some(estimate) = estimate {
            // Where packets get lost anyway redundancy is worth more than a picture.
            let lossy = bandwidth.own_loss() > LOSSY;
            let deep = redundant + 3 * plain;
            self.deep_sound = bandwidth.own_loss() > VERY_LOSSY && estimate > deep * 2;
            let room = if self.plain_sound {
                redundant * 3 / 2 + CONTROL
            } else {
                redundant * 11 / 10 + CONTROL
            };
            self.plain_sound = limited && !lossy && estimate < room;
        }
        let sound = match (self.plain_sound, self.deep_sound) {
            (true, _) => plain,
            (false, true) => redundant + plain,
            (false, false) => redundant,
        };
        let sound = sound + CONTROL;
        let budget = estimate.map(|estimate| {
            let media = estimate * bandwidth.share() / 1_000;
            media.saturating_sub(sound)
        });
        let spent = allocation::allocate(demands, budget, limited);
        let poor = demands.iter().any(Demand::is_withheld);
        bandwidth.want(sound + spent.wanted, poor);
    }

    /// The seat whose picture the line with `ssrc` carries.
    pub(crate) fn seen_on(&self, ssrc: u32) -> Option<Seat> {
        let on = |seat: &Seat| {
            self.pictures[seat.index()]
                .as_ref()
                .is_some_and(|picture| picture.line.ssrc == ssrc)
        };
        Seat::ALL.into_iter().find(on)
    }

    /// The seat whose sound the line with `ssrc` carries.
    pub(crate) fn heard_on(&self, ssrc: u32) -> Option<Seat> {
        let on = |seat: &Seat| {
            self.sounds[seat.index()]
                .as_ref()
                .is_some_and(|sound| sound.line.ssrc == ssrc)
        };
        Seat::ALL.into_iter().find(on)
    }

    /// Another participant has left, or has come anew.
    pub(crate) fn publisher_left(&mut self, from: Seat) {
        if let Some(sound) = &mut self.sounds[from.index()] {
            sound.forwarder.publisher_left();
        }
        if let Some(picture) = &mut self.pictures[from.index()] {
            picture.forwarder.publisher_left();
            picture.chosen = None;
        }
    }

    /// Forwards a packet of sound.
    pub(crate) fn forward_sound(
        &mut self,
        from: Seat,
        packet: &SoundPacket<'_>,
        recent: &RecentSound,
        egress: &mut Egress<'_, impl PacketSink>,
    ) {
        let Some(sound) = self.sounds[from.index()]
            .as_mut()
            .filter(|_| self.connected)
        else {
            return;
        };
        let Some(opus) = self.payloads.opus else {
            egress.stats.dropped.codec += 1;
            return;
        };
        let mut headers = [0; red::HEADERS_MAX];
        let mut deep = [0; SOUND_HEAD_MAX];
        let red = self.payloads.red.filter(|_| !self.plain_sound);
        let (payload_type, head, tail) = match (packet.blocks, red) {
            (Some(blocks), Some(red)) => {
                (red, blocks.write_headers(opus, &mut headers), blocks.data)
            }
            (Some(blocks), None) => (opus, &[][..], blocks.newest),
            (None, _) => (opus, &[][..], packet.payload),
        };
        let newest = packet.blocks.map_or(packet.payload, |blocks| blocks.newest);
        let deep = red.filter(|_| self.deep_sound).and_then(|red| {
            let before = recent.write_before(packet.timestamp, opus, &mut deep)?;
            Some((red, before, newest))
        });
        let (payload_type, head, tail) = deep.unwrap_or((payload_type, head, tail));
        let Some((index, timestamp)) = sound.forwarder.admit(packet, egress.now) else {
            egress.stats.dropped.late += 1;
            return;
        };
        sound.line.count(head.len() + tail.len());
        let header = Header {
            marker: packet.marker,
            padding: false,
            payload_type,
            sequence: low_16(index),
            timestamp,
            ssrc: sound.line.ssrc,
            mid: sound.line.mid,
            audio_level: packet.level,
            transport_cc: self.out.number(),
        };
        self.out.send(&header, head, tail, Carried::Other, egress);
    }

    /// Forwards a packet of the picture, if its layer is the one to get.
    pub(crate) fn forward_picture(
        &mut self,
        from: Seat,
        packet: &PicturePacket<'_>,
        layers: &[Layer],
        egress: &mut Egress<'_, impl PacketSink>,
    ) -> Option<Verdict> {
        let picture = self.pictures[from.index()]
            .as_mut()
            .filter(|_| self.connected)?;
        let Some(payload_type) = packet.codec.payload_type(&self.payloads) else {
            egress.stats.dropped.codec += 1;
            return None;
        };
        let before = picture.forwarder.current();
        let verdict = picture.forwarder.admit(packet, layers, egress.now);
        match verdict {
            Verdict::Forward {
                numbers, switched, ..
            } => {
                egress.stats.layer_switches += u64::from(switched);
                let up = switched && before < Some(packet.layer);
                egress.stats.layer_switches_up += u64::from(up);
                picture.line.count(packet.payload.len());
                let can_retransmit = picture.retransmissions.is_some()
                    && packet.codec.retransmission_type(&self.payloads).is_some();
                let transport_cc = if can_retransmit {
                    self.out.number()
                } else {
                    None
                };
                let header = picture.header(payload_type, packet.marker, numbers, transport_cc);
                let mut head = [0; vp8::DESCRIPTOR_MAX];
                let (head, tail) =
                    rewrite(packet.payload, packet.inspected.vp8, numbers, &mut head);
                let carried = picture.beginning.carried(from, numbers);
                self.out.send(&header, head, tail, carried, egress);
            }
            Verdict::AwaitKeyFrame => egress.stats.dropped.awaiting_key_frame += 1,
            Verdict::Late => egress.stats.dropped.late += 1,
            Verdict::OtherLayer => {}
        }
        Some(verdict)
    }

    /// Sends a packet of the picture again, with the numbers it had: as RTX (RFC 4588) where that was
    /// agreed, else the very same packet. The very same, to the bit: two packets under one number would
    /// break AES-GCM (RFC 7714 section 8.1), so where there is no RTX, packets carry no transport-wide
    /// number, which would differ.
    ///
    /// Returns `false` when the packet was sent and is gone from the store.
    pub(crate) fn resend(
        &mut self,
        from: Seat,
        sequence: u16,
        store: &PacketStore,
        egress: &mut Egress<'_, impl PacketSink>,
    ) -> bool {
        let Some(picture) = &mut self.pictures[from.index()] else {
            return true;
        };
        if picture
            .answered
            .is_under_way(sequence, self.round_trip, egress.now)
        {
            egress.stats.nacks_repeated += 1;
            return true;
        }
        let asked = picture.forwarder.find(sequence);
        let found = asked.and_then(|(layer, index)| {
            let stored = store.find(layer, index)?;
            let numbers = picture.forwarder.numbers(index, stored.timestamp)?;
            Some((stored, numbers, stored.codec.payload_type(&self.payloads)?))
        });
        let Some((stored, numbers, payload_type)) = found else {
            egress.stats.nacks_unanswered += 1;
            return asked.is_none_or(|(layer, index)| !store.is_gone(layer, index));
        };
        let estimate = self.out.bandwidth.estimate(egress.now);
        let bytes = stored.payload.len() + OVERHEAD;
        if !self.resend_budget.take(bytes, estimate, egress.now) {
            egress.stats.nacks_over_budget += 1;
            return true;
        }
        picture.answered.answer(sequence, egress.now);
        egress.stats.retransmitted += 1;
        let descriptor = match stored.codec {
            Codec::Vp8 => vp8::Descriptor::parse(stored.payload),
            Codec::H264 | Codec::Opus | Codec::Red => None,
        };
        let mut head = [0; vp8::DESCRIPTOR_MAX];
        let (head, tail) = rewrite(stored.payload, descriptor, numbers, &mut head);
        let mut header = picture.header(payload_type, stored.marker, numbers, None);
        let rtx = stored.codec.retransmission_type(&self.payloads);
        let Some((rtx, payload_type)) = picture.retransmissions.as_mut().zip(rtx) else {
            self.out.send(&header, head, tail, Carried::Other, egress);
            return true;
        };
        let carried = picture.beginning.carried(from, numbers);
        header.payload_type = payload_type;
        header.ssrc = rtx.ssrc;
        header.sequence = rtx.next_sequence;
        header.transport_cc = self.out.number();
        rtx.next_sequence = rtx.next_sequence.wrapping_add(1);
        let mut original = [0; 2 + vp8::DESCRIPTOR_MAX];
        original[..2].copy_from_slice(&sequence.to_be_bytes());
        original[2..2 + head.len()].copy_from_slice(head);
        self.out
            .send(&header, &original[..2 + head.len()], tail, carried, egress);
        true
    }

    /// Sends the padding of a probe that is due: packets without a payload on a stream of
    /// retransmissions, as senders there do when they ask the same.
    pub(crate) fn probe(&mut self, egress: &mut Egress<'_, impl PacketSink>) {
        let line = self
            .pictures
            .iter_mut()
            .flatten()
            .find_map(|picture| Some((picture.line.mid, picture.retransmissions.as_mut()?)));
        let Some(((mid, rtx), payload_type)) = line.zip(padding_type(&self.payloads)) else {
            return;
        };
        while let Some((length, begun)) = self.out.bandwidth.padding(egress.now) {
            egress.stats.probes_sent += u64::from(begun);
            let mut padding = [0; u8::MAX as usize];
            padding[usize::from(u8::MAX) - 1] = length;
            let header = Header {
                marker: false,
                padding: true,
                payload_type,
                sequence: rtx.next_sequence,
                timestamp: 0,
                ssrc: rtx.ssrc,
                mid,
                audio_level: None,
                transport_cc: self.out.number(),
            };
            rtx.next_sequence = rtx.next_sequence.wrapping_add(1);
            let padding = &padding[usize::from(u8::MAX - length)..];
            self.out.send(&header, &[], padding, Carried::Other, egress);
        }
    }
}

impl PictureLine {
    fn header(
        &self,
        payload_type: u8,
        marker: bool,
        numbers: Numbers,
        transport_cc: Option<u16>,
    ) -> Header {
        Header {
            marker,
            padding: false,
            payload_type,
            sequence: low_16(numbers.index),
            timestamp: numbers.timestamp,
            ssrc: self.line.ssrc,
            mid: self.line.mid,
            audio_level: None,
            transport_cc,
        }
    }
}

/// The payload type under which padding goes.
fn padding_type(payloads: &Payloads) -> Option<u8> {
    payloads.vp8_rtx.or(payloads.h264_rtx)
}

/// A payload as the receiver gets it: the part that changed, and the rest.
fn rewrite<'a>(
    payload: &'a [u8],
    descriptor: Option<vp8::Descriptor>,
    numbers: Numbers,
    head: &'a mut [u8; vp8::DESCRIPTOR_MAX],
) -> (&'a [u8], &'a [u8]) {
    match descriptor {
        Some(descriptor) => (
            descriptor.write_shifted(payload, numbers.shift, head),
            &payload[descriptor.length..],
        ),
        None => (&[], payload),
    }
}
