//! One visit tries to hear another.

use std::{net::SocketAddr, time::Duration};

use ids::Seat;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sfu_server::{MediaSessionId, SendQueue, Tile};
use testkit::network::Conditions;

use crate::{
    altered, is_rtp,
    world::{World, seat, visit},
};

#[test]
fn whatever_one_visit_asks_for_or_sends_it_gets_no_packet_of_another() {
    let seed = 26;
    let mut rng = StdRng::seed_from_u64(seed);
    let mut world = World::new(seed, Conditions::GOOD);
    let (ours, theirs) = (visit(1), visit(2));
    let ends_at = world.started + Duration::from_mins(5);
    let places = [
        (ours, seat(0)),
        (ours, seat(1)),
        (theirs, seat(2)),
        (theirs, seat(3)),
    ];
    for place in places {
        world.join(place, ends_at).unwrap();
        world.run_until_connected(place, 1);
    }
    for client in world.clients.values_mut() {
        client.heard.clear();
    }
    let addresses: Vec<SocketAddr> = places.map(World::address).to_vec();
    let mut nothing = SendQueue::new();
    let until = world.now + Duration::from_secs(5);
    world.run_until(until, |world, from, datagram| {
        // Subscriptions with any visit, seat and session.
        let visit = *[ours, theirs, visit(3)].choose(&mut rng).unwrap();
        let session = MediaSessionId::from_u64(rng.random_range(0..10));
        let who = *Seat::ALL.choose(&mut rng).unwrap();
        let tiles = Seat::ALL.map(|of| {
            (
                of,
                Tile {
                    width: 640,
                    height: 360,
                },
            )
        });
        world
            .engine
            .view(visit, who, session, &tiles, world.now, &mut nothing);
        // Packets, checks and handshakes of one visit from the addresses of the other; and the SSRC of
        // a packet made that of another stream.
        for address in &addresses {
            if *address != from {
                world.inject(*address, &altered(datagram, &mut rng));
                if is_rtp(datagram) {
                    world.inject(*address, datagram);
                    let mut renamed = datagram.to_vec();
                    renamed[8..12].copy_from_slice(&rng.random::<[u8; 4]>());
                    world.inject(*address, &renamed);
                }
            }
        }
    });
    // A client fails by itself when a line carries another seat than was announced for it.
    for ((visit, seat), client) in &world.clients {
        let mates = places
            .iter()
            .filter(|place| place.0 == *visit && place.1 != *seat);
        let mates: Vec<Seat> = mates.map(|place| place.1).collect();
        let heard: Vec<Seat> = client.heard.keys().copied().collect();
        assert_eq!(heard, mates, "whom seat {seat} hears");
        assert!(client.heard[&mates[0]].audio.count > 200);
    }
}
