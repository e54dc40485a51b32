//! Once a call flows, nothing is allocated.

use std::time::Duration;

use ids::Seat;
use sfu_core::{OutPacket, PacketSink, RtpHeader};
use testkit::allocations::{self, Counting};

use crate::party::{Call, EVERYWHERE, SECOND};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Counts what goes out, and keeps the sums from being optimised away.
#[derive(Default)]
struct Counter {
    packets: u64,
    bytes: usize,
}

impl PacketSink for Counter {
    fn send_rtp(&mut self, _: Seat, packet: OutPacket<'_>) {
        self.packets += 1;
        self.bytes += packet.header.len() + packet.head.len() + packet.tail.len();
    }

    fn send_rtcp(&mut self, _: Seat, compound: &[u8]) {
        self.bytes += compound.len();
    }
}

#[test]
fn forwarding_losses_and_reports_allocate_nothing() {
    let mut call = Call::of_four(EVERYWHERE);
    call.flow(3 * SECOND);
    // Ten seconds of packets, one in 37 lost, made beforehand.
    let mut packets = Vec::new();
    for tick in 0..1_000_u64 {
        for from in Seat::ALL {
            let camera = call.camera(from);
            if tick.is_multiple_of(2) {
                packets.push((tick, from, camera.sound().bytes));
            }
            if tick.is_multiple_of(3) {
                for layer in 0..camera.layers() {
                    let shots = camera.frame(layer, tick.is_multiple_of(300));
                    packets.extend(shots.into_iter().map(|shot| (tick, from, shot.bytes)));
                }
            }
        }
    }
    let start = call.now;
    let mut sink = Counter::default();
    let mut run = |part: &mut dyn Iterator<Item = (usize, &(u64, Seat, Vec<u8>))>| {
        let before = allocations::on_this_thread();
        for (place, (tick, from, bytes)) in part {
            let now = start + Duration::from_millis(tick * 10);
            while call.room.poll_timeout().is_some_and(|at| at <= now) {
                call.room.handle_timeout(now, &mut sink);
            }
            if place % 37 != 0 {
                let header = RtpHeader::parse(bytes).unwrap();
                call.room.handle_rtp(*from, header, bytes, now, &mut sink);
            }
            while call.room.poll_output().is_some() {}
        }
        allocations::on_this_thread() - before
    };
    // By the middle the memory of what was sent has grown, as these receivers never tell what came.
    let (warm, measured) = packets.split_at(packets.len() / 2);
    run(&mut warm.iter().enumerate());
    assert_eq!(run(&mut measured.iter().enumerate()), 0);
    let stats = call.room.stats();
    assert!(sink.packets > 10_000 && sink.bytes > 1_000_000);
    assert!(
        stats.nacks_sent > 0 && stats.feedback_sent > 100,
        "{stats:?}"
    );
}
