//! A receiver on a network: counts what comes, asks for what is missing, and remembers when what came.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use ids::Seat;
use rtc_rtcp::{
    packet::{self, Packet},
    payload_feedbacks::picture_loss_indication::PictureLossIndication,
    transport_feedbacks::transport_layer_nack::{
        TransportLayerNack, nack_pairs_from_sequence_numbers,
    },
};
use rtc_rtp::Packet as RtpPacket;
use sfu_core::Session;

use super::{Got, Kind, camera::FRAME_PACKETS, session};

/// A missing packet is asked for after this, and again.
const NACK_AFTER: Duration = Duration::from_millis(10);
const NACK_AGAIN: Duration = Duration::from_millis(110);
const NACK_TRIES: u32 = 10;
/// A key frame that did not come is asked for again after this.
const PLI_AGAIN: Duration = Duration::from_millis(300);

/// A packet that came on a line.
#[derive(Clone)]
struct Came {
    at: Instant,
    got: Got,
}

#[derive(Default)]
struct Line {
    newest: Option<i64>,
    came: BTreeMap<i64, Came>,
    /// When each missing packet is asked for next, and how often it was.
    missing: BTreeMap<i64, (Instant, u32)>,
    /// Something is lost for good: a key frame is asked for, first or again at that time.
    broken: Option<Instant>,
}

impl Line {
    fn take(&mut self, got: Got, at: Instant) {
        let sequence = got.sequence();
        let index = self.newest.map_or(i64::from(sequence), |newest| {
            newest + i64::from(sequence.wrapping_sub(newest as u16).cast_signed())
        });
        for missing in self.newest.map_or(index, |newest| newest + 1)..index {
            self.missing.insert(missing, (at + NACK_AFTER, 0));
        }
        self.newest = self.newest.max(Some(index));
        if got.what() == 'K' && got.picture().starts {
            self.broken = None;
            self.missing = self.missing.split_off(&index);
        }
        self.missing.remove(&index);
        self.came.entry(index).or_insert(Came { at, got });
    }
}

/// How many redundant blocks a payload of redundant audio holds.
fn blocks_before(payload: &[u8]) -> i64 {
    let headers = payload.iter().step_by(4);
    i64::try_from(headers.take_while(|first| **first & 0x80 != 0).count()).unwrap()
}

/// A frame that can be shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub(crate) at: Instant,
    pub(crate) layer: u8,
}

pub(crate) struct Watcher {
    session: Session,
    kind: Kind,
    started: Instant,
    lines: BTreeMap<u32, Line>,
    /// By transport-wide number: when it came.
    numbers: BTreeMap<i64, Instant>,
    newest_number: Option<i64>,
    reported: i64,
    counter: u8,
    pub(crate) bytes: Vec<(Instant, usize)>,
}

impl Watcher {
    pub(crate) fn new(seat: Seat, kind: Kind, now: Instant) -> Self {
        Self {
            session: session(seat, kind),
            kind,
            started: now,
            lines: BTreeMap::new(),
            numbers: BTreeMap::new(),
            newest_number: None,
            reported: 0,
            counter: 0,
            bytes: Vec::new(),
        }
    }

    pub(crate) fn receive(&mut self, packet: RtpPacket, bytes: Vec<u8>, now: Instant) {
        self.bytes.push((now, bytes.len()));
        let id = self.kind.extensions().transport_cc.unwrap();
        if let Some(number) = packet.header.get_extension(id) {
            let number = u16::from_be_bytes(number[..].try_into().unwrap());
            let index = self.newest_number.map_or(i64::from(number), |newest| {
                newest + i64::from(number.wrapping_sub(newest as u16).cast_signed())
            });
            self.newest_number = self.newest_number.max(Some(index));
            self.numbers.entry(index).or_insert(now);
        }
        if packet.header.padding {
            return;
        }
        let ssrc = packet.header.ssrc;
        let mut got = Got { packet, bytes };
        let repaired = self
            .session
            .video_receivers
            .iter()
            .find(|line| line.rtx_ssrc == Some(ssrc))
            .map(|line| line.ssrc);
        if let Some(media) = repaired {
            let payload = got.packet.payload.split_off(2);
            let original = [got.packet.payload[0], got.packet.payload[1]];
            got.packet.header.sequence_number = u16::from_be_bytes(original);
            got.packet.payload = payload;
            self.lines.entry(media).or_default().take(got, now);
        } else {
            self.lines.entry(ssrc).or_default().take(got, now);
        }
    }

