//! Whole calls from a seed, held against a small model of who must receive what.
//!
//! Participants of all kinds join, leave, come back as others. Their packets get lost, overtake each
//! other, come twice; losses are asked for on both sides and answered. The model knows nothing of
//! forwarding, only its contract:
//!
//! - sound: each packet that reached the room, once, from the first on that reached it after both sat;
//! - a picture of one layer: the same, from the first key frame's first packet on, and perhaps what
//!   follows that and had overtaken it;
//! - a picture of several layers: at any time one of them, each beginning with a key frame, and from
//!   there each packet of it that reached the room while it was forwarded; and nobody waits long for
//!   some layer;
//! - numbers: within a stretch of one layer as far apart as the publisher's, never used for two
//!   packets, picture ids and time never going back.

use std::collections::{BTreeMap, BTreeSet};

use ids::Seat;
use rtc_rtcp::{
    packet::{self, Packet},
    transport_feedbacks::transport_layer_nack::{
        NackPair, TransportLayerNack, nack_pairs_from_sequence_numbers,
    },
};

use testkit::seeds::{self, Told};

use crate::party::{Call, EVERYWHERE, Got, Kind, Random, SECOND, Shot, session};

/// Ten milliseconds each: who comes first has sat for a while when the last one leaves.
const STEPS: usize = 500;

/// How long a receiver may be without a picture of several layers, ten milliseconds each.
const PICTURE_WITHIN: u64 = 300;

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
struct Reached {
    /// How many had reached it before, of anybody's.
    order: u64,
    sequence: u16,
    content: Vec<u8>,
}

/// What a packet is, by its content.
struct Known {
    shot: Shot,
    kind: Kind,
}

/// A packet on its way to the room.
struct Flying {
    due: u64,
    order: u64,
    from: Seat,
    generation: u32,
    /// `None`: sound.
    layer: Option<usize>,
    bytes: Vec<u8>,
    shot: Shot,
}

struct Simulation {
    call: Call,
    random: Random,
    tick: u64,
    kinds: [Option<Kind>; Seat::COUNT],
    generations: [u32; Seat::COUNT],
    flying: Vec<Flying>,
    known: BTreeMap<Vec<u8>, Known>,
    /// By layer and number: what a publisher still has.
    sent: [BTreeMap<(Option<usize>, u16), Shot>; Seat::COUNT],
    /// By content: how many had reached the room before.
    reached: BTreeMap<Vec<u8>, u64>,
    /// By stream: who, layer and generation.
    pictures: BTreeMap<Vec<u8>, Vec<Reached>>,
    ways: [[Way; Seat::COUNT]; Seat::COUNT],
    /// By receiver: contents that must come.
    due: [BTreeSet<Vec<u8>>; Seat::COUNT],
    /// By receiver: contents that had overtaken the beginning of a picture, and may come.
    overtook: [BTreeSet<Vec<u8>>; Seat::COUNT],
    asked_at: [usize; Seat::COUNT],
    looked_at: [usize; Seat::COUNT],
}

impl Simulation {
    fn new(seed: u64) -> Self {
        Self {
            call: Call::new(),
            random: Random(seed),
            tick: 0,
            kinds: [None; Seat::COUNT],
            generations: [0; Seat::COUNT],
            flying: Vec::new(),
            known: BTreeMap::new(),
            sent: Default::default(),
            reached: BTreeMap::new(),
            pictures: BTreeMap::new(),
            ways: Default::default(),
            due: Default::default(),
            overtook: Default::default(),
            asked_at: [0; Seat::COUNT],
            looked_at: [0; Seat::COUNT],
        }
    }

