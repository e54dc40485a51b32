//! Who sits where, what they sent, what of it reached the room, and who must receive it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Instant,
};

use ids::Seat;

use super::network::Sent;
use crate::party::{Kind, Shot};

/// How long a receiver may be without a picture of several layers that are sent, steps of ten milliseconds.
const PICTURE_WITHIN: u64 = 300;

/// So many of a seat's latest sender reports may be what others are told: two of each stream.
const TIMES_KEPT: usize = 8;

/// A report is looked at a step after it was sent, at most; as parts of NTP's second.
const TIME_WITHIN: u64 = (1 << 32) / 50;

/// One way between a publisher and a receiver.
#[derive(Default)]
struct Way {
    /// The publisher's first number that counts: of sound, and of a picture of one layer.
    sound_from: Option<u16>,
    picture_from: Option<u16>,
    /// Since when nothing of the publisher's picture has come, if both sit.
    without_picture: u64,
}

/// A packet of a picture that reached the room.
pub(super) struct Reached {
    /// How many had reached it before, of anybody's.
    pub(super) order: u64,
    pub(super) sequence: u16,
    pub(super) content: Vec<u8>,
}

/// What a packet is, by its content.
pub(super) struct Known {
    pub(super) shot: Shot,
    pub(super) kind: Kind,
}

#[derive(Default)]
pub(super) struct Model {
    kinds: [Option<Kind>; Seat::COUNT],
    pub(super) known: BTreeMap<Vec<u8>, Known>,
    /// By layer and number: what a publisher still has.
    sent: [BTreeMap<(Option<usize>, u16), Shot>; Seat::COUNT],
    /// By content: how many had reached the room before.
    pub(super) reached: BTreeMap<Vec<u8>, u64>,
    /// By stream: who, layer and generation.
    pub(super) pictures: BTreeMap<Vec<u8>, Vec<Reached>>,
    ways: [[Way; Seat::COUNT]; Seat::COUNT],
    /// By receiver: contents that must come.
    pub(super) due: [BTreeSet<Vec<u8>>; Seat::COUNT],
    /// By receiver: contents that had overtaken the beginning of a picture, and may come.
    pub(super) overtook: [BTreeSet<Vec<u8>>; Seat::COUNT],
    /// What each seat's clock showed when, newest last.
    times: [VecDeque<(u64, Instant)>; Seat::COUNT],
    /// How often somebody was told such a time.
    pub(super) times_told: u64,
}

impl Model {
    /// Who sits there, if anybody does.
    pub(super) fn kind(&self, seat: Seat) -> Option<Kind> {
        self.kinds[seat.index()]
    }

    /// Whether whoever sits there sends a picture of several layers.
    pub(super) fn has_layers(&self, seat: Seat) -> bool {
        self.kind(seat).is_some_and(|kind| kind.rids().len() > 1)
    }

    pub(super) fn sits(&mut self, seat: Seat, kind: Kind) {
        self.kinds[seat.index()] = Some(kind);
    }

    pub(super) fn leaves(&mut self, seat: Seat) {
        self.kinds[seat.index()] = None;
        self.due[seat.index()].clear();
        self.overtook[seat.index()].clear();
        self.sent[seat.index()].clear();
        for other in Seat::ALL {
            self.ways[seat.index()][other.index()] = Way::default();
            self.ways[other.index()][seat.index()] = Way::default();
        }
    }

    /// Somebody sends a packet for the first time.
    pub(super) fn sends(&mut self, from: Seat, layer: Option<usize>, shot: &Shot) {
        let known = Known {
            shot: shot.clone(),
            kind: self.kinds[from.index()].unwrap(),
        };
        self.known.insert(shot.content.clone(), known);
        self.sent[from.index()].insert((layer, shot.sequence), shot.clone());
    }

    /// What a publisher sent under a number.
    pub(super) fn sent(&self, from: Seat, layer: Option<usize>, sequence: u16) -> Shot {
        self.sent[from.index()][&(layer, sequence)].clone()
    }

