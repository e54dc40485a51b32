//! SRTP on a packet of 1,100 bytes, against the bare AES-128-GCM of the library below.

use std::{hint::black_box, time::Instant};

use benches::{
    participant::{PICTURE_SSRC, Participant},
    picture::{PAYLOAD_BYTES, Picture},
};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sfu_core::OutPacket;

fn bare_key() -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &[7; 16]).expect("16 bytes are a key"))
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([3; NONCE_LEN])
}

fn protect(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("protect 1,100 bytes");
    group.throughput(Throughput::Bytes(PAYLOAD_BYTES as u64));

    let key = bare_key();
    let mut payload = [0x5a; PAYLOAD_BYTES];
    let header = [0x5a; Picture::HEADER_BYTES];
    group.bench_function("bare AES-128-GCM", |bencher| {
        bencher.iter(|| {
            let tag = key.seal_in_place_separate_tag(nonce(), Aad::from(&header), &mut payload);
            black_box(tag)
        });
    });

    let mut transport = Participant::connected(Instant::now()).transport;
    let mut picture = Picture::default();
    let mut out = [0; 1_500];
    group.bench_function("SRTP", |bencher| {
        bencher.iter(|| {
            let (header, tail) = picture.next_packet().split_at(Picture::HEADER_BYTES);
            let packet = OutPacket {
                ssrc: PICTURE_SSRC,
                sequence: u16::from_be_bytes([header[2], header[3]]),
                header,
                head: &[],
                tail,
            };
            let length = transport.protect_rtp(packet, &mut out);
            black_box(length.expect("the transport has keys"))
        });
    });
    group.finish();
}

fn unprotect(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("unprotect 1,100 bytes");
    group.throughput(Throughput::Bytes(PAYLOAD_BYTES as u64));

    let key = bare_key();
    let header = [0x5a; Picture::HEADER_BYTES];
    let mut sealed = vec![0x5a; PAYLOAD_BYTES];
    key.seal_in_place_append_tag(nonce(), Aad::from(&header), &mut sealed)
        .expect("the payload is short");
    group.bench_function("bare AES-128-GCM", |bencher| {
        bencher.iter_batched_ref(
            || sealed.clone(),
            |packet| {
                let opened = key.open_in_place(nonce(), Aad::from(&header), packet);
                black_box(opened.expect("the tag fits").len())
            },
            BatchSize::SmallInput,
        );
    });

    let Participant {
        mut transport,
        mut client,
        ..
    } = Participant::connected(Instant::now());
    let mut picture = Picture::default();
    group.bench_function("SRTP", |bencher| {
        bencher.iter_batched_ref(
            || {
                let packet = client.encrypt_rtp(picture.next_packet());
                packet.expect("the client has keys")
            },
            |packet| black_box(transport.unprotect_rtp(packet).expect("each comes once")),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, protect, unprotect);
criterion_main!(benches);
