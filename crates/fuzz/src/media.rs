//! RTP and RTCP: before and after decryption.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use benches::participant::Participant;
use ids::Seat;
use rand::{SeedableRng, rngs::StdRng};
use sfu_core::{OutPacket, PacketSink, Room, RoomConfig, RtpHeader};
use sfu_transport::Transport;

use crate::{datagrams, framed, ice, text};

/// What a receiver is sent is not much longer than what a publisher sent.
const PACKET_LEN_MAX: usize = sfu_transport::FRAME_LEN_MAX + 200;

/// Receivers that look at what they get.
struct Receivers {
    packets: usize,
}

impl PacketSink for Receivers {
    fn send_rtp(&mut self, _: Seat, packet: OutPacket<'_>) {
        let length = packet.header.len() + packet.head.len() + packet.tail.len();
        assert!(packet.header.len() >= 12 && packet.header[0] >> 6 == 2);
        assert!(length <= PACKET_LEN_MAX, "{length} bytes");
        self.packets += 1;
    }

    fn send_rtcp(&mut self, _: Seat, compound: &[u8]) {
        assert!(compound.len() >= 8 && compound.len().is_multiple_of(4));
        assert!(compound.len() <= 1500, "{} bytes", compound.len());
        self.packets += 1;
    }
}

/// A room of two browsers and one client each of two other makes.
fn room(now: Instant) -> Room {
    let mut room = Room::new(RoomConfig::ending_at(now + Duration::from_hours(1)), now);
    let offers = [text::CHROMIUM, text::FIREFOX, text::SAFARI, text::AIORTC];
    for (seat, offer) in Seat::ALL.into_iter().zip(offers) {
        let mut rng = StdRng::seed_from_u64(1);
        let accepted = Transport::accept(offer, ice::config(), &mut rng, now);
        room.join(seat, accepted.expect("a client's offer").session, now);
        room.connected(seat, now);
    }
    room
}

/// Runs a story: the first byte of each datagram says whose it is and whether it is RTCP.
fn tell(input: &[u8], rtcp: Option<bool>) {
    let mut now = Instant::now();
    let mut room = room(now);
    let mut receivers = Receivers { packets: 0 };
    let mut told = 0;
    for datagram in datagrams(input) {
        let Some((who, packet)) = datagram.split_first() else {
            continue;
        };
        let seat = Seat::ALL[usize::from(who & 3)];
        if rtcp.unwrap_or(who & 4 != 0) {
            room.handle_rtcp(seat, packet, now, &mut receivers);
        } else if let Some(header) = RtpHeader::parse(packet) {
            room.handle_rtp(seat, header, packet, now, &mut receivers);
        }
        while room.poll_output().is_some() {}
        now += Duration::from_millis(u64::from(who >> 3));
        told += 1;
    }
    for _ in 0..50 {
        let Some(at) = room.poll_timeout() else { break };
        now = now.max(at);
        room.handle_timeout(now, &mut receivers);
        while room.poll_output().is_some() {}
    }
    // Three receivers, retransmissions, and reports for some seconds.
    assert!(receivers.packets <= 1_000 * (told + 1), "an amplifier");
}

pub(crate) fn rtp(input: &[u8]) {
    tell(input, None);
}

pub(crate) fn rtcp(input: &[u8]) {
    tell(input, Some(true));
}

/// What nobody protected with the client's keys is refused.
pub(crate) fn srtp(input: &[u8]) {
    thread_local! {
        static PARTICIPANT: RefCell<Participant> =
            RefCell::new(Participant::connected(Instant::now()));
    }
    PARTICIPANT.with_borrow_mut(|participant| {
        let transport = &mut participant.transport;
        assert!(transport.unprotect_rtp(&mut input.to_vec()).is_err());
        assert!(transport.unprotect_rtcp(&mut input.to_vec()).is_err());
    });
}