    /// Ten milliseconds.
    fn step(&mut self) {
        self.tick += 1;
        self.call.pass(SECOND / 100);
        if self.random.one_in(1_000) {
            // The machine was suspended: time has gone on, and nothing came.
            self.call.now += SECOND * 3;
        }
        for seat in Seat::ALL {
            let taken = self.kinds[seat.index()].is_some();
            if self.random.one_in(if taken { 400 } else { 60 }) {
                // Sometimes in the place of whoever still sits there.
                if taken && self.random.one_in(2) {
                    self.leave(seat);
                } else {
                    self.join(seat);
                }
            }
            if self.kinds[seat.index()].is_some() {
                self.publish(seat);
                self.answer_requests(seat);
                self.ask_again(seat);
            }
        }
        self.deliver();
        for to in Seat::ALL {
            self.look(to);
        }
    }

    fn join(&mut self, seat: Seat) {
        self.leave(seat);
        self.generations[seat.index()] += 1;
        let kind = EVERYWHERE[usize::try_from(self.random.below(4)).unwrap()];
        self.kinds[seat.index()] = Some(kind);
        self.call
            .take_seat(seat, kind, self.generations[seat.index()]);
        self.call.camera(seat).filling = [0; 3];
        self.call.room.connected(seat, self.call.now);
    }

    fn leave(&mut self, seat: Seat) {
        self.check(seat);
        self.kinds[seat.index()] = None;
        self.call.leave(seat);
        self.call.inbox.rtp[seat.index()].clear();
        self.call.inbox.rtcp[seat.index()].clear();
        self.asked_at[seat.index()] = 0;
        self.looked_at[seat.index()] = 0;
        self.due[seat.index()].clear();
        self.overtook[seat.index()].clear();
        self.sent[seat.index()].clear();
        for other in Seat::ALL {
            self.ways[seat.index()][other.index()] = Way::default();
            self.ways[other.index()][seat.index()] = Way::default();
        }
    }

    fn publish(&mut self, from: Seat) {
        if self.tick.is_multiple_of(2) {
            let shot = self.call.camera(from).sound();
            self.sent[from.index()].insert((None, shot.sequence), shot.clone());
            self.send(from, None, &shot);
        }
        if self.tick.is_multiple_of(3) {
            for layer in 0..self.call.camera(from).layers() {
                let key = self.random.one_in(100);
                self.send_frame(from, layer, key);
            }
        }
    }

    fn send_frame(&mut self, from: Seat, layer: usize, key: bool) {
        for shot in self.call.camera(from).frame(layer, key) {
            self.sent[from.index()].insert((Some(layer), shot.sequence), shot.clone());
            self.send(from, Some(layer), &shot);
        }
    }

    /// Puts a packet on its way.
    fn send(&mut self, from: Seat, layer: Option<usize>, shot: &Shot) {
        let kind = self.kinds[from.index()].unwrap();
        self.known.insert(
            shot.content.clone(),
            Known {
                shot: shot.clone(),
                kind,
            },
        );
        self.fly(from, layer, &shot.bytes, shot);
    }

    fn fly(&mut self, from: Seat, layer: Option<usize>, bytes: &[u8], shot: &Shot) {
        if self.random.one_in(20) {
            return;
        }
        let copies = if self.random.one_in(30) { 2 } else { 1 };
        for _ in 0..copies {
            let delay = if self.random.one_in(10) {
                self.random.below(5)
            } else {
                0
            };
            self.flying.push(Flying {
                due: self.tick + delay,
                order: if self.random.one_in(10) {
                    self.random.below(100)
                } else {
                    50
                },
                from,
                generation: self.generations[from.index()],
                layer,
                bytes: bytes.to_vec(),
                shot: shot.clone(),
            });
        }
    }

    fn deliver(&mut self) {
        self.flying.sort_by_key(|flying| (flying.due, flying.order));
        let later = self
            .flying
            .partition_point(|flying| flying.due <= self.tick);
        for flying in self.flying.drain(..later).collect::<Vec<_>>() {
            // What an earlier transport sent can no longer be decrypted.
            let from = flying.from;
            if self.kinds[from.index()].is_none()
                || self.generations[from.index()] != flying.generation
            {
                continue;
            }
            if !self.reached.contains_key(&flying.shot.content) {
                self.note_reached(&flying);
                self.expect(&flying);
            }
            self.call.rtp(from, &flying.bytes);
        }
    }

