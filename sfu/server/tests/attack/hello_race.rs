//! The race of DTLS hellos (the class of CVE-2023-51443): somebody who sees that a call begins sends
//! hellos of their own, so that the handshake begins with the wrong one and fails.

use std::{net::SocketAddr, time::Duration};

use rand::{SeedableRng, rngs::StdRng};
use sfu_server::Refused;
use testkit::network::Conditions;

use crate::{
    altered, is_dtls, stranger,
    world::{World, seat, visit},
};

#[test]
fn of_a_thousand_joins_none_fails_while_hellos_come_from_addresses_that_ice_never_validated() {
    let seed = 21;
    let mut rng = StdRng::seed_from_u64(seed);
    let mut world = World::new(seed, Conditions::GOOD);
    let ends_at = world.started + Duration::from_hours(10);
    let mut hellos: Vec<Vec<u8>> = Vec::new();
    let mut forged = 0;
    for round in 0..250 {
        let call = visit(round);
        for number in 0..4 {
            world.join((call, seat(number)), ends_at).unwrap();
        }
        let until = world.now + Duration::from_millis(500);
        world.run_until(until, |world, from, datagram| {
            // A hello of an earlier call, then this one's own from elsewhere, and broken.
            if is_dtls(datagram) && hellos.len() < 20 {
                hellos.push(datagram.to_vec());
            }
            let beside = SocketAddr::new(from.ip(), from.port() ^ 1);
            for hello in hellos.iter().rev().take(2) {
                for from in [stranger(&mut rng), beside] {
                    world.inject(from, hello);
                    world.inject(from, &altered(hello, &mut rng));
                    forged += 2;
                }
            }
        });
        world.end(call);
        world.clients.clear();
    }
    let counters = world.engine.counters();
    assert_eq!(counters.joins, 1000);
    assert_eq!(counters.handshakes_completed, 1000);
    assert_eq!(counters.handshakes_failed, 0);
    assert!(forged > 50_000, "only {forged}");
    assert!(counters.refused(Refused::UnknownAddress) > forged / 2);
}
