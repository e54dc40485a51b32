//! The DTLS handshake under every loss.

use std::{
    cell::Cell,
    collections::BTreeSet,
    time::{Duration, Instant},
};

use rtc_crypto::default_provider;
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_srtp::{context::Context, protection_profile::ProtectionProfile};
use sfu_transport::{CloseReason, SrtpError};

use crate::{
    clients::{Client, Dimpl, RtcDtls},
    network::{Network, Way, far, losing, lossless, rough},
};

const GCM: SrtpProtectionProfile = SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm;
const CM: SrtpProtectionProfile = SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80;

/// Chromium's order of profiles.
fn rtc_dtls() -> RtcDtls {
    RtcDtls::new(&[CM, GCM], true)
}

fn boxed(client: impl Client + 'static) -> Box<dyn Client> {
    Box::new(client)
}

impl Client for Box<dyn Client> {
    fn start(&mut self, now: Instant) {
        (**self).start(now);
    }
    fn handle(&mut self, datagram: &[u8], now: Instant) {
        (**self).handle(datagram, now);
    }
    fn handle_timeout(&mut self, now: Instant) {
        (**self).handle_timeout(now);
    }
    fn poll_timeout(&self) -> Option<Instant> {
        (**self).poll_timeout()
    }
    fn take_outgoing(&mut self) -> Vec<Vec<u8>> {
        (**self).take_outgoing()
    }
    fn keyed(&self) -> Option<&(Vec<u8>, u16)> {
        (**self).keyed()
    }
    fn fingerprint(&self) -> String {
        (**self).fingerprint()
    }
    fn close(&mut self, now: Instant) {
        (**self).close(now);
    }
    fn was_closed(&self) -> bool {
        (**self).was_closed()
    }
}

