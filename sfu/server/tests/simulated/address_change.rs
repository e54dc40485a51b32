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
        "media from the new address counts only once the client is known to be there"
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

/// A way takes 20 ms. A packet of the phone's brings a check of ours, and the answer to that moves
/// everything: three ways, and another for what is then sent to arrive; 20 ms more until the phone's next
/// packet of sound.
#[test]
fn both_directions_are_back_one_round_trip_after_the_next_packet_from_a_new_address() {
    let mut world = World::new(0, Conditions::GOOD);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    let places = [(call, seat(0)), (call, seat(1))];
    for place in places {
        world.join(place, ends_at).unwrap();
        world.run_until_connected(place, 1);
    }
    world.expect_media(call, &[seat(0), seat(1)], Duration::from_secs(2));
    for (change, port) in (50_000..50_020).enumerate() {
        let after = SocketAddr::from(([203, 0, 113, 7], port));
        world.network.rebind(World::address(places[1]), after);
        // Changes fall between two packets, and anywhere between two checks.
        world.run_for(Duration::from_millis(120));
        let moved = world.now;
        let refused = world.engine.counters().refused(Refused::UnknownAddress);
        world.run_for(Duration::from_millis(40));
        assert_eq!(
            world.engine.counters().refused(Refused::UnknownAddress),
            refused,
            "change {change}: the phone's media is taken"
        );
        assert!(
            world.clients[&places[1]].last_media > Some(moved),
            "change {change}: media reaches the phone"
        );
        world.run_for(Duration::from_millis(333));
    }
    assert_eq!(world.engine.counters().handshakes_completed, 2);
}

#[test]
fn an_address_that_changes_with_every_packet_costs_the_phone_its_own_call_at_most() {
    let mut world = World::new(0, Conditions::GOOD);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    for number in [0, 1, 2] {
        world.join((call, seat(number)), ends_at).unwrap();
        world.run_until_connected((call, seat(number)), 1);
    }
    let flapping = World::address((call, seat(2)));
    world.run_for(Duration::from_secs(1));
    let names = world.engine.population().names;
    for port in 1_000..1_500 {
        let outside = SocketAddr::from(([203, 0, 113, 7], port));
        world.network.rebind(flapping, outside);
        world.run_for(Duration::from_millis(20));
    }
    assert!(
        world.engine.population().names < names + 20,
        "addresses are forgotten again"
    );
    world.network.rebind(flapping, flapping);
    world.run_for(Duration::from_secs(3));
    world.expect_media(call, &[seat(0), seat(1), seat(2)], Duration::from_secs(2));
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
    // By then every source of theirs was heard.
    world.run_for(Duration::from_secs(1));
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
