//! A participant, properly admitted, whose every datagram may be anything.

use std::time::Duration;

use rand::{Rng, SeedableRng, rngs::StdRng};
use sfu_server::SfuEventKind;
use testkit::network::Conditions;

use crate::{
    altered, shaped,
    world::{World, seat, visit},
};

#[test]
fn a_bad_peer_ends_no_call_but_at_most_its_own_part_in_one() {
    for seed in 0..6 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut world = World::new(seed, Conditions::GOOD);
        let (quiet, troubled) = (visit(1), visit(2));
        let ends_at = world.started + Duration::from_mins(5);
        for place in [
            (quiet, seat(0)),
            (quiet, seat(1)),
            (troubled, seat(0)),
            (troubled, seat(2)),
        ] {
            world.join(place, ends_at).unwrap();
            world.run_until_connected(place, 1);
        }
        // It misbehaves from its first check on, or once it is in.
        let bad = (troubled, seat(3));
        world.join(bad, ends_at).unwrap();
        if seed % 2 == 0 {
            world.run_until_connected(bad, 1);
        }
        let address = World::address(bad);
        let until = world.now + Duration::from_secs(5);
        world.run_until(until, |world, from, datagram| {
            if from != address {
                return;
            }
            for _ in 0..5 {
                world.inject(from, &shaped(&mut rng));
                world.inject(from, &altered(datagram, &mut rng));
                let cut = rng.random_range(0..=datagram.len());
                world.inject(from, &datagram[..cut]);
            }
        });
        world.clients.remove(&bad);
        let others_lost = world.events.iter().any(|(_, event)| {
            matches!(event.kind, SfuEventKind::Disconnected(who, _)
                if (event.visit, who) != bad)
        });
        assert!(!others_lost, "seed {seed}: {:?}", world.events);
        world.run_for(Duration::from_millis(100));
        world.expect_media(quiet, &[seat(0), seat(1)], Duration::from_secs(2));
        world.expect_media(troubled, &[seat(0), seat(2)], Duration::from_secs(2));
    }
}
