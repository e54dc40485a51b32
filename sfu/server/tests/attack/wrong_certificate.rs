//! Somebody in the middle has the websocket's offer answered, and shakes hands with a certificate of
//! their own.

use std::time::Duration;

use sfu_server::{CloseReason, DisconnectReason, SfuEventKind};
use testkit::network::Conditions;

use crate::{
    client::Client,
    is_rtp,
    world::{World, seat, visit},
};

#[test]
fn a_certificate_that_was_not_announced_is_closed_before_any_media() {
    let mut world = World::new(23, Conditions::GOOD);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    for number in [0, 1] {
        world.join((call, seat(number)), ends_at).unwrap();
        world.run_until_connected((call, seat(number)), 1);
    }
    let place = (call, seat(2));
    let (mut client, offer) = Client::new(place.1, World::address(place), world.now);
    let fingerprint = offer
        .lines()
        .find_map(|line| line.strip_prefix("a=fingerprint:sha-256 "))
        .unwrap();
    let announced = fingerprint
        .split(':')
        .map(|byte| format!("{:02X}", !u8::from_str_radix(byte, 16).unwrap()))
        .collect::<Vec<_>>()
        .join(":");
    let joined = world
        .join_with(place, ends_at, &offer.replace(fingerprint, &announced))
        .unwrap();
    client.accept(&joined.answer, &joined.lines);
    world.clients.insert(place, client);
    let until = world.now + Duration::from_secs(5);
    let from_it = World::address(place);
    world.run_until(until, |_, from, datagram| {
        assert!(!(from == from_it && is_rtp(datagram)), "media");
    });
    let closed = DisconnectReason::Transport(CloseReason::WrongCertificate);
    let event = SfuEventKind::Disconnected(seat(2), closed);
    assert_eq!(world.count(call, &event), 1);
    let client = world.clients.remove(&place).unwrap();
    assert_eq!(client.last_media, None, "it was sent media");
    assert!(client.heard.is_empty());
    world.expect_media(call, &[seat(0), seat(1)], Duration::from_secs(2));
}
