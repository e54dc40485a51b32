//! A full room in which all four publish, and a publisher whose receivers change layers.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use benches::{
    participant::Participant,
    picture::{PACKETS_A_FRAME, Picture},
    sinks::{Encrypted, Nowhere},
    sound::Sound,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ids::Seat;
use sfu_core::{PacketSink, PublishedLayer, Room, RoomConfig, RtpHeader, Tile};

/// A visit that outlives every benchmark's simulated time.
const VISIT: Duration = Duration::from_secs(100_000_000);
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 30);
/// So seldom that either layer fits into the bandwidth that is assumed of receivers who tell nothing of theirs.
const SELDOM_FRAME: Duration = Duration::from_millis(200);
const OTHERS: u64 = Seat::COUNT as u64 - 1;
/// What leaves when each of four sends a picture of five packets and one of sound.
const FAN_OUT: u64 = Seat::COUNT as u64 * (PACKETS_A_FRAME + 1) * OTHERS;
/// Pictures after which the first padding has gone out.
const PROBED: usize = 10;

/// The layers' SSRCs, and the pixels of both the layer and the tile that it suffices for.
const LAYERS: [(u32, u16, u16); 2] = [(2_001, 320, 180), (2_002, 1_280, 720)];

fn joined(participants: &[Participant], layers: &[PublishedLayer], now: Instant) -> Room {
    let mut room = Room::new(RoomConfig::ending_at(now + VISIT), now);
    for (seat, participant) in Seat::ALL.into_iter().zip(participants) {
        let mut session = participant.session.clone();
        if !layers.is_empty() {
            let video = session.video.as_mut().expect("the offer has a picture");
            video.layers = layers.to_vec();
        }
        room.join(seat, session, now);
        room.connected(seat, now);
    }
    room
}

fn finish(room: &mut Room, now: Instant, sink: &mut impl PacketSink) {
    if room.poll_timeout().is_some_and(|at| at <= now) {
        room.handle_timeout(now, sink);
    }
    while let Some(output) = room.poll_output() {
        black_box(output);
    }
}

/// Everybody sends a picture and a packet of sound.
struct Everybody {
    room: Room,
    media: Vec<(Seat, Picture, Sound)>,
    now: Instant,
}

impl Everybody {
    /// A call whose bandwidth has been probed with padding, as that begins with the first pictures.
    fn after_first_probes(participants: &[Participant]) -> Self {
        let now = Instant::now();
        let media = Seat::ALL.map(|seat| (seat, Picture::default(), Sound::default()));
        let mut everybody = Self {
            room: joined(participants, &[], now),
            media: media.into(),
            now,
        };
        for _ in 0..PROBED {
            everybody.step(&mut Nowhere::default());
        }
        everybody
    }

    fn step(&mut self, sink: &mut impl PacketSink) {
        self.now += FRAME;
        for (seat, picture, sound) in &mut self.media {
            for _ in 0..PACKETS_A_FRAME {
                let packet = picture.next_packet();
                take(&mut self.room, *seat, packet, self.now, sink);
            }
            let packet = sound.next_packet();
            take(&mut self.room, *seat, packet, self.now, sink);
        }
        finish(&mut self.room, self.now, sink);
    }
}

/// As the engine does, which has the header from SRTP.
fn take(room: &mut Room, from: Seat, packet: &[u8], now: Instant, sink: &mut impl PacketSink) {
    let header = RtpHeader::parse(packet).expect("a whole packet");
    room.handle_rtp(from, header, packet, now, sink);
}

fn fan_out(criterion: &mut Criterion) {
    let participants: Vec<_> = Seat::ALL
        .map(|_| Participant::connected(Instant::now()))
        .into();
    let mut group = criterion.benchmark_group("a room's fan-out of 72 packets");
    group.throughput(Throughput::Elements(FAN_OUT));

    let mut everybody = Everybody::after_first_probes(&participants);
    let mut nowhere = Nowhere::default();
    everybody.step(&mut nowhere);
    assert_eq!(nowhere.packets, FAN_OUT, "everybody gets everything");
    group.bench_function("room alone", |bencher| {
        bencher.iter(|| everybody.step(&mut nowhere));
    });

    let mut everybody = Everybody::after_first_probes(&participants);
    let mut encrypted = Encrypted::new(participants);
    everybody.step(&mut encrypted);
    assert_eq!(encrypted.packets, FAN_OUT, "every packet is encrypted");
    group.bench_function("room and encryption", |bencher| {
        bencher.iter(|| everybody.step(&mut encrypted));
    });
    group.finish();
}

/// The inmate sends two layers, a key frame every time; the visitors see it large or small.
struct TwoLayers {
    room: Room,
    layers: [Picture; 2],
    shown: usize,
    now: Instant,
}

impl TwoLayers {
    fn new(participants: &[Participant]) -> Self {
        let now = Instant::now();
        let published = LAYERS.map(|(ssrc, ..)| PublishedLayer {
            rid: Some(ssrc.to_string()),
            ssrc: Some(ssrc),
            rtx_ssrc: None,
        });
        Self {
            room: joined(participants, &published, now),
            layers: LAYERS.map(|(ssrc, width, height)| Picture::new(ssrc, width, height, 1)),
            shown: 1,
            now,
        }
    }

    /// Visitors say how large they see the inmate, then both layers send a frame.
    fn step(&mut self, shown: usize, sink: &mut impl PacketSink) {
        self.now += SELDOM_FRAME;
        self.shown = shown;
        let (_, width, height) = LAYERS[shown];
        for visitor in Seat::INMATE.others() {
            let tile = Tile { width, height };
            self.room.view(visitor, Seat::INMATE, tile, self.now);
        }
        for picture in &mut self.layers {
            for _ in 0..PACKETS_A_FRAME {
                let packet = picture.next_packet();
                take(&mut self.room, Seat::INMATE, packet, self.now, sink);
            }
        }
        finish(&mut self.room, self.now, sink);
    }

    fn assert_shown(&self, sink: &Nowhere) {
        let expected = LAYERS[self.shown].0.to_be_bytes()[3];
        for visitor in Seat::INMATE.others() {
            assert_eq!(sink.latest[visitor.index()], Some(expected));
        }
    }
}

fn layer_switch(criterion: &mut Criterion) {
    let participants: Vec<_> = Seat::ALL
        .map(|_| Participant::connected(Instant::now()))
        .into();
    let mut group = criterion.benchmark_group("a frame of two layers to three");
    let mut nowhere = Nowhere::default();
    let mut call = TwoLayers::new(&participants);
    for _ in 0..30 {
        call.step(1, &mut nowhere);
    }
    group.bench_function("nobody changes the layer", |bencher| {
        bencher.iter(|| call.step(1, &mut nowhere));
    });
    call.assert_shown(&nowhere);
    for _ in 0..10 {
        let other = 1 - call.shown;
        call.step(other, &mut nowhere);
        call.assert_shown(&nowhere);
    }
    group.bench_function("all three change the layer", |bencher| {
        bencher.iter(|| {
            let other = 1 - call.shown;
            call.step(other, &mut nowhere);
        });
    });
    call.assert_shown(&nowhere);
    group.finish();
}

criterion_group!(benches, fan_out, layer_switch);
criterion_main!(benches);