/// The clients, by name: among them one whose hello needs several datagrams, as Chromium's does, and
/// one whose every message is in pieces.
fn clients(now: Instant) -> [(&'static str, Box<dyn Client>); 4] {
    [
        ("dimpl 1.2", boxed(Dimpl::new(1_150, false, now))),
        (
            "dimpl that would rather have 1.3",
            boxed(Dimpl::new(1_150, true, now)),
        ),
        ("dimpl in pieces", boxed(Dimpl::new(200, true, now))),
        ("rtc-dtls", boxed(rtc_dtls())),
    ]
}

const CLIENTS: usize = 4;

/// The clients whose own retransmission is sound. rtc-dtls as a client stops its timer whenever a
/// spare flight reaches it, so it may lose each of its flights once only.
const SOUND_CLIENTS: usize = 3;

fn client(index: usize, now: Instant) -> (&'static str, Box<dyn Client>) {
    clients(now).into_iter().nth(index).unwrap()
}

#[test]
fn without_loss_three_round_trips_are_enough() {
    for index in 0..CLIENTS {
        let start = Instant::now();
        let (name, client) = client(index, start);
        let mut network = Network::new(client, start);
        network.shake_hands(Duration::from_millis(150), name, &mut lossless);
    }
}

#[test]
fn both_ends_have_the_same_keys_and_gcm_wherever_the_client_has_it() {
    for (profiles, number, theirs, salt_len) in [
        (&[CM, GCM][..], 7, ProtectionProfile::AeadAes128Gcm, 12),
        (&[GCM, CM], 7, ProtectionProfile::AeadAes128Gcm, 12),
        (&[CM], 1, ProtectionProfile::Aes128CmHmacSha1_80, 14),
    ] {
        let mut network = Network::new(RtcDtls::new(profiles, true), Instant::now());
        let mut packet = [
            [0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4],
            [0; 16],
        ]
        .concat();
        assert_eq!(
            network.transport.unprotect_rtp(&mut packet),
            Err(SrtpError::NotReady)
        );
        network.shake_hands(Duration::from_secs(1), "keys", &mut lossless);
        let (material, agreed) = network.client.keyed().unwrap();
        assert_eq!(*agreed, number);
        let mut sending = Context::new(
            &material[..16],
            &material[32..][..salt_len],
            theirs,
            None,
            None,
            default_provider().unwrap().crypto(),
        )
        .unwrap();
        let mut sealed = sending.encrypt_rtp(&packet[..16]).unwrap().to_vec();
        assert_eq!(network.transport.unprotect_rtp(&mut sealed), Ok(16));
        assert_eq!(sealed[..16], packet[..16]);
    }
}

/// How many datagrams go either way when none is lost.
fn datagrams(index: usize) -> [usize; 2] {
    let start = Instant::now();
    let (name, client) = client(index, start);
    let counts = Cell::new([0; 2]);
    let mut network = Network::new(client, start);
    network.shake_hands(
        Duration::from_secs(1),
        name,
        &mut losing(|way, _, _| {
            let mut now = counts.get();
            now[usize::from(way == Way::ToClient)] += 1;
            counts.set(now);
            false
        }),
    );
    counts.get()
}

#[test]
fn any_one_datagram_may_be_lost_in_either_direction() {
    for index in 0..CLIENTS {
        let counts = datagrams(index);
        for (way, count) in [Way::ToServer, Way::ToClient].into_iter().zip(counts) {
            for lost in 0..count {
                let start = Instant::now();
                let (name, client) = client(index, start);
                let what = format!("{name}, datagram {lost} {way:?}");
                let mut network = Network::new(client, start);
                network.shake_hands(
                    Duration::from_secs(2),
                    &what,
                    &mut losing(|on, number, _| on == way && number == lost),
                );
            }
        }
    }
}

#[test]
fn any_two_datagrams_may_be_lost() {
    for index in 0..SOUND_CLIENTS {
        let [to_server, to_client] = datagrams(index);
        let all: Vec<(Way, usize)> = (0..to_server + 2)
            .map(|number| (Way::ToServer, number))
            .chain((0..to_client + 2).map(|number| (Way::ToClient, number)))
            .collect();
        for (position, one) in all.iter().enumerate() {
            for other in &all[position + 1..] {
                let start = Instant::now();
                let (name, client) = client(index, start);
                let what = format!("{name}, datagrams {one:?} and {other:?}");
                let mut network = Network::new(client, start);
                network.shake_hands(
                    Duration::from_secs(3),
                    &what,
                    &mut losing(|way, number, _| [*one, *other].contains(&(way, number))),
                );
            }
        }
    }
}

/// The flights of a handshake with a cookie (RFC 6347 section 4.2.4), told by their records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flight {
    Hello,
    HelloWithCookie,
    Verify,
    ServerHello,
    ClientKeys,
    ServerFinished,
}

impl Flight {
    fn is_servers(self) -> bool {
        matches!(
            self,
            Self::Verify | Self::ServerHello | Self::ServerFinished
        )
    }
}

const FLIGHTS: [Flight; 6] = [
    Flight::Hello,
    Flight::Verify,
    Flight::HelloWithCookie,
    Flight::ServerHello,
    Flight::ClientKeys,
    Flight::ServerFinished,
];

fn flight(way: Way, datagram: &[u8]) -> Flight {
    const CHANGE_CIPHER_SPEC: u8 = 20;
    let message_seq = u16::from_be_bytes([datagram[17], datagram[18]]);
    match (way, datagram[0], datagram[13]) {
        (Way::ToServer, 22, 1) if message_seq == 0 => Flight::Hello,
        (Way::ToServer, 22, 1) => Flight::HelloWithCookie,
        (Way::ToServer, ..) => Flight::ClientKeys,
        (Way::ToClient, 22, 3) => Flight::Verify,
        (Way::ToClient, CHANGE_CIPHER_SPEC, _) => Flight::ServerFinished,
        (Way::ToClient, ..) => Flight::ServerHello,
    }
}

