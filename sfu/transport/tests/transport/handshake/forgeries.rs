//! Records that others put among the client's.

use std::time::{Duration, Instant};

use super::{CLIENTS, client, rtc_dtls};
use crate::{
    clients::Client,
    network::{CLIENT, Network, lossless},
};

#[test]
fn an_alert_without_keys_does_not_end_a_connection_that_has_them() {
    let mut network = Network::new(rtc_dtls(), Instant::now());
    network.shake_hands(Duration::from_secs(1), "rtc-dtls", &mut lossless);
    let close_notify = [21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 1, 0];
    network
        .transport
        .handle_dtls(CLIENT, &close_notify, network.now);
    for len in 0..64_u8 {
        let header = [21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 99, 0, len];
        let forged = [&header[..], &vec![7; usize::from(len)]].concat();
        network.transport.handle_dtls(CLIENT, &forged, network.now);
    }
    network.run(Duration::from_millis(100), &mut lossless, |_| false);
    assert_eq!(network.closed, None);
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
                network.transport.handle_dtls(CLIENT, &forged, start);
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
            for alert in [[2, 40], [2, 0], [1, 0], [1, 90]] {
                number += 1;
                let mut forged = vec![21, 0xfe, 0xfd, 0, 0];
                forged.extend(&number.to_be_bytes()[2..]);
                forged.extend([0, 2]);
                forged.extend(alert);
                network.transport.handle_dtls(CLIENT, &forged, network.now);
            }
            for content_type in [20, 21, 22, 23, 99] {
                for (epoch, len) in [(1, 0), (1, 8), (1, 48), (2, 48)] {
                    number += 1;
                    let mut forged = vec![content_type, 0xfe, 0xfd, 0, epoch];
                    forged.extend(&number.to_be_bytes()[2..]);
                    forged.extend([0, len]);
                    forged.extend(vec![number as u8; usize::from(len)]);
                    network.transport.handle_dtls(CLIENT, &forged, network.now);
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