/// An RTP packet with one-byte header extensions (RFC 8285 section 4.2).
pub(crate) fn packet(
    payload_type: u8,
    sequence: u16,
    ssrc: u32,
    mid: &str,
    payload: &[u8],
) -> Vec<u8> {
    let mut packet = vec![0x90, payload_type];
    packet.extend(sequence.to_be_bytes());
    packet.extend((u32::from(sequence) * 3000).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    let mut extensions = vec![0x31];
    extensions.extend(sequence.to_be_bytes());
    extensions.push(0x40 | (u8::try_from(mid.len()).expect("a short mid") - 1));
    extensions.extend(mid.as_bytes());
    extensions.extend([0xa0, b'q', 0x10, 0x85]);
    extensions.resize(extensions.len().next_multiple_of(4), 0);
    packet.extend([0xbe, 0xde]);
    let words = u16::try_from(extensions.len() / 4).expect("a few words");
    packet.extend(words.to_be_bytes());
    packet.extend(extensions);
    packet.extend(payload);
    packet
}

/// Sound, redundant sound (RFC 2198), VP8 (RFC 7741) with and without a key frame, H.264 (RFC 6184),
/// and retransmissions (RFC 4588).
pub(crate) fn rtp_seeds() -> Vec<Vec<u8>> {
    let key = [
        0x90, 0xe0, 0x81, 0x23, 7, 0x20, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0,
    ];
    let delta = [0x90, 0xe0, 0x81, 0x24, 8, 0x21, 0x11, 0, 0, 1, 2, 3];
    let sound = [0x78, 1, 2, 3, 4, 5];
    let red = [0x80 | 111, 0x0f, 0, 3, 111, 9, 9, 9, 0x78, 1, 2, 3];
    let idr = [0x78, 0, 4, 0x67, 1, 2, 3, 0, 2, 0x65, 1];
    vec![
        packet(111, 1, 1001, "0", &sound),
        packet(63, 2, 1001, "0", &red),
        packet(96, 1, 2001, "1", &key),
        packet(96, 2, 2001, "1", &delta),
        packet(97, 1, 2002, "1", &[&[0, 1][..], &key].concat()),
        packet(102, 3, 2001, "1", &idr),
        packet(109, 1, 3001, "0", &sound),
        packet(120, 1, 3002, "1", &key),
    ]
}

pub(crate) fn rtp_stories() -> Vec<Vec<u8>> {
    let mut stories = Vec::new();
    for seat in 0..4 {
        let mut story = Vec::new();
        for round in 0..6_u16 {
            for mut packet in rtp_seeds() {
                let sequence = u16::from_be_bytes([packet[2], packet[3]]) + 8 * round;
                packet[2..4].copy_from_slice(&sequence.to_be_bytes());
                story.push([&[seat | 0x28][..], &packet].concat());
            }
            for packet in rtcp_seeds() {
                story.push([&[seat ^ 1 | 0x2c][..], &packet].concat());
            }
        }
        stories.push(framed(&story));
    }
    stories
}

/// Reports, requests and feedback (RFC 3550, RFC 4585, RFC 5104, transport-wide feedback).
pub(crate) fn rtcp_seeds() -> Vec<Vec<u8>> {
    let block = [&2001_u32.to_be_bytes()[..], &[3; 20]].concat();
    let ssrc = 1001_u32.to_be_bytes();
    let media = 2001_u32.to_be_bytes();
    let one = |head: [u8; 4], parts: &[&[u8]]| [&head[..], &parts.concat()].concat();
    let sender = one([0x81, 200, 0, 12], &[&ssrc, &[7; 20], &block]);
    let receiver = one([0x81, 201, 0, 7], &[&ssrc, &block]);
    let source = one(
        [0x81, 202, 0, 3],
        &[&ssrc, &[1, 4, b'n', b'a', b'm', b'e', 0, 0]],
    );
    let nack = one([0x81, 205, 0, 3], &[&ssrc, &media, &[0, 1, 0xff, 0xff]]);
    let pli = one([0x81, 206, 0, 2], &[&ssrc, &media]);
    let fir = one([0x84, 206, 0, 4], &[&ssrc, &[0; 4], &media, &[3, 0, 0, 0]]);
    let remb = one(
        [0x8f, 206, 0, 5],
        &[&ssrc, &[0; 4], b"REMB", &[1, 2, 3, 4], &media],
    );
    let transport = one(
        [0x8f, 205, 0, 5],
        &[&ssrc, &media, &[0, 1, 0, 4, 0, 0, 1, 0, 0x20, 4, 1, 2]],
    );
    let bye = one([0x81, 203, 0, 1], &[&ssrc]);
    vec![
        [&sender[..], &source].concat(),
        [&receiver[..], &nack, &pli].concat(),
        [&receiver[..], &transport].concat(),
        [&receiver[..], &fir, &remb].concat(),
        [&receiver[..], &bye].concat(),
        pli,
        nack,
        transport,
    ]
}

pub(crate) fn rtcp_stories() -> Vec<Vec<u8>> {
    (0..4)
        .map(|seat| {
            let mut story = Vec::new();
            for packet in rtcp_seeds() {
                story.push([&[seat | 0x2c][..], &packet].concat());
            }
            framed(&story)
        })
        .collect()
}