#[test]
fn any_flight_may_be_lost_three_times_whole_or_in_part() {
    for index in 0..CLIENTS {
        for lost_flight in FLIGHTS {
            let start = Instant::now();
            let (name, client) = client(index, start);
            let pieces = Cell::new(0);
            Network::new(client, start).shake_hands(
                Duration::from_secs(1),
                name,
                &mut losing(|way, _, datagram| {
                    pieces.set(pieces.get() + usize::from(flight(way, datagram) == lost_flight));
                    false
                }),
            );
            assert!(pieces.get() > 0, "{name} has no {lost_flight:?}");
            let times = if index < SOUND_CLIENTS || lost_flight.is_servers() {
                3
            } else {
                1
            };
            for lost in 1..=times * pieces.get() {
                let (name, client) = self::client(index, start);
                let what = format!("{name}, the first {lost} datagrams of {lost_flight:?}");
                let mut left = lost;
                Network::new(client, start).shake_hands(
                    Duration::from_secs(5),
                    &what,
                    &mut losing(|way, _, datagram| {
                        let is_lost = left > 0 && flight(way, datagram) == lost_flight;
                        left -= usize::from(is_lost);
                        is_lost
                    }),
                );
            }
        }
    }
}

#[test]
fn one_direction_may_be_dead_for_two_seconds() {
    for index in 0..SOUND_CLIENTS {
        for dead in [Way::ToServer, Way::ToClient] {
            for begins_ms in (0..200).step_by(10) {
                let start = Instant::now();
                let (name, client) = client(index, start);
                let what = format!("{name}, dead {dead:?} from {begins_ms} ms");
                let mut network = Network::new(client, start);
                let mut alive = lossless;
                network.client.start(start);
                network.run(Duration::from_millis(begins_ms), &mut alive, |_| false);
                let mut half = losing(|way, _, _| way == dead);
                network.run(Duration::from_secs(2), &mut half, |_| false);
                let done = network.run(Duration::from_secs(5), &mut alive, |network| {
                    network.connected && network.client.keyed().is_some()
                });
                assert!(done, "{what}");
            }
        }
    }
}

#[test]
fn a_rough_network_delays_but_never_prevents() {
    let mut times = Vec::new();
    for loss_percent in [30, 40, 50] {
        for seed in 0..100 {
            for index in 0..SOUND_CLIENTS {
                let start = Instant::now();
                let (name, client) = client(index, start);
                let what = format!("{name}, {loss_percent} % loss, seed {seed}");
                let mut network = Network::new(client, start);
                network.shake_hands(
                    Duration::from_secs(55),
                    &what,
                    &mut rough(seed, loss_percent),
                );
                times.push((loss_percent, network.elapsed()));
            }
        }
    }
    times.sort_unstable();
    for (loss_percent, half_within_ms, most_within_ms) in
        [(30, 700, 3_000), (40, 1_000, 6_000), (50, 2_500, 12_000)]
    {
        let of_this: Vec<_> = times
            .iter()
            .filter(|(percent, _)| *percent == loss_percent)
            .map(|(_, elapsed)| *elapsed)
            .collect();
        let half = of_this[of_this.len() / 2];
        let most = of_this[of_this.len() * 95 / 100];
        assert!(
            half < Duration::from_millis(half_within_ms),
            "{loss_percent} %: half within {half:?}"
        );
        assert!(
            most < Duration::from_millis(most_within_ms),
            "{loss_percent} %: 95 of 100 within {most:?}"
        );
    }
}

