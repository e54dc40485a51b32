//! What an attacker on the network can do to calls, one file a threat; `SECURITY.md` names them.
//!
//! The attacker sees every datagram on its way to the server and sends whatever it likes from any
//! address. It knows neither the ICE passwords nor any key, unless it was admitted itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_peer;
mod consent;
mod cross_room;
mod flood;
mod forged;
mod hello_race;
mod hostile;
mod insider;
mod keyed;
mod moved;
mod wrong_certificate;

#[path = "../simulated/client.rs"]
mod client;
#[path = "../loopback/peer.rs"]
mod peer;
#[path = "../simulated/world.rs"]
#[expect(dead_code, reason = "the simulated calls use more of it")]
mod world;

use std::net::SocketAddr;

use rand::{Rng, rngs::StdRng};
use testkit::strangers;

fn stranger(rng: &mut StdRng) -> SocketAddr {
    SocketAddr::from((rng.random::<[u8; 4]>(), rng.random_range(1..=u16::MAX)))
}

/// What a stranger sends of any size.
fn shaped(rng: &mut StdRng) -> Vec<u8> {
    strangers::shaped(rng, 20..1400)
}

/// An alert, or another DTLS record, of the epoch that has keys, from whoever has none.
fn keyless(rng: &mut StdRng) -> Vec<u8> {
    let (kind, len) = (rng.random_range(20..24), rng.random_range(0..48));
    let mut record = vec![kind, 0xfe, 0xfd, 0, 1, 0, 0];
    record.extend(rng.random::<[u8; 4]>());
    record.extend([0, len]);
    record.resize(record.len() + usize::from(len), 7);
    record
}

/// The datagram with some bits turned.
fn altered(datagram: &[u8], rng: &mut StdRng) -> Vec<u8> {
    let mut altered = datagram.to_vec();
    // A bit that is turned twice is as it was.
    while altered == datagram {
        for _ in 0..rng.random_range(1..6) {
            let bit = rng.random_range(0..altered.len() * 8);
            altered[bit / 8] ^= 1 << (bit % 8);
        }
    }
    altered
}

fn is_dtls(datagram: &[u8]) -> bool {
    matches!(datagram.first(), Some(20..=63))
}

fn is_rtp(datagram: &[u8]) -> bool {
    matches!(datagram, [128..=191, 0..=191 | 224.., ..])
}
