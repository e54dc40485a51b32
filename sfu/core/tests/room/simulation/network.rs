//! The way of packets to the room: they get lost, overtake each other, come twice; a participant's whole
//! way may be cut for a while, or hold what it carries.

use ids::Seat;

use crate::party::{Random, Shot};

/// A packet as it was sent, for the first time or again.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) from: Seat,
    /// How often the seat had been taken.
    pub(super) generation: u32,
    /// `None`: sound.
    pub(super) layer: Option<usize>,
    pub(super) bytes: Vec<u8>,
    /// What it carries.
    pub(super) shot: Shot,
}

struct Flying {
    due: u64,
    order: u64,
    sent: Sent,
}

#[derive(Default)]
pub(super) struct Network {
    flying: Vec<Flying>,
    /// By sender: until when all is lost, and until when nothing arrives.
    lost_until: [u64; Seat::COUNT],
    held_until: [u64; Seat::COUNT],
}

impl Network {
    /// Nothing that a seat sends before this step arrives.
    pub(super) fn lose_until(&mut self, from: Seat, tick: u64) {
        self.lost_until[from.index()] = tick;
    }

    /// What a seat sends arrives at this step at the earliest.
    pub(super) fn hold_until(&mut self, from: Seat, tick: u64) {
        self.held_until[from.index()] = tick;
    }

    /// Whether a seat's way carries anything now.
    pub(super) fn is_open(&self, from: Seat, tick: u64) -> bool {
        tick >= self.lost_until[from.index()].max(self.held_until[from.index()])
    }

    /// A seat's way is as good as everybody's.
    pub(super) fn renew(&mut self, from: Seat) {
        self.lost_until[from.index()] = 0;
        self.held_until[from.index()] = 0;
    }

    pub(super) fn send(&mut self, sent: &Sent, tick: u64, random: &mut Random) {
        if random.one_in(20) || tick < self.lost_until[sent.from.index()] {
            return;
        }
        let copies = if random.one_in(30) { 2 } else { 1 };
        for _ in 0..copies {
            let delay = if random.one_in(10) {
                random.below(5)
            } else {
                0
            };
            let order = if random.one_in(10) {
                random.below(100)
            } else {
                50
            };
            self.flying.push(Flying {
                due: (tick + delay).max(self.held_until[sent.from.index()]),
                order,
                sent: sent.clone(),
            });
        }
    }

    /// What has arrived by `tick`, in the order of arrival.
    pub(super) fn receive(&mut self, tick: u64) -> Vec<Sent> {
        self.flying.sort_by_key(|flying| (flying.due, flying.order));
        let later = self.flying.partition_point(|flying| flying.due <= tick);
        let arrived = self.flying.drain(..later);
        arrived.map(|flying| flying.sent).collect()
    }
}