/// How long handshakes take at a loss of 30 % each way over 100 ms there and back, in order; one that is
/// not done after a minute counts as that. The client does as browsers do: it sends a flight again after
/// twice the round trip, and then doubles the wait. Without copies: what the server sends twice to the bit
/// is lost the second time.
fn far_handshakes(copies: bool) -> Vec<Duration> {
    const LOSS_PERCENT: u32 = 30;
    let delay = Duration::from_millis(50);
    let handshake = |seed| {
        let start = Instant::now();
        let client = Dimpl::waiting(delay * 4, seed, seed % 2 == 0, start);
        let mut network = Network::new(client, start);
        let mut known = BTreeSet::new();
        let mut fate = far(seed, LOSS_PERCENT, delay);
        let mut fate = |way, datagram: &[u8]| {
            let copy = way == Way::ToClient && !known.insert(datagram.to_vec());
            if copy && !copies {
                return Vec::new();
            }
            fate(way, datagram)
        };
        network.client.start(start);
        network.run(Duration::from_mins(1), &mut fate, |network| {
            network.connected && network.client.keyed().is_some()
        });
        network.elapsed()
    };
    let mut times: Vec<Duration> = (0..300).map(handshake).collect();
    times.sort_unstable();
    times
}

#[test]
fn copies_of_flights_make_handshakes_over_bad_networks_shorter() {
    let of = |times: &[Duration], percent: usize| times[times.len() * percent / 100].as_millis();
    let [without, with] = [false, true].map(far_handshakes);
    for percent in [50, 75, 90, 95] {
        println!(
            "{percent} of 100 within {} ms, without copies {} ms",
            of(&with, percent),
            of(&without, percent),
        );
    }
    assert!(of(&with, 50) < 800, "half within {} ms", of(&with, 50));
    assert!(
        of(&with, 95) < 3_600,
        "95 of 100 within {} ms",
        of(&with, 95)
    );
    assert!(of(&with, 90) * 100 < of(&without, 90) * 85);
}

#[test]
fn a_certificate_that_was_not_announced_ends_it_before_any_key() {
    let other = Dimpl::new(1_150, false, Instant::now()).fingerprint();
    for index in 0..CLIENTS {
        let start = Instant::now();
        let (name, client) = client(index, start);
        let mut network = Network::with_fingerprint(client, &other, start);
        network.client.start(start);
        let closed = network.run(Duration::from_secs(2), &mut lossless, |network| {
            network.closed.is_some()
        });
        assert!(closed && !network.connected, "{name}");
        assert_eq!(
            network.closed,
            Some(CloseReason::WrongCertificate),
            "{name}"
        );
        assert_eq!(network.transport.poll_timeout(), None);
    }
}

#[test]
fn a_client_without_a_certificate_is_refused() {
    let client = RtcDtls::new(&[GCM], false);
    let mut network = Network::new(client, Instant::now());
    network.client.start(network.now);
    network.run(Duration::from_secs(2), &mut lossless, |network| {
        network.closed.is_some()
    });
    assert_eq!(network.closed, Some(CloseReason::WrongCertificate));
    assert!(!network.connected);
}

#[test]
fn a_client_without_a_profile_that_we_have_is_refused_at_its_hello() {
    let client = RtcDtls::new(&[SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_32], true);
    let mut network = Network::new(client, Instant::now());
    network.client.start(network.now);
    network.run(Duration::from_secs(2), &mut lossless, |network| {
        network.closed.is_some() && network.client.was_closed()
    });
    assert_eq!(network.closed, Some(CloseReason::HandshakeFailed));
    assert!(
        network.client.was_closed(),
        "the client is told by an alert"
    );
}

#[test]
fn either_end_can_say_goodbye() {
    for index in 0..CLIENTS {
        let start = Instant::now();
        let (name, client) = client(index, start);
        let mut network = Network::new(client, start);
        network.shake_hands(Duration::from_secs(1), name, &mut lossless);
        network.client.close(network.now);
        network.run(Duration::from_secs(1), &mut lossless, |network| {
            network.closed.is_some()
        });
        assert_eq!(network.closed, Some(CloseReason::PeerClosed), "{name}");

        let (name, client) = self::client(index, start);
        let mut network = Network::new(client, start);
        network.shake_hands(Duration::from_secs(1), name, &mut lossless);
        network.transport.close(network.now);
        let told = network.run(Duration::from_secs(1), &mut lossless, |network| {
            network.client.was_closed()
        });
        assert!(told, "{name}");
        assert_eq!(network.transport.poll_timeout(), None);
    }
}

