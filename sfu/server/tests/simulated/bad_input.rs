//! Whatever a socket may receive while people talk.

use std::{net::SocketAddr, time::Duration};

use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};
use sfu_server::{Refused, SfuEventKind};
use testkit::network::Conditions;

use crate::world::{World, seat, visit};

fn stranger(rng: &mut StdRng) -> SocketAddr {
    SocketAddr::from((rng.random::<[u8; 4]>(), rng.random_range(1..=u16::MAX)))
}

fn junk(rng: &mut StdRng) -> Vec<u8> {
    let mut datagram = vec![0; rng.random_range(0..1500)];
    rng.fill_bytes(&mut datagram);
    datagram
}

/// A datagram cut short, or with some bits turned, or both.
fn damaged(datagram: &[u8], rng: &mut StdRng) -> Vec<u8> {
    let mut datagram = datagram.to_vec();
    if rng.random_bool(0.4) {
        datagram.truncate(rng.random_range(0..datagram.len()));
    }
    if !datagram.is_empty() {
        for _ in 0..rng.random_range(1..8) {
            let bit = rng.random_range(0..datagram.len() * 8);
            datagram[bit / 8] ^= 1 << (bit % 8);
        }
    }
    datagram
}

/// A fatal alert in plain text, as anyone can write one (RFC 6347 section 4.1.2.7).
const FORGED_ALERT: [u8; 15] = [21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 2, 40];

#[test]
fn junk_forgeries_and_repetitions_disturb_nobody_and_are_counted() {
    let seed = 11;
    let mut rng = StdRng::seed_from_u64(seed);
    let mut world = World::new(seed, Conditions::GOOD);
    let call = visit(1);
    let seats = [seat(0), seat(1), seat(2), seat(3)];
    let ends_at = world.started + Duration::from_mins(5);

    // While they connect, every datagram is preceded by strangers'.
    for seat in seats {
        world.join((call, seat), ends_at).unwrap();
    }
    let connecting = world.now + Duration::from_secs(3);
    world.run_until(connecting, |world, _, datagram| {
        let forged = [
            junk(&mut rng),
            damaged(datagram, &mut rng),
            datagram.to_vec(),
        ];
        for forged in forged {
            world.inject(stranger(&mut rng), &forged);
        }
    });
    assert_eq!(world.engine.counters().handshakes_completed, 4);

    // While they talk, also from the participants' own addresses.
    for client in world.clients.values_mut() {
        client.heard.clear();
    }
    let talking = Duration::from_secs(5);
    let until = world.now + talking;
    world.run_until(until, |world, from, datagram| {
        for from in [stranger(&mut rng), from] {
            world.inject(from, &junk(&mut rng));
            world.inject(from, &damaged(datagram, &mut rng));
            world.inject(from, &FORGED_ALERT);
        }
    });
    let counters = world.engine.counters();
    for reason in [
        Refused::Junk,
        Refused::UnknownUfrag,
        Refused::UnknownAddress,
        Refused::Stun,
        Refused::NotAuthentic,
        Refused::Malformed,
    ] {
        let count = counters.refused(reason);
        assert!(count > 0, "nothing was refused as {reason:?}");
    }
    let lost = |kind: &SfuEventKind| matches!(kind, SfuEventKind::Disconnected(..));
    assert!(!world.events.iter().any(|(_, event)| lost(&event.kind)));
    // 250 pieces of sound and 75 pictures in five seconds; a few are on their way at either end.
    for ((_, seat), client) in &world.clients {
        assert_eq!(client.heard.len(), 3, "seat {seat}");
        for (other, heard) in &client.heard {
            let (audio, video) = (heard.audio.count, heard.video.count);
            assert!(
                (240..=255).contains(&audio),
                "seat {seat} of {other}: {audio} of sound"
            );
            assert!(
                (70..=77).contains(&video),
                "seat {seat} of {other}: {video} pictures"
            );
        }
    }

    // A datagram that comes twice is forwarded once.
    let forwarded = |world: &World| world.engine.counters().rooms.named("rtp_packets_received");
    let mut repeated = 0_u64;
    let until = world.now + Duration::from_secs(1);
    world.run_until(until, |world, from, datagram| {
        let is_rtp = (128..192).contains(&datagram[0]) && !(192..224).contains(&datagram[1]);
        if is_rtp {
            world.inject(from, datagram);
            let before = forwarded(world);
            world.inject(from, datagram);
            assert_eq!(forwarded(world), before, "a repeated packet passed");
            repeated += 1;
        }
    });
    assert!(repeated > 100);
    assert!(world.engine.counters().refused(Refused::Replayed) >= repeated);
}
