//! What somebody with a seat, or without, may not do with the relay.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use crate::client::Client;
use crate::coturn::{Coturn, MEDIA, has_ipv6};

const V4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
const EVERYBODY: [&str; 2] = [
    "=0.0.0.0-255.255.255.255",
    "=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];
/// Nobody's business of a relay for video visits, though anybody can reach it.
const PUBLIC: [&str; 2] = ["8.8.8.8", "2606:4700:4700::1111"];
/// What stands behind a relay, as an attacker writes it.
const INTERNAL: [&str; 23] = [
    "127.0.0.1",
    "127.0.0.3",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "fd00::1",
    "fe80::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:127.0.0.2",
    "::127.0.0.1",
    "::ffff:0:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:a00:1::1",
    "2001:0:a00:1::1",
];

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Two clients that have an address of each family, or as many as this machine can give.
fn with_addresses(coturn: &mut Coturn) -> (Client, Client) {
    let (mut four, mut six) = (coturn.seat(1), coturn.seat(2));
    assert_eq!(four.allocate(coturn, V4), Ok(()));
    let expected = if has_ipv6() { Ok(()) } else { Err(440) };
    assert_eq!(six.allocate(coturn, V6), expected);
    (four, six)
}

#[test]
fn a_seat_reaches_our_media_and_no_other_address() {
    let mut coturn = Coturn::start("turn", "udp");
    let (mut four, mut six) = with_addresses(&mut coturn);
    assert_eq!(four.permit(&mut coturn, address(MEDIA)), Ok(()));
    assert_eq!(four.bind_channel(&mut coturn, address(MEDIA)), Ok(()));
    for text in INTERNAL.into_iter().chain(PUBLIC) {
        let peer = address(text);
        if peer.is_ipv6() && !has_ipv6() {
            continue;
        }
        let client = if peer.is_ipv4() { &mut four } else { &mut six };
        assert_eq!(client.permit(&mut coturn, peer), Err(403), "{text}");
        assert_eq!(client.bind_channel(&mut coturn, peer), Err(403), "{text}");
    }
}

#[test]
fn the_special_ranges_stay_shut_when_an_operator_opens_the_rest() {
    let mut coturn = Coturn::changed("turn", "udp", |configuration| {
        let everybody = |line: &str| EVERYBODY.iter().any(|all| line.ends_with(all));
        let lines = configuration.lines();
        let kept: Vec<&str> = lines.filter(|line| !everybody(line)).collect();
        assert_eq!(kept.len() + 2, configuration.lines().count());
        kept.join("\n")
    });
    let (mut four, mut six) = with_addresses(&mut coturn);
    let ends = coturn
        .denied()
        .into_iter()
        .flat_map(|(first, last)| [first, last]);
    let shut: Vec<String> = ends.chain(INTERNAL.map(str::to_owned)).collect();
    for text in PUBLIC {
        let peer = address(text);
        if peer.is_ipv4() {
            assert_eq!(four.permit(&mut coturn, peer), Ok(()), "it is open: {text}");
        } else if has_ipv6() {
            assert_eq!(six.permit(&mut coturn, peer), Ok(()), "it is open: {text}");
        }
    }
    for text in shut {
        let peer = address(&text);
        if peer.is_ipv4() {
            assert_eq!(four.permit(&mut coturn, peer), Err(403), "{text}");
        } else if has_ipv6() {
            assert_eq!(six.permit(&mut coturn, peer), Err(403), "{text}");
        }
    }
}

#[test]
fn what_is_sent_elsewhere_than_to_our_media_arrives_nowhere() {
    let mut coturn = Coturn::start("turn", "udp");
    let mut client = coturn.seat(1);
    assert_eq!(client.allocate(&mut coturn, V4), Ok(()));
    let media = UdpSocket::bind((MEDIA, 0)).unwrap();
    let inside = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port_of = |socket: &UdpSocket| socket.local_addr().unwrap().port();
    assert_eq!(client.permit(&mut coturn, address(MEDIA)), Ok(()));
    assert_eq!(client.permit(&mut coturn, address("127.0.0.1")), Err(403));
    client.send(address("127.0.0.1"), port_of(&inside), b"to the inside");
    client.send(address(MEDIA), port_of(&media), b"to our media");
    let mut heard = [0; 64];
    let length = media.recv(&mut heard).unwrap();
    assert_eq!(&heard[..length], b"to our media");
    // It was sent before, over the same socket: what has not come by now does not come.
    inside.set_nonblocking(true).unwrap();
    assert!(inside.recv(&mut heard).is_err());
}

#[test]
fn without_a_credential_that_is_good_now_nobody_is_served() {
    let mut coturn = Coturn::start("turn", "udp");
    let good = coturn.credential(1, 0);
    assert_eq!(
        coturn.client(good.clone()).allocate(&mut coturn, V4),
        Ok(()),
        "a slot that ends now has its minutes more"
    );

    let expired = coturn.credential_at(1, 1_600_000_000_000);
    let mut wrong_password = good.clone();
    wrong_password.password = coturn.credential(2, 0).password;
    let mut longer = good.clone();
    longer.username = good.username.replacen(':', "0:", 1);
    let mut made_up = good;
    made_up.username = "somebody".to_owned();
    for (bad, what) in [
        (expired, "expired"),
        (wrong_password, "of another seat"),
        (longer, "with another expiry"),
        (made_up, "made up"),
    ] {
        let answer = coturn.client(bad).allocate(&mut coturn, V4);
        assert_eq!(answer, Err(401), "{what}");
    }
}

#[test]
fn a_seat_has_no_more_allocations_than_it_may_have_whatever_it_signs_in_with() {
    let mut coturn = Coturn::start("turn", "udp");
    let most = coturn.seat_allocations();
    let mut kept = Vec::new();
    for number in 0..most {
        let mut client = coturn.seat(1);
        assert_eq!(client.allocate(&mut coturn, V4), Ok(()), "{number}");
        kept.push(client);
    }
    assert_eq!(coturn.seat(1).allocate(&mut coturn, V4), Err(486));
    let renewed = coturn.credential(1, 2 * 3_600_000);
    let renewed = coturn.client(renewed).allocate(&mut coturn, V4);
    assert_eq!(renewed, Err(486), "another expiry is the same seat");
    assert_eq!(
        coturn.seat(2).allocate(&mut coturn, V4),
        Ok(()),
        "another seat"
    );
}

#[test]
fn by_tls_it_is_the_same_relay() {
    let mut coturn = Coturn::start("turns", "tcp");
    let credential = coturn.credential(1, 0);
    let mut client = Client::by_tls(&mut coturn, credential);
    assert_eq!(client.allocate(&mut coturn, V4), Ok(()));
    assert_eq!(client.permit(&mut coturn, address(MEDIA)), Ok(()));
    assert_eq!(client.permit(&mut coturn, address("10.0.0.1")), Err(403));
}
