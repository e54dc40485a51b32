//! Whole calls from a seed, held against a small model of who must receive what.
//!
//! Participants of all kinds join, leave, come back as others. Their packets get lost, overtake each
//! other, come twice (`network`); losses are asked for on both sides and answered. Addresses change,
//! pages and sockets stand still, clocks are set (`trouble`), the server's machine is suspended, and
//! some calls come to their end. The `model` knows nothing of forwarding, only its contract
//! (`contract`).

mod contract;
mod model;
mod network;
mod trouble;

use std::{collections::BTreeSet, time::Instant};

use ids::Seat;
use rtc_rtcp::{
    packet::{self, Packet},
    sender_report::SenderReport,
    transport_feedbacks::transport_layer_nack::{
        NackPair, TransportLayerNack, nack_pairs_from_sequence_numbers,
    },
};
use testkit::seeds::{self, Told};

use self::{
    model::Model,
    network::{Network, Sent},
    trouble::Trouble,
};
use crate::party::{Call, EVERYWHERE, Got, MINUTE, Random, SECOND, Shot, session};

/// Ten milliseconds each: who comes first has sat for a while when the last one leaves.
const STEPS: u64 = 500;

/// A call that ends early does so within these steps.
const EARLY_ENDS: std::ops::Range<u64> = 350..450;

