//! A phone changes its network, and the call goes on.

use std::{net::SocketAddr, time::Duration};

use sfu_server::{Refused, SfuEventKind};
use testkit::network::Conditions;

use crate::world::{World, seat, visit};

#[test]
fn media_follows_a_phone_to_its_new_address_without_another_handshake() {
    let mut world = World::new(0, Conditions::GOOD);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    for number in [0, 1] {
        world.join((call, seat(number)), ends_at).unwrap();
        world.run_until_connected((call, seat(number)), 1);
    }
    world.expect_media(call, &[seat(0), seat(1)], Duration::from_secs(2));

    let before = World::address((call, seat(1)));
    let after = SocketAddr::from(([203, 0, 113, 7], 50_000));
    world.network.rebind(before, after);
    world.run_for(Duration::from_secs(10));
    assert!(
        world.engine.counters().refused(Refused::UnknownAddress) > 0,
        "media from the new address counts only once ICE has checked it"
    );
    let moved = world.now;
    world.expect_media(call, &[seat(0), seat(1)], Duration::from_secs(2));
    assert!(world.last_sent[&after] > moved);
    assert!(
        world.last_sent[&before] < moved,
        "nothing goes to the old address any more"
    );
    assert_eq!(world.engine.counters().handshakes_completed, 2);
    let lost = |kind: &SfuEventKind| matches!(kind, SfuEventKind::Disconnected(..));
    assert!(!world.events.iter().any(|(_, event)| lost(&event.kind)));

    // Back to the first network.
    world.network.rebind(before, before);
    world.run_for(Duration::from_secs(10));
    world.expect_media(call, &[seat(0), seat(1)], Duration::from_secs(2));
}

#[test]
fn ice_restarts_in_the_middle_of_a_call_with_the_same_keys() {
    let mut world = World::new(0, Conditions::GOOD);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    for number in [0, 1] {
        world.join((call, seat(number)), ends_at).unwrap();
        world.run_until_connected((call, seat(number)), 1);
    }
    let names = world.engine.population().names;
    let before = World::address((call, seat(1)));
    let after = SocketAddr::from(([203, 0, 113, 7], 50_000));
    world.network.rebind(before, after);
    world.restart((call, seat(1)));
    world.run_for(Duration::from_secs(2));
    world.expect_media(call, &[seat(0), seat(1)], Duration::from_secs(2));
    assert_eq!(world.engine.counters().handshakes_completed, 2);
    assert_eq!(
        world.engine.population().names,
        names + 2,
        "an address and a user fragment more"
    );
    world.leave((call, seat(0)));
    world.leave((call, seat(1)));
    assert_eq!(world.engine.population().names, 0);
}