    fn note_reached(&mut self, flying: &Flying) {
        let content = flying.shot.content.clone();
        let order = self.reached.len() as u64;
        self.reached.insert(content.clone(), order);
        if flying.layer.is_some() {
            let stream = self.pictures.entry(stream_of(&content)).or_default();
            stream.push(Reached {
                order,
                sequence: flying.shot.sequence,
                content,
            });
        }
    }

    /// Who must receive a packet that reaches the room for the first time.
    fn expect(&mut self, flying: &Flying) {
        let from = flying.from;
        let shot = &flying.shot;
        let simulcast = self.call.camera(from).layers() > 1;
        for to in from.others().filter(|to| self.kinds[to.index()].is_some()) {
            let way = &mut self.ways[to.index()][from.index()];
            let first = match flying.layer {
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

    /// A publisher answers what it is asked for.
    fn answer_requests(&mut self, from: Seat) {
        let key_frames = self.call.inbox.take_key_frame_requests(from);
        for layer in self.call.camera(from).asked(&key_frames) {
            self.send_frame(from, layer, true);
        }
        let asked: Vec<(u32, u16)> = self
            .call
            .inbox
            .reports::<TransportLayerNack>(from)
            .into_iter()
            .flat_map(|nack| {
                let all = nack.nacks.iter().flat_map(NackPair::packet_list);
                all.map(|sequence| (nack.media_ssrc, sequence))
            })
            .collect();
        self.call.inbox.rtcp[from.index()].clear();
        for (ssrc, sequence) in asked {
            let layer = self.call.camera(from).asked(&[ssrc]).first().copied();
            let shot = self.sent[from.index()][&(layer, sequence)].clone();
            let has_rtx = self.kinds[from.index()].unwrap().has_rtx();
            let bytes = match layer {
                Some(layer) if has_rtx => self.call.camera(from).again(layer, &shot),
                _ => shot.bytes.clone(),
            };
            self.fly(from, layer, &bytes, &shot);
        }
    }

    /// A receiver asks for some of what it has got, as if it had been lost.
    fn ask_again(&mut self, to: Seat) {
        let got = &self.call.inbox.rtp[to.index()];
        let new = &got[self.asked_at[to.index()].min(got.len())..];
        let lost: Vec<(u32, u16)> = new
            .iter()
            .filter(|got| got.what() != 'A')
            .filter(|_| self.random.one_in(40))
            .map(|got| (got.packet.header.ssrc, got.sequence()))
            .collect();
        self.asked_at[to.index()] = got.len();
        for (media_ssrc, sequence) in lost {
            let nacks = nack_pairs_from_sequence_numbers(&[sequence]);
            let nack: Box<dyn Packet> = Box::new(TransportLayerNack {
                sender_ssrc: 1,
                media_ssrc,
                nacks,
            });
            self.call.rtcp(to, &packet::marshal(&[nack]).unwrap());
        }
    }

    /// Nobody is long without the picture of someone who sends several layers.
    fn look(&mut self, to: Seat) {
        let got = &self.call.inbox.rtp[to.index()];
        let new = &got[self.looked_at[to.index()].min(got.len())..];
        let seen: BTreeSet<u8> = new
            .iter()
            .filter(|got| got.packet.payload.len() >= 50 && got.what() != 'A')
            .map(Got::from)
            .collect();
        self.looked_at[to.index()] = got.len();
        for from in to.others() {
            let both = self.kinds[to.index()].is_some()
                && self.kinds[from.index()].is_some_and(|kind| kind.rids().len() > 1);
            let way = &mut self.ways[to.index()][from.index()];
            if !both || seen.contains(&u8::from(from)) {
                way.without_picture = 0;
            } else {
                way.without_picture += 1;
            }
            let without = way.without_picture;
            assert!(
                without <= PICTURE_WITHIN,
                "{to} sees nothing of {from} for {without} steps"
            );
        }
    }

    /// Holds what a seat has got against the contract.
    fn check(&self, to: Seat) {
        let Some(kind) = self.kinds[to.index()] else {
            return;
        };
        let session = session(to, kind);
        let mut came = BTreeSet::new();
        for (line, from) in to.others().enumerate() {
            let sound = self.call.inbox.on(to, session.audio_receivers[line].ssrc);
            let picture = self.call.inbox.on(to, session.video_receivers[line].ssrc);
            self.check_line(from, &sound, &mut came);
            self.check_line(from, &picture, &mut came);
            self.check_pictures(&picture);
            if self.kinds[from.index()].is_some_and(|kind| kind.rids().len() > 1) {
                self.check_stretches(&picture);
            }
            if let Some(rtx) = session.video_receivers[line].rtx_ssrc {
                check_retransmissions(&self.call.inbox.on(to, rtx), &picture);
            }
        }
        let missing = self.due[to.index()].difference(&came).count();
        assert_eq!(missing, 0, "{missing} packets never came to {to}");
        let several_layers = |content: &Vec<u8>| {
            let known = &self.known[content];
            content[0] != b'A' && known.kind.rids().len() > 1
        };
        let overtook = |content: &Vec<u8>| self.overtook[to.index()].contains(content);
        let unexpected = came
            .difference(&self.due[to.index()])
            .find(|content| !several_layers(content) && !overtook(content));
        assert_eq!(unexpected, None, "{to} got what it should not");
    }

    /// One packet a number, and within a stretch of one stream numbers as far apart as they were.
    fn check_line(&self, from: Seat, got: &[&Got], came: &mut BTreeSet<Vec<u8>>) {
        let mut numbers: BTreeMap<u16, &[u8]> = BTreeMap::new();
        let mut shifts: BTreeMap<&[u8], BTreeSet<u16>> = BTreeMap::new();
        for got in got {
            assert_eq!(got.from(), u8::from(from));
            let known = self.known.get(got.content()).expect("somebody sent it");
            assert!(self.reached.contains_key(got.content()));
            let same = numbers.insert(got.sequence(), &got.bytes);
            assert!(
                same.is_none_or(|same| same == got.bytes),
                "two packets under one number"
            );
            assert!(
                came.insert(got.content().to_vec()) || same.is_some(),
                "one packet twice"
            );
            // What, who, layer and generation: one stream.
            let shift = got.sequence().wrapping_sub(known.shot.sequence);
            let stream = &got.content()[2..7];
            shifts.entry(stream).or_default().insert(shift);
        }
        let most = if got.iter().any(|got| got.what() != 'A') {
            usize::MAX
        } else {
            1
        };
        assert!(
            shifts.values().all(|shifts| shifts.len() <= most),
            "sound shifted: {shifts:?}"
        );
    }

    /// Within a stretch of one layer nothing is missing of what reached the room from its first packet
    /// on until its last: only what was lost on the way to the room leaves a gap, and so each frame
    /// rests on the key frame with which the stretch begins.
    fn check_stretches(&self, got: &[&Got]) {
        let mut stretches: Vec<Vec<&Got>> = Vec::new();
        for (_, got) in in_order(got) {
            match stretches.last_mut() {
                Some(stretch) if self.goes_on(stretch[0], got) => stretch.push(got),
                _ => stretches.push(vec![got]),
            }
        }
        for stretch in stretches {
            let first = &self.known[stretch[0].content()].shot;
            assert!(first.starts_key_frame);
            let orders = stretch.iter().map(|got| self.reached[got.content()]);
            let until = orders.max().unwrap();
            let since = self.reached[&first.content];
            let came: BTreeSet<&[u8]> = stretch.iter().map(|got| got.content()).collect();
            let due = self.pictures[&stream_of(&first.content)]
                .iter()
                .filter(|reached| (since..=until).contains(&reached.order))
                .filter(|reached| is_at_or_after(reached.sequence, first.sequence));
            for reached in due {
                assert!(
                    came.contains(&reached.content[..]),
                    "a gap that nobody caused"
                );
            }
        }
    }

    /// Whether both are of one stream under one numbering.
    fn goes_on(&self, first: &Got, later: &Got) -> bool {
        let shift = |got: &Got| {
            let sequence = self.known[got.content()].shot.sequence;
            got.sequence().wrapping_sub(sequence)
        };
        stream_of(first.content()) == stream_of(later.content()) && shift(first) == shift(later)
    }

    /// Layers change only where a key frame begins; ids and time go with the frames.
    fn check_pictures(&self, got: &[&Got]) {
        let sorted = in_order(got);
        for pair in sorted.windows(2) {
            let (before, after) = (pair[0].1, pair[1].1);
            let (first, second) = (before.picture(), after.picture());
            let ids = second.picture_id.wrapping_sub(first.picture_id) & 0x7fff;
            assert!(ids < 0x4000, "picture ids went back by {}", 0x8000 - ids);
            let time = after
                .timestamp()
                .wrapping_sub(before.timestamp())
                .cast_signed();
            assert!(
                (time == 0) == (ids == 0) && time >= 0,
                "{time} ticks in {ids} pictures"
            );
            if before.content()[2..7] != after.content()[2..7] {
                let known = &self.known[after.content()];
                assert!(known.shot.starts_key_frame && second.starts && second.key);
                assert_eq!(pair[1].0, pair[0].0 + 1, "a gap between two streams");
                assert_eq!(ids, 1);
            }
        }
    }
}

/// By number, each once, with how far it is from the first.
fn in_order<'a>(got: &[&'a Got]) -> Vec<(i64, &'a Got)> {
    let mut sorted: Vec<(i64, &Got)> = Vec::new();
    for got in got {
        let index = sorted.last().map_or(0, |(last, before)| {
            last + i64::from(got.sequence().wrapping_sub(before.sequence()).cast_signed())
        });
        sorted.push((index, got));
    }
    sorted.sort_by_key(|(index, _)| *index);
    sorted.dedup_by_key(|(index, _)| *index);
    sorted
}

/// Who, layer and generation, of a picture's content.
fn stream_of(content: &[u8]) -> Vec<u8> {
    content[1..7].to_vec()
}

/// Each carries what its original carried, under a number of its own.
fn check_retransmissions(again: &[&Got], originals: &[&Got]) {
    let mut numbers = BTreeSet::new();
    for rtx in again {
        assert!(
            numbers.insert(rtx.sequence()),
            "two retransmissions under one number"
        );
        let payload = &rtx.packet.payload;
        let original = u16::from_be_bytes([payload[0], payload[1]]);
        let original = originals.iter().find(|got| got.sequence() == original);
        let original = original.expect("only what was sent was asked for");
        assert_eq!(payload[2..], original.packet.payload[..]);
    }
}

fn is_at_or_after(sequence: u16, first: u16) -> bool {
    sequence.wrapping_sub(first).cast_signed() >= 0
}

fn call(seed: u64) {
    let _told = Told::of("a call", seed);
    let mut simulation = Simulation::new(seed);
    for _ in 0..STEPS {
        simulation.step();
    }
    for seat in Seat::ALL {
        simulation.check(seat);
    }
    let stats = simulation.call.room.stats();
    assert!(stats.packets_out > 0 && stats.dropped.malformed == 0);
    assert_eq!(
        stats.dropped.unknown_payload + stats.dropped.unknown_stream,
        0
    );
}

#[test]
fn everyone_receives_what_they_must_and_nothing_else() {
    for seed in seeds::or(0..600) {
        call(seed);
    }
}

#[test]
fn everyone_receives_what_they_must_and_nothing_else_in_as_many_calls_again() {
    for seed in seeds::or(600..1_200) {
        call(seed);
    }
}
