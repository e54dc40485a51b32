//! Media sent on to an address where nobody wants it any more (RFC 7675).

use std::time::Duration;

use testkit::network::Conditions;

use crate::world::{World, seat, visit};

#[test]
fn thirty_seconds_after_the_last_check_nothing_is_sent_any_more() {
    let mut world = World::new(24, Conditions::GOOD);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    for number in [0, 1] {
        world.join((call, seat(number)), ends_at).unwrap();
        world.run_until_connected((call, seat(number)), 1);
    }
    let gone = World::address((call, seat(1)));
    world.network.unplug(gone);
    let mut last_heard = world.now;
    let until = world.now + Duration::from_secs(60);
    world.run_until(until, |world, from, _| {
        if from == gone {
            last_heard = world.now;
        }
    });
    let last_sent = world.last_sent[&gone];
    assert!(last_sent > last_heard + Duration::from_secs(20));
    assert!(
        last_sent <= last_heard + Duration::from_secs(30),
        "{:?} after the last datagram",
        last_sent - last_heard
    );
}
