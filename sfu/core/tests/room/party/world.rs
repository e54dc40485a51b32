//! A call whose participants have networks: publishers answer what they are asked for, receivers tell
//! what came. It replays from its seed.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use ids::Seat;
use rtc_rtcp::transport_feedbacks::transport_layer_nack::{NackPair, TransportLayerNack};
use rtc_rtp::Packet as RtpPacket;
use rtc_shared::marshal::Unmarshal;
use sfu_core::RoomOutput;

use super::{
    Call, Kind, Shot,
    link::{Conditions, Link, Random},
    watcher::Watcher,
};

/// What SRTP adds to a packet.
const TAG: usize = 16;

enum Up {
    Rtp {
        bytes: Vec<u8>,
        /// The layer of which a key frame begins with it.
        begins: Option<usize>,
    },
    Rtcp(Vec<u8>),
}

enum Down {
    Rtp(Vec<u8>),
    /// Key frames of these layers are asked for.
    KeyFrames(Vec<usize>),
    /// A lost packet, by its SSRC and number.
    Lost(u32, u16),
}

pub(crate) struct World {
    pub(crate) call: Call,
    random: Random,
    tick: u64,
    up: [Link<Up>; Seat::COUNT],
    down: [Link<Down>; Seat::COUNT],
    pub(crate) watchers: [Option<Watcher>; Seat::COUNT],
    /// Which layers each sends, and which of them need a key frame.
    active: [[bool; 3]; Seat::COUNT],
    key_due: [[bool; 3]; Seat::COUNT],
    sent: [BTreeMap<(Option<usize>, u16), Shot>; Seat::COUNT],
    /// Who sends sound alone.
    pub(crate) sound_only: [bool; Seat::COUNT],
    /// Publishers answer with key frames of those layers alone that were asked for.
    pub(crate) answers_as_asked: bool,
    /// When each publisher was asked for key frames, and of which layers.
    pub(crate) asked: [Vec<(Instant, Vec<usize>)>; Seat::COUNT],
    /// When such a request reached it.
    pub(crate) reached: [Vec<Instant>; Seat::COUNT],
    /// When a key frame of each publisher's reached the room, and of which layer.
    pub(crate) key_frames: [Vec<(Instant, usize)>; Seat::COUNT],
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            call: Call::new(),
            random: Random(seed),
            tick: 0,
            up: Seat::ALL.map(|_| Link::new()),
            down: Seat::ALL.map(|_| Link::new()),
            watchers: [const { None }; Seat::COUNT],
            active: [[true; 3]; Seat::COUNT],
            key_due: [[true; 3]; Seat::COUNT],
            sent: Default::default(),
            sound_only: [false; Seat::COUNT],
            answers_as_asked: false,
            asked: Default::default(),
            reached: Default::default(),
            key_frames: Default::default(),
        }
    }

    /// Everyone sits, and everyone but those in `bad` has a good network.
    pub(crate) fn of_four(seed: u64, bad: &[(Seat, Conditions)]) -> Self {
        let mut world = Self::new(seed);
        for (seat, conditions) in bad {
            world.set(*seat, *conditions);
        }
        for seat in Seat::ALL {
            world.join(seat);
        }
        world
    }

    pub(crate) fn join(&mut self, seat: Seat) {
        self.watchers[seat.index()] = Some(Watcher::new(seat, Kind::Chromium, self.call.now));
        self.call.take_seat(seat, Kind::Chromium, 0);
        let ways = [
            &self.up[seat.index()].conditions,
            &self.down[seat.index()].conditions,
        ];
        let round_trip = ways.map(|way| way.delay).iter().sum();
        self.call.room.note_handshake(seat, round_trip);
        self.call.connect(seat);
    }

    /// Changes a participant's network, both ways.
    pub(crate) fn set(&mut self, seat: Seat, conditions: Conditions) {
        self.up[seat.index()].conditions = conditions;
        self.down[seat.index()].conditions = conditions;
    }

    /// Changes only the way to a participant.
    pub(crate) fn set_down(&mut self, seat: Seat, conditions: Conditions) {
        self.down[seat.index()].conditions = conditions;
    }

    pub(crate) fn watcher(&self, seat: Seat) -> &Watcher {
        self.watchers[seat.index()].as_ref().unwrap()
    }

    pub(crate) fn run(&mut self, duration: Duration) {
        let until = self.call.now + duration;
        while self.call.now < until {
            self.step();
        }
    }

    /// One millisecond.
    fn step(&mut self) {
        self.tick += 1;
        self.call.pass(Duration::from_millis(1));
        for seat in Seat::ALL {
            if self.call.cameras[seat.index()].is_some() {
                self.publish(seat);
                self.ask(seat);
                self.arrive(seat);
            }
        }
        self.hand_over();
        for seat in Seat::ALL {
            self.deliver(seat);
        }
    }

    fn publish(&mut self, from: Seat) {
        let phase = self.tick + u64::from(u8::from(from)) * 5;
        if phase.is_multiple_of(20) {
            let shot = self.call.camera(from).sound();
            self.send(from, None, shot);
        }
        if phase.is_multiple_of(33) && !self.sound_only[from.index()] {
            for layer in 0..3 {
                if self.active[from.index()][layer] {
                    let key = std::mem::take(&mut self.key_due[from.index()][layer]);
                    for shot in self.call.camera(from).frame(layer, key) {
                        self.send(from, Some(layer), shot);
                    }
                }
            }
        }
    }

    fn send(&mut self, from: Seat, layer: Option<usize>, shot: Shot) {
        let bytes = shot.bytes.clone();
        let begins = layer.filter(|_| shot.starts_key_frame);
        self.sent[from.index()].insert((layer, shot.sequence), shot);
        self.go_up(from, Up::Rtp { bytes, begins });
    }

    fn go_up(&mut self, from: Seat, item: Up) {
        let (Up::Rtp { bytes, .. } | Up::Rtcp(bytes)) = &item;
        let length = bytes.len() + TAG;
        self.up[from.index()].send(item, length, self.call.now, &mut self.random);
    }

    /// What a receiver says.
    fn ask(&mut self, seat: Seat) {
        let Some(watcher) = &mut self.watchers[seat.index()] else {
            return;
        };
        let mut said = watcher.requests(self.call.now);
        if self.tick.is_multiple_of(50) {
            said.extend(watcher.feedback());
        }
        for bytes in said {
            self.go_up(seat, Up::Rtcp(bytes));
        }
    }

    fn arrive(&mut self, seat: Seat) {
        while let Some(item) = self.up[seat.index()].receive(self.call.now) {
            match item {
                Up::Rtp { bytes, begins } => {
                    let before = self.call.room.stats().key_frames;
                    self.call.rtp(seat, &bytes);
                    // What came already counts for nothing.
                    let begins = begins.filter(|_| self.call.room.stats().key_frames > before);
                    let now = self.call.now;
                    self.key_frames[seat.index()].extend(begins.map(|layer| (now, layer)));
                }
                Up::Rtcp(bytes) => self.call.rtcp(seat, &bytes),
            }
        }
    }

    /// What the room sent goes on its way, and what it said is done.
    fn hand_over(&mut self) {
        for to in Seat::ALL {
            let mut items = Vec::new();
            for got in self.call.inbox.rtp[to.index()].drain(..) {
                items.push((got.bytes.len(), Down::Rtp(got.bytes)));
            }
            for bytes in self.call.inbox.padding_bytes[to.index()].drain(..) {
                items.push((bytes.len(), Down::Rtp(bytes)));
            }
            for ssrcs in self.call.inbox.take_key_frame_compounds(to) {
                let layers = self.call.camera(to).asked(&ssrcs);
                assert_eq!(layers.len(), ssrcs.len(), "each layer is asked for once");
                self.asked[to.index()].push((self.call.now, layers.clone()));
                items.push((8 + 12 * ssrcs.len(), Down::KeyFrames(layers)));
            }
            for nack in self.call.inbox.reports::<TransportLayerNack>(to) {
                for sequence in nack.nacks.iter().flat_map(NackPair::packet_list) {
                    items.push((20, Down::Lost(nack.media_ssrc, sequence)));
                }
            }
            self.call.inbox.rtcp[to.index()].clear();
            self.call.inbox.padding[to.index()].clear();
            for (bytes, item) in items {
                self.down[to.index()].send(item, bytes + TAG, self.call.now, &mut self.random);
            }
        }
        for output in &self.call.pictures[self.call.pictures_done..] {
            if let RoomOutput::Encodings { seat, active } = output {
                for layer in 0..3 {
                    let was = std::mem::replace(
                        &mut self.active[seat.index()][layer],
                        active.contains(layer),
                    );
                    self.key_due[seat.index()][layer] |= !was;
                }
            }
        }
        self.call.pictures_done = self.call.pictures.len();
    }

    fn deliver(&mut self, to: Seat) {
        let now = self.call.now;
        while let Some(item) = self.down[to.index()].receive(now) {
            match item {
                Down::Rtp(bytes) => {
                    let packet = RtpPacket::unmarshal(&mut &bytes[..]).unwrap();
                    if let Some(watcher) = &mut self.watchers[to.index()] {
                        watcher.receive(packet, bytes, now);
                    }
                }
                Down::KeyFrames(layers) => {
                    self.reached[to.index()].push(now);
                    // Browsers' encoders answer with all layers.
                    let all = !self.answers_as_asked;
                    for (layer, due) in self.key_due[to.index()].iter_mut().enumerate() {
                        *due |= all || layers.contains(&layer);
                    }
                }
                Down::Lost(ssrc, sequence) => self.send_again(to, ssrc, sequence),
            }
        }
    }

    fn send_again(&mut self, from: Seat, ssrc: u32, sequence: u16) {
        let layer = self.call.camera(from).asked(&[ssrc]).first().copied();
        let Some(shot) = self.sent[from.index()].get(&(layer, sequence)).cloned() else {
            return;
        };
        let begins = layer.filter(|_| shot.starts_key_frame);
        let bytes = match layer {
            Some(layer) => self.call.camera(from).again(layer, &shot),
            None => shot.bytes,
        };
        self.go_up(from, Up::Rtp { bytes, begins });
    }
}
