//! One packet of a publisher, to three: the room alone, and with every receiver's encryption.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use benches::{
    participant::Participant,
    picture::{Picture, SPACING},
    sinks::{Encrypted, Nowhere},
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ids::Seat;
use sfu_core::{PacketSink, Room, RoomConfig, RtpHeader};

/// A visit that outlives every benchmark's simulated time.
const VISIT: Duration = Duration::from_secs(1_000_000);

/// A full room in which the first seat's picture flows.
struct Call {
    room: Room,
    picture: Picture,
    now: Instant,
}

impl Call {
    fn new(sink: &mut impl PacketSink, participants: &[Participant]) -> Self {
        let now = Instant::now();
        let mut room = Room::new(RoomConfig::ending_at(now + VISIT), now);
        for (seat, participant) in Seat::ALL.into_iter().zip(participants) {
            room.join(seat, participant.session.clone(), now);
            room.connected(seat, now);
        }
        let mut call = Self {
            room,
            picture: Picture::default(),
            now,
        };
        call.step(sink);
        call
    }

    fn step(&mut self, sink: &mut impl PacketSink) {
        self.now += SPACING;
        let packet = self.picture.next_packet();
        let header = RtpHeader::parse(packet).expect("a whole packet");
        self.room
            .handle_rtp(Seat::INMATE, header, packet, self.now, sink);
        if self.room.poll_timeout().is_some_and(|at| at <= self.now) {
            self.room.handle_timeout(self.now, sink);
        }
        while let Some(output) = self.room.poll_output() {
            black_box(output);
        }
    }
}

fn forward(criterion: &mut Criterion) {
    let participants: Vec<_> = Seat::ALL
        .map(|_| Participant::connected(Instant::now()))
        .into();
    let mut group = criterion.benchmark_group("forward one packet to three");
    group.throughput(Throughput::Elements(3));

    let mut nowhere = Nowhere::default();
    let mut call = Call::new(&mut nowhere, &participants);
    assert_eq!(nowhere.packets, 3, "everybody gets the picture");
    group.bench_function("room alone", |bencher| {
        bencher.iter(|| call.step(&mut nowhere));
    });

    let mut call = Call::new(&mut Nowhere::default(), &participants);
    let mut encrypted = Encrypted::new(participants);
    call.step(&mut encrypted);
    assert_eq!(encrypted.packets, 3, "everybody's packet is encrypted");
    group.bench_function("room and encryption", |bencher| {
        bencher.iter(|| call.step(&mut encrypted));
    });
    group.finish();
}

criterion_group!(benches, forward);
criterion_main!(benches);
