//! The way of packets to the room: they get lost, overtake each other, come twice.

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
}

impl Network {
    pub(super) fn send(&mut self, sent: &Sent, tick: u64, random: &mut Random) {
        if random.one_in(20) {
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
                due: tick + delay,
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
