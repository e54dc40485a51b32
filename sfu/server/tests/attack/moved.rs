//! Media led away: somebody who sees a participant's datagrams sends them again from elsewhere, as if
//! the participant had moved there.

use std::{net::SocketAddr, time::Duration};

use rand::{SeedableRng, rngs::StdRng};
use sfu_server::SfuEventKind;
use testkit::network::Conditions;

use crate::{
    altered, is_rtp,
    world::{World, seat, visit},
};

const ELSEWHERE: SocketAddr = SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 66)),
    6_666,
);

fn is_check(datagram: &[u8]) -> bool {
    datagram.starts_with(&[0, 1])
}

fn is_media(datagram: &[u8]) -> bool {
    matches!(datagram.first(), Some(128..=191))
}

/// A call of two that has run for a while.
fn call(seed: u64) -> World {
    let mut world = World::new(seed, Conditions::GOOD);
    let ends_at = world.started + Duration::from_mins(5);
    for number in [0, 1] {
        world.join((visit(1), seat(number)), ends_at).unwrap();
        world.run_until_connected((visit(1), seat(number)), 1);
    }
    world.expect_media(visit(1), &[seat(0), seat(1)], Duration::from_secs(2));
    world
}

/// Both are still heard where they are, and elsewhere nobody was sent more than checks.
fn expect_unmoved(mut world: World, to_elsewhere: &[Vec<u8>]) {
    assert!(!to_elsewhere.iter().any(|datagram| is_media(datagram)));
    world.expect_media(visit(1), &[seat(0), seat(1)], Duration::from_secs(2));
    let lost = |kind: &SfuEventKind| matches!(kind, SfuEventKind::Disconnected(..));
    assert!(!world.events.iter().any(|(_, event)| lost(&event.kind)));
}

#[test]
fn media_follows_no_packet_that_was_replayed_from_elsewhere_or_forged() {
    let mut rng = StdRng::seed_from_u64(61);
    let mut world = call(61);
    world.watch(ELSEWHERE);
    let mut earlier: Vec<Vec<u8>> = Vec::new();
    let mut sent = 0;
    let until = world.now + Duration::from_secs(10);
    world.run_until(until, |world, _, datagram| {
        world.inject(ELSEWHERE, &altered(datagram, &mut rng));
        earlier.push(datagram.to_vec());
        if earlier.len() > 4 {
            world.inject(ELSEWHERE, &earlier.remove(0));
            sent += 1;
        }
    });
    assert!(sent > 1_000, "only {sent}");
    let to_elsewhere = world.watched();
    expect_unmoved(world, &to_elsewhere);
}

#[test]
fn media_follows_no_packet_that_overtakes_the_participants_own() {
    let mut world = call(62);
    world.watch(ELSEWHERE);
    let mut sent = 0;
    let until = world.now + Duration::from_secs(10);
    world.run_until(until, |world, _, datagram| {
        if is_rtp(datagram) {
            world.inject(ELSEWHERE, datagram);
            sent += datagram.len();
        }
    });
    let to_elsewhere = world.watched();
    assert!(
        to_elsewhere.iter().all(|datagram| is_check(datagram)),
        "who may have moved is asked, and nothing more"
    );
    let asked: usize = to_elsewhere.iter().map(Vec::len).sum();
    assert!(0 < asked && asked * 4 < sent, "{asked} bytes for {sent}");
    expect_unmoved(world, &to_elsewhere);
}

#[test]
fn media_follows_no_check_that_was_sent_again_from_elsewhere() {
    let mut world = call(63);
    world.watch(ELSEWHERE);
    let mut checks = 0;
    let until = world.now + Duration::from_secs(20);
    world.run_until(until, |world, _, datagram| {
        if is_check(datagram) {
            world.inject(ELSEWHERE, datagram);
            checks += 1;
        }
    });
    assert!(checks > 3, "only {checks}");
    let to_elsewhere = world.watched();
    assert!(
        to_elsewhere.len() <= 2 * checks,
        "an answer and a check for each"
    );
    expect_unmoved(world, &to_elsewhere);
}
