use std::{collections::BTreeMap, convert::Infallible, net::SocketAddr};

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], port))
}

/// A packet that says its stream and number, with a tag of 16 bytes.
fn write(queue: &mut SendQueue, flow: u32, stream: u32, number: u32, plain: usize) {
    let to = address(1000 + u16::try_from(flow).unwrap());
    queue
        .write(Flow(flow), to, stream, plain, |buffer| {
            buffer[..plain + 16].fill(0);
            buffer[..4].copy_from_slice(&stream.to_be_bytes());
            buffer[4..8].copy_from_slice(&number.to_be_bytes());
            Ok::<_, Infallible>(plain + 16)
        })
        .unwrap();
}

/// For each transmit: destination port, datagram sizes.
fn flushed(queue: &mut SendQueue) -> Vec<(u16, Vec<usize>)> {
    let mut sent = Vec::new();
    queue.flush(|transmit| {
        sent.push((
            transmit.to.remote.port(),
            transmit.datagrams().map(<[u8]>::len).collect(),
        ));
    });
    sent
}

#[test]
fn the_pieces_of_a_picture_and_a_piece_of_sound_leave_in_one_call_a_receiver() {
    let mut queue = SendQueue::new();
    for number in 0..5 {
        for flow in 0..3 {
            write(&mut queue, flow, 1, number, 1100);
        }
    }
    for flow in 0..3 {
        write(&mut queue, flow, 2, 0, 100);
    }
    let sizes = vec![1116, 1116, 1116, 1116, 1116, 116];
    assert_eq!(
        flushed(&mut queue),
        [(1000, sizes.clone()), (1001, sizes.clone()), (1002, sizes)]
    );
    assert!(queue.is_empty());
}

#[test]
fn sound_that_came_before_the_picture_rides_along_too() {
    let mut queue = SendQueue::new();
    write(&mut queue, 0, 2, 0, 100);
    write(&mut queue, 0, 1, 0, 1100);
    write(&mut queue, 0, 1, 1, 1100);
    assert_eq!(flushed(&mut queue), [(1000, vec![1116, 1116, 116])]);
}

#[test]
fn a_short_packet_never_overtakes_longer_ones_of_its_own_stream() {
    let mut queue = SendQueue::new();
    write(&mut queue, 0, 1, 0, 100);
    write(&mut queue, 0, 1, 1, 1100);
    write(&mut queue, 0, 1, 2, 1100);
    assert_eq!(
        flushed(&mut queue),
        [(1000, vec![116]), (1000, vec![1116, 1116])]
    );
}

#[test]
fn a_refused_packet_leaves_nothing_behind() {
    let mut queue = SendQueue::new();
    let refused = queue.write(Flow(0), address(1), 1, 100, |_| Err("no keys"));
    assert_eq!(refused, Err("no keys"));
    assert!(queue.is_empty());
    write(&mut queue, 0, 1, 0, 100);
    assert_eq!(flushed(&mut queue), [(1000, vec![116])]);
}

#[test]
fn packets_to_which_encryption_adds_unequally_are_kept_apart() {
    let mut queue = SendQueue::new();
    for (stream, written) in [(1, 116), (2, 120), (3, 116)] {
        let protect = |_: &mut [u8]| Ok::<_, Infallible>(written);
        queue
            .write(Flow(0), address(1), stream, 100, protect)
            .unwrap();
    }
    assert_eq!(flushed(&mut queue), [(1, vec![116, 116]), (1, vec![120])]);
}

#[test]
fn a_new_address_of_a_receiver_is_never_reached_through_the_old_one() {
    let mut queue = SendQueue::new();
    for port in [1, 2] {
        queue
            .write(Flow(0), address(port), 7, 100, |_| Ok::<_, Infallible>(116))
            .unwrap();
    }
    assert_eq!(flushed(&mut queue), [(1, vec![116]), (2, vec![116])]);
}

#[test]
fn a_full_queue_drops_and_counts() {
    let mut queue = SendQueue::new();
    for _ in 0..TRAINS {
        queue.push(address(1), b"datagram");
    }
    assert!(queue.is_nearly_full());
    queue.push(address(1), b"datagram");
    write(&mut queue, 0, 1, 0, 100);
    queue.push(address(1), &vec![0; TRAIN_BYTES + 1]);
    assert_eq!(queue.take_dropped(), 3);
    assert_eq!(flushed(&mut queue).len(), TRAINS);
}

#[test]
fn whatever_the_mix_every_packet_leaves_once_and_each_stream_in_order() {
    for seed in 0..200 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut queue = SendQueue::new();
        for _batch in 0..3 {
            let mut next: BTreeMap<(u32, u32), u32> = BTreeMap::new();
            for _ in 0..rng.random_range(1..400) {
                let flow = rng.random_range(0..4);
                let stream = rng.random_range(0..12);
                let plain = [80, 100, 600, 1100, 1101][rng.random_range(0..5)];
                let number = next.entry((flow, stream)).or_default();
                write(&mut queue, flow, stream, *number, plain);
                if queue.take_dropped() == 0 {
                    *number += 1;
                }
            }
            let mut seen: BTreeMap<(u32, u32), u32> = BTreeMap::new();
            queue.flush(|transmit| {
                let flow = u32::from(transmit.to.remote.port()) - 1000;
                for datagram in transmit.datagrams() {
                    let stream = u32::from_be_bytes(datagram[..4].try_into().unwrap());
                    let number = u32::from_be_bytes(datagram[4..8].try_into().unwrap());
                    let expected = seen.entry((flow, stream)).or_default();
                    assert_eq!(
                        number, *expected,
                        "seed {seed}: stream {stream} out of order"
                    );
                    *expected += 1;
                }
            });
            assert_eq!(
                seen,
                next.into_iter().filter(|(_, n)| *n > 0).collect(),
                "seed {seed}"
            );
        }
    }
}
