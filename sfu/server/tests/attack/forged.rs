//! RTP and RTCP injected, replayed, altered, or with the source of somebody else.

use std::{net::SocketAddr, time::Duration};

use rand::{SeedableRng, rngs::StdRng};
use sfu_server::{Engine, Refused, SfuEventKind};
use testkit::network::Conditions;

use crate::{
    altered, is_rtp, keyless, shaped, stranger,
    world::{World, seat, visit},
};

/// What rooms took: RTP and RTCP packets that were authentic and new.
fn taken(engine: &Engine) -> u64 {
    let rooms = engine.counters().rooms;
    rooms.named("rtp_packets_received") + rooms.named("rtcp_packets_received")
}

#[test]
fn no_packet_that_is_injected_replayed_altered_or_spoofed_is_forwarded() {
    let seed = 22;
    let mut rng = StdRng::seed_from_u64(seed);
    let mut world = World::new(seed, Conditions::GOOD);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    let seats = [seat(0), seat(1), seat(2)];
    for seat in seats {
        world.join((call, seat), ends_at).unwrap();
        world.run_until_connected((call, seat), 1);
    }
    let addresses = seats.map(|seat| World::address((call, seat)));
    let mut earlier: Vec<(SocketAddr, Vec<u8>)> = Vec::new();
    let mut injected = 0_u64;
    let until = world.now + Duration::from_secs(5);
    world.run_until(until, |world, from, datagram| {
        let other = *addresses.iter().find(|address| **address != from).unwrap();
        let before = taken(&world.engine);
        // Forged out of nothing, from a participant's address.
        world.inject(from, &shaped(&mut rng));
        world.inject(from, &keyless(&mut rng));
        if is_rtp(datagram) {
            // The packet itself with a wrong tag, from where it comes; whole, from elsewhere.
            world.inject(from, &altered(datagram, &mut rng));
            world.inject(other, datagram);
            world.inject(stranger(&mut rng), datagram);
            injected += 3;
            earlier.push((from, datagram.to_vec()));
        }
        // What was taken already, from where it came.
        if earlier.len() > 20 {
            let (from, packet) = earlier.remove(0);
            world.inject(from, &packet);
            injected += 1;
        }
        assert_eq!(taken(&world.engine), before, "an injected packet was taken");
    });
    assert!(injected > 2_000, "only {injected}");
    let counters = world.engine.counters();
    for reason in [
        Refused::NotAuthentic,
        Refused::Replayed,
        Refused::UnknownAddress,
    ] {
        assert!(counters.refused(reason) > 0, "{reason:?}");
    }
    world.expect_media(call, &seats, Duration::from_secs(2));
    let lost = |kind: &SfuEventKind| matches!(kind, SfuEventKind::Disconnected(..));
    assert!(!world.events.iter().any(|(_, event)| lost(&event.kind)));
}
