//! Coming and going leaves nothing behind.

use std::time::Duration;

use sfu_server::{MediaSessionId, Population, SfuEventKind};
use testkit::network::Conditions;

use crate::world::{World, seat, visit};

#[test]
fn a_thousand_joins_and_leaves_leave_no_one_and_no_name_behind() {
    let mut world = World::new(0, Conditions::GOOD);
    let ends_at = world.started + Duration::from_mins(10);
    // Connected ones, so that addresses are learnt too.
    for round in 0..5 {
        for number in 0..4 {
            world.join((visit(round), seat(number)), ends_at).unwrap();
        }
    }
    world.run_for(Duration::from_secs(3));
    assert_eq!(world.engine.counters().handshakes_completed, 20);
    let full = world.engine.population();
    assert_eq!((full.rooms, full.participants), (5, 20));
    assert!(
        full.names >= 40,
        "a user fragment and an address each: {}",
        full.names
    );

    for round in 0..1000_u128 {
        let place = (visit(round % 5), seat(u8::try_from(round % 4).unwrap()));
        world.join(place, ends_at).unwrap();
        assert_eq!(
            world.engine.population().participants,
            20,
            "replaced, not added"
        );
    }
    for place in world.clients.keys().copied().collect::<Vec<_>>() {
        world.leave(place);
    }
    let left = world.engine.population();
    assert_eq!((left.participants, left.names), (0, 0));
    for round in 0..5 {
        world.end(visit(round));
        assert_eq!(world.count(visit(round), &SfuEventKind::Ended), 1);
    }
    assert_eq!(world.engine.population(), Population::default());
    assert_eq!(world.engine.poll_timeout(), None);
}

#[test]
fn a_late_leave_of_a_replaced_connection_leaves_the_new_one_alone() {
    let mut world = World::new(0, Conditions::GOOD);
    let ends_at = world.started + Duration::from_mins(10);
    let place = (visit(1), seat(1));
    world.join(place, ends_at).unwrap();
    let former = world.sessions[&place];
    world.run_until_connected(place, 1);
    world.join(place, ends_at).unwrap();
    world.leave_as(place, former);
    world.leave_as(place, MediaSessionId::from_u64(12345));
    assert_eq!(world.engine.population().participants, 1);
    world.run_until_connected(place, 2);
    let disconnected = |event: &SfuEventKind| matches!(event, SfuEventKind::Disconnected(..));
    assert!(
        !world
            .events
            .iter()
            .any(|(_, event)| disconnected(&event.kind))
    );
}

#[test]
fn one_visit_never_hears_another() {
    let mut world = World::new(0, Conditions::GOOD);
    let ends_at = world.started + Duration::from_mins(10);
    for number in [0, 1] {
        world.join((visit(1), seat(number)), ends_at).unwrap();
    }
    for number in [2, 3] {
        world.join((visit(2), seat(number)), ends_at).unwrap();
    }
    world.run_for(Duration::from_secs(3));
    world.expect_media(visit(1), &[seat(0), seat(1)], Duration::from_secs(2));
    world.expect_media(visit(2), &[seat(2), seat(3)], Duration::from_secs(2));
    world.end(visit(1));
    world.run_for(Duration::from_secs(1));
    world.expect_media(visit(2), &[seat(2), seat(3)], Duration::from_secs(2));
}