#[test]
fn an_alert_without_keys_does_not_end_a_connection_that_has_them() {
    let mut network = Network::new(rtc_dtls(), Instant::now());
    network.shake_hands(Duration::from_secs(1), "rtc-dtls", &mut lossless);
    let close_notify = [21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 1, 0];
    let forged = [
        &[21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 99, 0, 26][..],
        &[7; 26],
    ]
    .concat();
    for alert in [&close_notify[..], &forged] {
        network
            .transport
            .handle_dtls(crate::network::CLIENT, alert, network.now);
    }
    network.run(Duration::from_millis(100), &mut lossless, |_| false);
    assert_eq!(network.closed, None);
}

#[test]
fn a_handshake_that_never_comes_ends_after_a_minute() {
    let start = Instant::now();
    let mut network = Network::new(rtc_dtls(), start);
    network.run(Duration::from_secs(70), &mut lossless, |network| {
        network.closed.is_some()
    });
    assert_eq!(network.closed, Some(CloseReason::HandshakeFailed));
    assert_eq!(network.elapsed(), Duration::from_secs(60));
}

/// A plaintext handshake record with a piece of a client hello that claims to have `len` bytes.
fn piece(
    number: u64,
    message_seq: u8,
    len: u32,
    offset: u32,
    data: &[u8],
    claimed: u32,
) -> Vec<u8> {
    let mut record = vec![22, 0xfe, 0xfd, 0, 0];
    record.extend(&number.to_be_bytes()[2..]);
    record.extend([0, 12 + data.len() as u8, 1]);
    record.extend(&len.to_be_bytes()[1..]);
    record.extend([0, message_seq]);
    record.extend(&offset.to_be_bytes()[1..]);
    record.extend(&claimed.to_be_bytes()[1..]);
    record.extend(data);
    record
}

#[test]
fn pieces_that_lie_about_themselves_neither_hurt_nor_hinder() {
    for index in 0..CLIENTS {
        let start = Instant::now();
        let (name, client) = client(index, start);
        let mut network = Network::new(client, start);
        // Deeply nested for whoever puts pieces together by recursion, and large for whoever keeps
        // what is announced.
        for offset in (0..60_000).rev() {
            let number = 60_000 - u64::from(offset);
            for forged in [
                piece(number, 5, 60_001, offset, &[], 1),
                piece(number, 5, 60_001, offset, &[1], 1),
                piece(number, 5, 16_000, offset, &[1], 1),
                piece(number, 6, 0x00ff_ffff, offset, &[1; 20], 20),
            ] {
                network
                    .transport
                    .handle_dtls(crate::network::CLIENT, &forged, start);
            }
        }
        network.shake_hands(Duration::from_secs(1), name, &mut lossless);
    }
}

#[test]
fn forged_records_among_the_clients_delay_at_most() {
    for index in 0..CLIENTS {
        let start = Instant::now();
        let (name, client) = client(index, start);
        let mut network = Network::new(client, start);
        let mut number = 0_u64;
        network.client.start(start);
        for _ in 0..20 {
            for content_type in [20, 22, 23, 99] {
                for epoch in [1, 2] {
                    number += 1;
                    let mut forged = vec![content_type, 0xfe, 0xfd, 0, epoch];
                    forged.extend(&number.to_be_bytes()[2..]);
                    forged.extend([0, 48]);
                    forged.extend([number as u8; 48]);
                    network
                        .transport
                        .handle_dtls(crate::network::CLIENT, &forged, network.now);
                }
            }
            network.run(Duration::from_millis(10), &mut lossless, |_| false);
        }
        let done = network.run(Duration::from_secs(3), &mut lossless, |network| {
            network.connected && network.client.keyed().is_some()
        });
        assert!(done, "{name}");
    }
}