    /// Feedback about what came since the last, in plain vectors of large times.
    pub(crate) fn feedback(&mut self) -> Option<Vec<u8>> {
        let newest = self.newest_number?;
        let first = self
            .numbers
            .range(self.reported + 1..)
            .next()
            .map(|(index, _)| *index)?;
        let base = if self.reported == 0 {
            first
        } else {
            self.reported + 1
        };
        let ticks = |at: Instant| (at - self.started).as_micros() as i64 / 250;
        let reference = ticks(self.numbers[&first]) / 256;
        let mut before = reference * 256;
        let (mut symbols, mut times) = (Vec::new(), Vec::new());
        for index in base..=newest {
            match self.numbers.get(&index) {
                Some(at) => {
                    symbols.push(2_u16);
                    times.extend(((ticks(*at) - before) as i16).to_be_bytes());
                    before = ticks(*at);
                }
                None => symbols.push(0),
            }
        }
        self.reported = newest;
        let mut control = (base as u16).to_be_bytes().to_vec();
        control.extend((symbols.len() as u16).to_be_bytes());
        control.extend(&(reference as u32).to_be_bytes()[1..]);
        control.push(self.counter);
        self.counter = self.counter.wrapping_add(1);
        for pairs in symbols.chunks(7) {
            let bits = |at: usize| pairs.get(at).copied().unwrap_or(0);
            let chunk = 0xc000 | (0..7).fold(0, |all, at| all << 2 | bits(at));
            control.extend(chunk.to_be_bytes());
        }
        control.extend(times);
        let padding = control.len().wrapping_neg() % 4;
        control.extend(vec![0; padding]);
        let mut bytes = vec![0x8f, 205];
        bytes.extend((2 + control.len() as u16 / 4).to_be_bytes());
        bytes.extend([0, 0, 0, 1, 0, 0, 0, 2]);
        bytes.extend(control);
        Some(bytes)
    }

    /// Requests for what is missing of pictures, and of sound where that is agreed.
    pub(crate) fn requests(&mut self, now: Instant) -> Vec<Vec<u8>> {
        let mut requests = Vec::new();
        for (ssrc, line) in &mut self.lines {
            let is_sound = self.session.audio_receivers.iter().any(|l| l.ssrc == *ssrc);
            if is_sound {
                continue;
            }
            let before = line.missing.len();
            line.missing.retain(|_, (_, tries)| *tries < NACK_TRIES);
            if line.missing.len() < before {
                line.broken.get_or_insert(now);
            }
            if line.broken.is_some_and(|at| at <= now) {
                line.broken = Some(now + PLI_AGAIN);
                let loss: Box<dyn Packet> = Box::new(PictureLossIndication {
                    sender_ssrc: 1,
                    media_ssrc: *ssrc,
                });
                requests.push(packet::marshal(&[loss]).unwrap().to_vec());
            }
            let mut due = Vec::new();
            for (index, (at, tries)) in &mut line.missing {
                if *at <= now {
                    *at = now + NACK_AGAIN;
                    *tries += 1;
                    due.push(*index as u16);
                }
            }
            if !due.is_empty() {
                let nack: Box<dyn Packet> = Box::new(TransportLayerNack {
                    sender_ssrc: 1,
                    media_ssrc: *ssrc,
                    nacks: nack_pairs_from_sequence_numbers(&due),
                });
                requests.push(packet::marshal(&[nack]).unwrap().to_vec());
            }
        }
        requests
    }

    /// The frames of a line that can be shown: whole, from a key frame on without a gap.
    pub(crate) fn shown(&self, line: usize) -> Vec<Shown> {
        let ssrc = self.session.video_receivers[line].ssrc;
        let mut shown: Vec<Shown> = Vec::new();
        let Some(line) = self.lines.get(&ssrc) else {
            return shown;
        };
        let mut last: Option<(i64, Instant)> = None;
        for (index, came) in &line.came {
            let picture = came.got.picture();
            if !picture.starts {
                continue;
            }
            let end = index + i64::from(FRAME_PACKETS) - 1;
            let parts: Vec<&Came> = line
                .came
                .range(index..=&end)
                .map(|(_, came)| came)
                .collect();
            if parts.len() < usize::from(FRAME_PACKETS) {
                continue;
            }
            let whole = parts.iter().map(|came| came.at).max().unwrap();
            let follows = last.filter(|(before, _)| before + 1 == *index);
            let at = match follows {
                Some((_, before)) => whole.max(before),
                None if picture.key => whole,
                None => continue,
            };
            last = Some((end, at));
            let layer = came.got.layer();
            shown.push(Shown { at, layer });
        }
        shown
    }

    /// How many pieces of a line's sound of that time were there at most `patience` after the first
    /// that came after them, and how many there should have been.
    pub(crate) fn sound(
        &self,
        line: usize,
        from: Instant,
        until: Instant,
        patience: Duration,
    ) -> (usize, usize) {
        let ssrc = self.session.audio_receivers[line].ssrc;
        let line = &self.lines[&ssrc];
        let all = line
            .came
            .iter()
            .filter(|(_, came)| (from..until).contains(&came.at));
        let (first, last) = all.fold((i64::MAX, i64::MIN), |(first, last), (index, _)| {
            (first.min(*index), last.max(*index))
        });
        let red = self.kind.payloads().red;
        let there = |index: &i64| {
            let after = line.came.range(index + 1..).map(|(_, came)| came.at).min();
            let in_time = |at: Instant| after.is_none_or(|after| at <= after + patience);
            let itself = line.came.get(index).is_some_and(|came| in_time(came.at));
            let redundant = line.came.range(index + 1..=index + 4).any(|(later, came)| {
                Some(came.got.packet.header.payload_type) == red
                    && in_time(came.at)
                    && blocks_before(&came.got.packet.payload) >= later - index
            });
            itself || redundant
        };
        let count = (first..=last).filter(there).count();
        (count, usize::try_from(last - first + 1).unwrap_or_default())
    }
}