    /// A packet reaches the room, perhaps not for the first time.
    pub(super) fn reaches(&mut self, sent: &Sent) {
        if !self.reached.contains_key(&sent.shot.content) {
            self.note_reached(sent);
            self.expect(sent);
        }
    }

    fn note_reached(&mut self, sent: &Sent) {
        let content = sent.shot.content.clone();
        let order = self.reached.len() as u64;
        self.reached.insert(content.clone(), order);
        if sent.layer.is_some() {
            let stream = self.pictures.entry(stream_of(&content)).or_default();
            stream.push(Reached {
                order,
                sequence: sent.shot.sequence,
                content,
            });
        }
    }

    /// Who must receive a packet that reaches the room for the first time.
    fn expect(&mut self, packet: &Sent) {
        let from = packet.from;
        let shot = &packet.shot;
        let simulcast = self.has_layers(from);
        for to in from.others().filter(|to| self.kinds[to.index()].is_some()) {
            let way = &mut self.ways[to.index()][from.index()];
            let first = match packet.layer {
                None => *way.sound_from.get_or_insert(shot.sequence),
                Some(_) if simulcast => continue,
                Some(_) => match way.picture_from {
                    Some(first) => first,
                    None if shot.starts_key_frame => {
                        let sent = self.sent[from.index()].values();
                        let follows = sent.filter(|other| {
                            is_at_or_after(other.sequence, shot.sequence)
                                && self.reached.contains_key(&other.content)
                        });
                        let follows = follows.map(|other| other.content.clone());
                        self.overtook[to.index()].extend(follows);
                        *way.picture_from.insert(shot.sequence)
                    }
                    None => continue,
                },
            };
            if is_at_or_after(shot.sequence, first) {
                self.due[to.index()].insert(shot.content.clone());
            }
        }
    }

    /// A seat's clock shows this.
    pub(super) fn tells_time(&mut self, from: Seat, ntp: u64, now: Instant) {
        let times = &mut self.times[from.index()];
        if times.len() == TIMES_KEPT {
            times.pop_front();
        }
        times.push_back((ntp, now));
    }

    /// A receiver is told what a seat's clock shows: what that seat said lately, and the time since.
    pub(super) fn is_told_time(&mut self, from: Seat, ntp: u64, now: Instant) {
        let agrees = |(said, at): &(u64, Instant)| {
            let since = now - *at;
            let parts = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
            let expected = said.wrapping_add(since.as_secs() << 32).wrapping_add(parts);
            expected.abs_diff(ntp) < TIME_WITHIN
        };
        assert!(
            self.times[from.index()].iter().any(agrees),
            "{from}'s time is told as {ntp:#x}, which it never said"
        );
        self.times_told += 1;
    }

    /// A step has passed, in which the pictures of `seen` came to a receiver. Nobody is long without the picture of
    /// someone who sends several layers; what nobody sends, nobody waits for.
    pub(super) fn sees(&mut self, to: Seat, seen: &BTreeSet<u8>, sends: impl Fn(Seat) -> bool) {
        for from in to.others() {
            let both = self.kinds[to.index()].is_some() && self.has_layers(from);
            let way = &mut self.ways[to.index()][from.index()];
            if !both || seen.contains(&u8::from(from)) {
                way.without_picture = 0;
            } else if sends(from) {
                way.without_picture += 1;
            }
            let without = way.without_picture;
            assert!(
                without <= PICTURE_WITHIN,
                "{to} sees nothing of {from} for {without} steps"
            );
        }
    }
}

/// Who, layer and generation, of a picture's content.
pub(super) fn stream_of(content: &[u8]) -> Vec<u8> {
    content[1..7].to_vec()
}

pub(super) fn is_at_or_after(sequence: u16, first: u16) -> bool {
    sequence.wrapping_sub(first).cast_signed() >= 0
}
