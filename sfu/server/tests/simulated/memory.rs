//! Once a call flows, media passes through the whole engine without an allocation: opened, forwarded,
//! sealed and laid out for sending.
//!
//! Only what the engine does with a packet of sound or picture is counted, up to the last datagram of the
//! send queue; what the clients and the network of the test do between is not. Feedback and the checks of
//! ICE, some a second, go through libraries that allocate.

use std::{net::SocketAddr, ops::Range, time::Duration};

use ids::Seat;
use sfu_server::SendQueue;
use sfu_transport::{Kind, classify};
use testkit::{
    allocations::{self, Counting},
    network::Conditions,
};

use crate::world::{World, visit};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// More than one datagram's consequences.
const SENT_BYTES: usize = 1024 * 1024;
const SENT_DATAGRAMS: usize = 4096;

/// What left the engine, in memory that is there before.
struct Sent {
    bytes: Vec<u8>,
    datagrams: Vec<(SocketAddr, Range<usize>)>,
}

impl Sent {
    fn take(&mut self, out: &mut SendQueue) {
        out.flush(|transmit| {
            for datagram in transmit.datagrams() {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(datagram);
                let range = start..self.bytes.len();
                self.datagrams.push((transmit.to.remote, range));
            }
        });
    }

    fn deliver(&mut self, world: &mut World) {
        for (to, range) in self.datagrams.drain(..) {
            let datagram = &self.bytes[range];
            world.network.send(world.server, to, datagram, world.now);
        }
        self.bytes.clear();
    }
}

/// A call whose engine is watched.
struct Watched {
    world: World,
    out: SendQueue,
    sent: Sent,
}

/// What was seen of media.
#[derive(Debug, Default)]
struct Seen {
    packets_in: u64,
    packets_out: usize,
    allocations: u64,
}

impl Watched {
    /// Lets the call go on, a millisecond at a time.
    fn flow(&mut self, time: Duration) -> Seen {
        let mut seen = Seen::default();
        let until = self.world.now + time;
        while self.world.now < until {
            self.world.now += Duration::from_millis(1);
            let now = self.world.now;
            while let Some(mut datagram) = self.world.network.receive(now) {
                if datagram.to == self.world.server {
                    self.take(datagram.from, &mut datagram.payload, &mut seen);
                    continue;
                }
                let mut clients = self.world.clients.values_mut();
                if let Some(client) = clients.find(|client| client.address == datagram.to) {
                    client.receive(datagram.from, &datagram.payload, now);
                }
            }
            let due = self.world.engine.poll_timeout();
            if due.is_some_and(|at| at <= now) {
                self.world.engine.handle_timeout(now, &mut self.out);
                self.sent.take(&mut self.out);
                self.sent.deliver(&mut self.world);
            }
            while self.world.engine.poll_event().is_some() {}
            let network = &mut self.world.network;
            for client in self.world.clients.values_mut() {
                let from = client.address;
                client.run(now, |to, payload| network.send(from, to, payload, now));
            }
        }
        seen
    }

    fn take(&mut self, from: SocketAddr, datagram: &mut [u8], seen: &mut Seen) {
        let is_media = classify(datagram) == Kind::Rtp;
        let before = allocations::on_this_thread();
        let engine = &mut self.world.engine;
        engine.handle_datagram(from, datagram, self.world.now, &mut self.out);
        self.sent.take(&mut self.out);
        if is_media {
            seen.allocations += allocations::on_this_thread() - before;
            seen.packets_in += 1;
            seen.packets_out += self.sent.datagrams.len();
        }
        self.sent.deliver(&mut self.world);
    }
}

#[test]
fn media_passes_through_the_engine_without_an_allocation() {
    let mut world = World::new(1, Conditions::GOOD);
    let ends_at = world.started + Duration::from_mins(10);
    for seat in Seat::ALL {
        let place = (visit(1), seat);
        world.join(place, ends_at).unwrap();
        world.run_until_connected(place, 1);
    }
    let mut watched = Watched {
        world,
        out: SendQueue::new(),
        sent: Sent {
            bytes: Vec::with_capacity(SENT_BYTES),
            datagrams: Vec::with_capacity(SENT_DATAGRAMS),
        },
    };
    // The memories of what was sent grow to their size.
    watched.flow(Duration::from_secs(30));
    let seen = watched.flow(Duration::from_secs(10));
    assert!(
        seen.packets_in > 3_000 && seen.packets_out > 9_000,
        "{seen:?}"
    );
    assert_eq!(seen.allocations, 0, "{seen:?}");
}
