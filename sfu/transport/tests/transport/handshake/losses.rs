//! Whatever is lost on the way, hands are shaken.

use std::{
    cell::Cell,
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::{CLIENTS, SOUND_CLIENTS, client};
use crate::{
    clients::{Client, Dimpl},
    network::{Network, Way, far, losing, lossless, rough},
};

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

/// The type, length, number and place of the handshake message, or of its piece, that a datagram begins with
/// (RFC 6347 section 4.2.2): the same each time that it is sent.
fn message(datagram: &[u8]) -> [u8; 9] {
    std::array::from_fn(|index| datagram[13 + index])
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
                let (mut left, mut first, mut sent) = (lost, None, 0);
                Network::new(client, start).shake_hands(
                    Duration::from_secs(5),
                    &what,
                    &mut losing(|way, _, datagram| {
                        if flight(way, datagram) != lost_flight {
                            return false;
                        }
                        // Signatures differ in length, and so may flights in their number of pieces: what is
                        // left over is not taken from a time too many.
                        let message = message(datagram);
                        sent += usize::from(*first.get_or_insert(message) == message);
                        let is_lost = left > 0 && sent <= times;
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