/// What happens in a call, and the call.
struct Simulation {
    told: Told,
    started: Instant,
    call: Call,
    random: Random,
    tick: u64,
    generations: [u32; Seat::COUNT],
    network: Network,
    troubles: [Trouble; Seat::COUNT],
    model: Model,
    asked_at: [usize; Seat::COUNT],
    looked_at: [usize; Seat::COUNT],
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let early = EARLY_ENDS.start + random.below(EARLY_ENDS.end - EARLY_ENDS.start);
        let lasts = if random.one_in(4) {
            SECOND / 100 * u32::try_from(early).unwrap()
        } else {
            30 * MINUTE
        };
        let call = Call::lasting(lasts);
        Self {
            told: Told::of("a call", seed),
            started: call.now,
            call,
            random,
            tick: 0,
            generations: [0; Seat::COUNT],
            network: Network::default(),
            troubles: Default::default(),
            model: Model::default(),
            asked_at: [0; Seat::COUNT],
            looked_at: [0; Seat::COUNT],
        }
    }

    /// Ten milliseconds.
    fn step(&mut self) {
        self.tick += 1;
        self.call.pass(SECOND / 100);
        for to in Seat::ALL {
            self.hear_times(to);
        }
        if self.random.one_in(1_000) {
            // The machine was suspended: time has gone on, and nothing came.
            self.call.now += SECOND * 3;
        }
        for seat in Seat::ALL {
            let taken = self.model.kind(seat).is_some();
            if self.random.one_in(if taken { 400 } else { 60 }) {
                // Sometimes in the place of whoever still sits there.
                if taken && self.random.one_in(2) {
                    self.leave(seat);
                } else {
                    self.join(seat);
                }
            }
            if self.model.kind(seat).is_some() {
                self.befall(seat);
                if !self.troubles[seat.index()].stands_still(self.tick) {
                    self.publish(seat);
                    self.tell_time(seat);
                    self.answer_requests(seat);
                    self.ask_again(seat);
                }
            }
        }
        self.deliver();
        for to in Seat::ALL {
            self.look(to);
        }
    }

    fn join(&mut self, seat: Seat) {
        self.leave(seat);
        self.told.tell(format!("step {}: {seat} joins", self.tick));
        self.generations[seat.index()] += 1;
        self.troubles[seat.index()] = Trouble::default();
        self.network.renew(seat);
        let kind = EVERYWHERE[usize::try_from(self.random.below(4)).unwrap()];
        self.model.sits(seat, kind);
        self.call
            .take_seat(seat, kind, self.generations[seat.index()]);
        self.call.camera(seat).filling = [0; 3];
        self.call.room.connected(seat, self.call.now);
    }

    fn leave(&mut self, seat: Seat) {
        self.model.check(seat, &self.call.inbox);
        self.model.leaves(seat);
        self.call.leave(seat);
        self.call.inbox.rtp[seat.index()].clear();
        self.call.inbox.rtcp[seat.index()].clear();
        self.asked_at[seat.index()] = 0;
        self.looked_at[seat.index()] = 0;
    }

    /// What befalls a participant beside loss, and what comes of it.
    fn befall(&mut self, seat: Seat) {
        let trouble = &mut self.troubles[seat.index()];
        let (network, random) = (&mut self.network, &mut self.random);
        if let Some(what) = trouble.befall(seat, self.tick, network, random) {
            self.told.tell(what);
        }
        if trouble.arrives.is_some_and(|at| at <= self.tick) {
            trouble.arrives = None;
            self.call.room.rerouted(seat, self.call.now);
        }
    }

    /// A participant reports what its clock shows, of each of its streams.
    fn tell_time(&mut self, from: Seat) {
        if !self.random.one_in(30) || !self.network.is_open(from, self.tick) {
            return;
        }
        let now = self.call.now;
        let ntp_time = self.troubles[from.index()].ntp(now - self.started);
        let times = self.call.camera(from).times();
        let reports: Vec<Box<dyn Packet>> = times
            .into_iter()
            .map(|(ssrc, rtp_time)| -> Box<dyn Packet> {
                Box::new(SenderReport {
                    ssrc,
                    ntp_time,
                    rtp_time,
                    ..Default::default()
                })
            })
            .collect();
        self.model.tells_time(from, ntp_time, now);
        self.call.rtcp(from, &packet::marshal(&reports).unwrap());
    }

    /// Receivers are told the publishers' time.
    fn hear_times(&mut self, to: Seat) {
        let times = self.call.inbox.take_times(to);
        let Some(kind) = self.model.kind(to) else {
            return;
        };
        let session = session(to, kind);
        for (line, from) in to.others().enumerate() {
            let lines = [
                &session.audio_receivers[line],
                &session.video_receivers[line],
            ];
            let ours = |ssrc| lines.iter().any(|line| line.ssrc == ssrc);
            for (_, ntp) in times.iter().filter(|(ssrc, _)| ours(*ssrc)) {
                self.model.is_told_time(from, *ntp, self.call.now);
            }
        }
    }

    fn publish(&mut self, from: Seat) {
        if self.tick.is_multiple_of(2) {
            let shot = self.call.camera(from).sound();
            self.send(from, None, shot);
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
            self.send(from, Some(layer), shot);
        }
    }

    /// Puts a packet on its way for the first time.
    fn send(&mut self, from: Seat, layer: Option<usize>, shot: Shot) {
        self.model.sends(from, layer, &shot);
        self.fly(from, layer, shot.bytes.clone(), shot);
    }

    fn fly(&mut self, from: Seat, layer: Option<usize>, bytes: Vec<u8>, shot: Shot) {
        let sent = Sent {
            from,
            generation: self.generations[from.index()],
            layer,
            bytes,
            shot,
        };
        self.network.send(&sent, self.tick, &mut self.random);
    }

    fn deliver(&mut self) {
        for sent in self.network.receive(self.tick) {
            // What an earlier transport sent can no longer be decrypted.
            let from = sent.from;
            if self.model.kind(from).is_some() && self.generations[from.index()] == sent.generation
            {
                if self.call.now < self.call.room.ends_at() {
                    self.model.reaches(&sent);
                }
                self.call.rtp(from, &sent.bytes);
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
            let shot = self.model.sent(from, layer, sequence);
            let has_rtx = self.model.kind(from).unwrap().has_rtx();
            let bytes = match layer {
                Some(layer) if has_rtx => self.call.camera(from).again(layer, &shot),
                _ => shot.bytes.clone(),
            };
            self.fly(from, layer, bytes, shot);
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

    /// Whose pictures have come to a receiver since it was last looked.
    fn look(&mut self, to: Seat) {
        let got = &self.call.inbox.rtp[to.index()];
        let new = &got[self.looked_at[to.index()].min(got.len())..];
        let seen: BTreeSet<u8> = new
            .iter()
            .filter(|got| got.packet.payload.len() >= 50 && got.what() != 'A')
            .map(Got::from)
            .collect();
        self.looked_at[to.index()] = got.len();
        let sends = |from: Seat| {
            !self.troubles[from.index()].stands_still(self.tick)
                && self.network.is_open(from, self.tick)
        };
        self.model.sees(to, &seen, sends);
    }

    /// The visit is over: who still sends, who joins and who would move the end changes nothing.
    fn go_on_after_the_end(&mut self) {
        let sent = |call: &Call| (call.room.stats().packets_out, call.room.stats().rtcp_out);
        let before = sent(&self.call);
        let later = self.call.now + MINUTE;
        self.call.room.set_ends_at(later, self.call.now);
        for seat in Seat::ALL {
            self.join(seat);
        }
        for _ in 0..20 {
            self.step();
        }
        assert_eq!(sent(&self.call), before, "something left after the end");
        assert_eq!(self.call.room.poll_timeout(), None);
    }
}

/// Whole calls: each is held to the model.
fn calls(seeds: impl Iterator<Item = u64>) {
    let (mut packets_out, mut times_told) = (0, 0);
    for seed in seeds {
        let simulation = simulated(seed);
        packets_out += simulation.call.room.stats().packets_out;
        times_told += simulation.model.times_told;
    }
    assert!(packets_out > 0 && times_told > 0);
}

/// A whole call; returns it as it stood at last.
fn simulated(seed: u64) -> Simulation {
    let mut simulation = Simulation::new(seed);
    while simulation.tick < STEPS && !simulation.call.room.has_ended() {
        simulation.step();
    }
    for seat in Seat::ALL {
        simulation.model.check(seat, &simulation.call.inbox);
    }
    if simulation.call.room.has_ended() {
        simulation.go_on_after_the_end();
    }
    let stats = simulation.call.room.stats();
    assert!(stats.packets_in > 0 && stats.dropped.malformed == 0);
    assert_eq!(
        stats.dropped.unknown_payload + stats.dropped.unknown_stream,
        0
    );
    simulation
}

#[test]
fn everyone_receives_what_they_must_and_nothing_else() {
    calls(seeds::or(0..600));
}

#[test]
fn everyone_receives_what_they_must_and_nothing_else_in_as_many_calls_again() {
    calls(seeds::or(600..1_200));
}

#[test]
fn a_seed_replays_to_the_last_byte() {
    let (first, again) = (simulated(7).call, simulated(7).call);
    assert_eq!(first.room.stats(), again.room.stats());
    for seat in Seat::ALL {
        let bytes = |call: &Call| -> Vec<Vec<u8>> {
            let got = call.inbox.rtp[seat.index()].iter();
            got.map(|got| got.bytes.clone()).collect()
        };
        assert_eq!(bytes(&first), bytes(&again));
    }
}
