//! Packets that get lost on either side, and key frames that are asked for.

use std::time::Duration;

use ids::Seat;
use rtc_rtcp::{
    packet::{self, Packet},
    payload_feedbacks::{
        full_intra_request::{FirEntry, FullIntraRequest},
        picture_loss_indication::PictureLossIndication,
    },
    receiver_report::ReceiverReport,
    reception_report::ReceptionReport,
    sender_report::SenderReport,
    transport_feedbacks::transport_layer_nack::{
        NackPair, TransportLayerNack, nack_pairs_from_sequence_numbers,
    },
};

use crate::party::{Call, Got, Kind, MINUTE, SECOND, seat, session};

const INMATE: Seat = Seat::INMATE;

fn pair_of(kind: Kind) -> (Call, Seat, u32) {
    let mut call = Call::new();
    call.join(INMATE, Kind::OneLayer);
    let visitor = seat(1);
    call.join(visitor, kind);
    call.cameras[visitor.index()] = None;
    let line = session(visitor, kind).video_receivers[0].ssrc;
    (call, visitor, line)
}

fn nack(media_ssrc: u32, sequences: &[u16]) -> Vec<u8> {
    let nacks = nack_pairs_from_sequence_numbers(sequences);
    let nack: Box<dyn Packet> = Box::new(TransportLayerNack {
        sender_ssrc: 1,
        media_ssrc,
        nacks,
    });
    packet::marshal(&[nack]).unwrap().to_vec()
}

fn picture_loss(media_ssrc: u32) -> Vec<u8> {
    let loss: Box<dyn Packet> = Box::new(PictureLossIndication {
        sender_ssrc: 1,
        media_ssrc,
    });
    packet::marshal(&[loss]).unwrap().to_vec()
}

/// The packet inside an RTX: the original number, and the payload.
fn unwrapped(rtx: &Got) -> (u16, &[u8]) {
    let payload = &rtx.packet.payload;
    (u16::from_be_bytes([payload[0], payload[1]]), &payload[2..])
}

#[test]
fn a_receiver_that_lost_packets_gets_them_again_as_rtx() {
    let (mut call, visitor, line) = pair_of(Kind::Firefox);
    call.frame(INMATE, 0, true);
    call.frame(INMATE, 0, false);
    let sent: Vec<Got> = call.inbox.on(visitor, line).into_iter().cloned().collect();
    let asked = [sent[1].sequence(), sent[4].sequence()];
    call.rtcp(visitor, &nack(line, &asked));
    let negotiated = &session(visitor, Kind::Firefox).video_receivers[0];
    let again = call.inbox.on(visitor, negotiated.rtx_ssrc.unwrap());
    assert_eq!(again.len(), 2);
    for (rtx, original) in again.iter().zip([&sent[1], &sent[4]]) {
        assert_eq!(
            Some(rtx.packet.header.payload_type),
            Kind::Firefox.payloads().vp8_rtx
        );
        assert_eq!(
            unwrapped(rtx),
            (original.sequence(), &original.packet.payload[..])
        );
        assert_eq!(rtx.timestamp(), original.timestamp());
        assert_eq!(rtx.packet.header.marker, original.packet.header.marker);
        let ids = Kind::Firefox.extensions();
        assert_eq!(rtx.extension(ids.mid).unwrap(), negotiated.mid.as_bytes());
        assert_ne!(
            rtx.extension(ids.transport_cc),
            original.extension(ids.transport_cc)
        );
    }
    assert_eq!(again[1].sequence(), again[0].sequence().wrapping_add(1));
}

#[test]
fn without_rtx_the_very_same_packet_is_sent_again() {
    let (mut call, visitor, line) = pair_of(Kind::Plain);
    call.frame(INMATE, 0, true);
    call.sound(INMATE);
    call.frame(INMATE, 0, false);
    let lost = call.inbox.on(visitor, line)[4].clone();
    call.rtcp(visitor, &nack(line, &[lost.sequence()]));
    assert_eq!(
        call.inbox.on(visitor, line).last().unwrap().bytes,
        lost.bytes
    );
}

#[test]
fn an_impatient_receiver_is_answered_once_per_round_trip() {
    let (mut call, visitor, line) = pair_of(Kind::Firefox);
    call.frame(INMATE, 0, true);
    let lost = call.inbox.on(visitor, line)[0].sequence();
    for _ in 0..4 {
        call.rtcp(visitor, &nack(line, &[lost]));
        call.pass(Duration::from_millis(4));
    }
    assert_eq!(call.room.stats().retransmitted, 1);
    assert_eq!(call.room.stats().nacks_repeated, 3);
    call.pass(Duration::from_millis(10));
    call.rtcp(visitor, &nack(line, &[lost]));
    assert_eq!(call.room.stats().retransmitted, 2);
}

#[test]
fn who_asks_for_everything_all_the_time_gets_what_the_way_carries() {
    let (mut call, visitor, line) = pair_of(Kind::Firefox);
    call.frame(INMATE, 0, true);
    for _ in 0..30 {
        call.frame(INMATE, 0, false);
    }
    let sent = call.inbox.on(visitor, line);
    let all: Vec<u16> = sent.iter().map(|packet| packet.sequence()).collect();
    let rtx = session(visitor, Kind::Firefox).video_receivers[0]
        .rtx_ssrc
        .unwrap();
    let began = call.now;
    while call.now - began < 2 * SECOND {
        call.rtcp(visitor, &nack(line, &all));
        call.pass(Duration::from_millis(1));
    }
    let again: usize = call
        .inbox
        .on(visitor, rtx)
        .iter()
        .map(|got| got.bytes.len())
        .sum();
    // What is assumed at most of a way of which nobody tells.
    let carried = 2_500_000 / 8 * 2;
    assert!(again < carried, "{again} bytes in two seconds");
    assert!(call.room.stats().nacks_over_budget > 0);
}

#[test]
fn a_compound_is_answered_as_far_as_browsers_ask_in_one() {
    let (mut call, visitor, line) = pair_of(Kind::Firefox);
    call.frame(INMATE, 0, true);
    let before = *call.room.stats();
    let pairs: Vec<u16> = (0..200).map(|pair| pair * 40).collect();
    call.rtcp(visitor, &nack(line, &pairs));
    let stats = call.room.stats();
    assert_eq!(stats.nacks_received - before.nacks_received, 128);
    let feedback: [u8; 24] = [
        0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0x1f, 0xff, 0x1f,
        0xff,
    ];
    call.rtcp(visitor, &feedback.repeat(40));
    let stats = *call.room.stats();
    assert_eq!(stats.feedback_received - before.feedback_received, 8);
    assert_eq!(stats.rtcp_ignored - before.rtcp_ignored, 32);
    call.rtcp(visitor, &feedback.repeat(63));
    let longer = call.room.stats();
    assert_eq!(longer.feedback_received, stats.feedback_received);
    assert_eq!(longer.rtcp_malformed - stats.rtcp_malformed, 1);
}

#[test]
fn what_was_never_sent_or_is_long_gone_cannot_be_had_again() {
    let (mut call, visitor, line) = pair_of(Kind::Firefox);
    call.frame(INMATE, 0, true);
    let first = call.inbox.on(visitor, line)[0].sequence();
    call.rtcp(
        visitor,
        &nack(line, &[first.wrapping_add(50), first.wrapping_sub(50)]),
    );
    call.rtcp(visitor, &nack(line + 1_000, &[first]));
    for _ in 0..500 {
        call.frame(INMATE, 0, false);
    }
    call.rtcp(visitor, &nack(line, &[first]));
    assert_eq!(call.room.stats().nacks_unanswered, 4);
    assert_eq!(call.room.stats().retransmitted, 0);
}

/// How many packets of the last 400 ms a receiver can have again whose answers take so long, and how many
/// there were.
fn kept_for(round_trip: Duration) -> (usize, usize) {
    let (mut call, visitor, line) = pair_of(Kind::Firefox);
    call.camera(INMATE).filling = [1_000; 3];
    call.flow(SECOND);
    // Lines have reports once their publisher reports.
    let report: Box<dyn Packet> = Box::new(SenderReport {
        ssrc: call.camera(INMATE).layer_ssrc(0),
        ..Default::default()
    });
    call.rtcp(INMATE, &packet::marshal(&[report]).unwrap());
    while call.inbox.reports::<SenderReport>(visitor).is_empty() {
        call.flow(Duration::from_millis(10));
    }
    let ntp_time = call.inbox.reports::<SenderReport>(visitor)[0].ntp_time;
    let block = ReceptionReport {
        ssrc: line,
        last_sender_report: u32::try_from((ntp_time >> 16) & 0xffff_ffff).unwrap(),
        ..Default::default()
    };
    call.pass(round_trip);
    let report: Box<dyn Packet> = Box::new(ReceiverReport {
        ssrc: 1,
        reports: vec![block],
        ..Default::default()
    });
    call.rtcp(visitor, &packet::marshal(&[report]).unwrap());
    call.flow(SECOND);
    call.inbox.clear();
    call.flow(Duration::from_millis(400));
    let sent = call.inbox.on(visitor, line);
    let all: Vec<u16> = sent.iter().map(|packet| packet.sequence()).collect();
    call.rtcp(visitor, &nack(line, &all));
    let gone = usize::try_from(call.room.stats().nacks_unanswered).unwrap();
    (all.len() - gone, all.len())
}

#[test]
fn for_who_is_far_packets_are_kept_as_long_as_their_requests_take() {
    // Of a kilobyte each, while 16 KiB are kept at first.
    let (near, sent) = kept_for(Duration::ZERO);
    assert!((8..20).contains(&near) && sent > 30, "{near} of {sent}");
    let (far, sent) = kept_for(Duration::from_millis(150));
    assert_eq!(far, sent);
}

#[test]
fn a_publishers_lost_packet_is_asked_for_and_its_rtx_fills_the_gap() {
    let (mut call, visitor, line) = pair_of(Kind::Chromium);
    let shots = call.camera(INMATE).frame(0, true);
    call.rtp(INMATE, &shots[0].bytes);
    call.rtp(INMATE, &shots[2].bytes);
    call.pass(Duration::from_millis(10));
    let asked = call.inbox.reports::<TransportLayerNack>(INMATE);
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0].media_ssrc,
        call.cameras[0].as_ref().unwrap().layer_ssrc(0)
    );
    assert_eq!(
        asked[0].nacks,
        [NackPair {
            packet_id: shots[1].sequence,
            lost_packets: 0
        }]
    );
    let rtx = call.camera(INMATE).again(0, &shots[1]);
    call.rtp(INMATE, &rtx);
    let got = call.inbox.on(visitor, line);
    let first = got[0].sequence();
    let order: Vec<u16> = got
        .iter()
        .map(|got| got.sequence().wrapping_sub(first))
        .collect();
    assert_eq!(order, [0, 2, 1]);
    assert_eq!(got[2].content(), shots[1].content);
    assert_eq!(
        Some(got[2].packet.header.payload_type),
        Kind::Chromium.payloads().vp8
    );
    assert_eq!(call.room.stats().recovered_in, 1);
    // Once more changes nothing.
    let rtx = call.camera(INMATE).again(0, &shots[1]);
    call.rtp(INMATE, &rtx);
    assert_eq!(call.inbox.on(visitor, line).len(), 3);
    call.pass(SECOND);
    assert_eq!(call.inbox.reports::<TransportLayerNack>(INMATE).len(), 1);
}

#[test]
fn packets_that_only_overtook_each_other_are_not_asked_for() {
    let (mut call, visitor, line) = pair_of(Kind::Chromium);
    let shots = call.camera(INMATE).frame(0, true);
    for place in [0, 2, 1] {
        call.rtp(INMATE, &shots[place].bytes);
        call.pass(Duration::from_millis(4));
    }
    call.pass(SECOND);
    assert!(call.inbox.reports::<TransportLayerNack>(INMATE).is_empty());
    assert_eq!(call.inbox.on(visitor, line).len(), 3);
}

#[test]
fn a_lost_packet_is_asked_for_a_bounded_number_of_times() {
    let (mut call, ..) = pair_of(Kind::Chromium);
    let shots = call.camera(INMATE).frame(0, true);
    call.rtp(INMATE, &shots[0].bytes);
    call.rtp(INMATE, &shots[2].bytes);
    call.pass(10 * SECOND);
    let asked = call.inbox.reports::<TransportLayerNack>(INMATE).len();
    assert!((2..=10).contains(&asked), "{asked} requests");
}

#[test]
fn what_nobody_watches_is_not_asked_for() {
    let mut call = Call::new();
    call.join(INMATE, Kind::OneLayer);
    let shots = call.camera(INMATE).frame(0, true);
    call.rtp(INMATE, &shots[0].bytes);
    call.rtp(INMATE, &shots[2].bytes);
    call.pass(2 * SECOND);
    assert_eq!(call.room.stats().nacks_sent, 0);
    assert_eq!(call.room.stats().key_frame_requests_sent, 0);
}

#[test]
fn many_requests_for_a_key_frame_are_few_to_the_publisher() {
    let mut call = Call::of_four([Kind::OneLayer; 4]);
    call.flow(3 * SECOND);
    call.inbox.clear();
    let before = *call.room.stats();
    // Three receivers ask 50 times a second for ten seconds, by PLI and by FIR.
    for _ in 0..500 {
        for number in 1..4 {
            let to = seat(number);
            let line = session(to, Kind::OneLayer).video_receivers[0].ssrc;
            call.rtcp(to, &picture_loss(line));
            let full: Box<dyn Packet> = Box::new(FullIntraRequest {
                sender_ssrc: 1,
                media_ssrc: 0,
                fir: vec![FirEntry {
                    ssrc: line,
                    sequence_number: 0,
                }],
            });
            call.rtcp(to, &packet::marshal(&[full]).unwrap());
        }
        call.flow(Duration::from_millis(20));
    }
    let stats = call.room.stats();
    let received = stats.key_frame_requests_received - before.key_frame_requests_received;
    let sent = stats.key_frame_requests_sent - before.key_frame_requests_sent;
    assert_eq!(received, 3_000);
    assert!((9..=10).contains(&sent), "{sent} requests in 10 s");
}

#[test]
fn three_who_join_together_cost_the_publisher_no_storm() {
    let mut call = Call::new();
    call.join(INMATE, Kind::OneLayer);
    call.flow(2 * SECOND);
    let before = call.room.stats().key_frame_requests_sent;
    for number in 1..4 {
        call.join(seat(number), Kind::Chromium);
        call.cameras[usize::from(number)] = None;
        call.flow(Duration::from_millis(100));
    }
    call.flow(SECOND);
    let sent = call.room.stats().key_frame_requests_sent - before;
    assert!((1..=2).contains(&sent), "{sent} requests");
    for number in 1..4 {
        let line = session(seat(number), Kind::Chromium).video_receivers[0].ssrc;
        let got = call.inbox.on(seat(number), line);
        assert_eq!(got[0].what(), 'K');
    }
}

#[test]
fn a_request_that_gets_no_answer_is_repeated_until_a_key_frame_comes() {
    let (mut call, visitor, line) = pair_of(Kind::Chromium);
    for _ in 0..40 {
        call.frame(INMATE, 0, false);
        call.pass(Duration::from_millis(100));
    }
    let asked = call.inbox.take_key_frame_requests(INMATE).len();
    assert!((8..=13).contains(&asked), "{asked} requests in 4 s");
    assert!(call.inbox.on(visitor, line).is_empty());
    call.frame(INMATE, 0, true);
    call.frame(INMATE, 0, false);
    call.pass(3 * SECOND);
    assert!(call.inbox.take_key_frame_requests(INMATE).is_empty());
    assert_eq!(call.inbox.on(visitor, line).len(), 6);
}

#[test]
fn a_key_frame_from_before_a_request_that_comes_late_is_no_answer_to_it() {
    let (mut call, visitor, line) = pair_of(Kind::Chromium);
    call.frame(INMATE, 0, true);
    let lost = call.camera(INMATE).frame(0, true);
    for shot in &lost[1..] {
        call.rtp(INMATE, &shot.bytes);
    }
    call.frame(INMATE, 0, false);
    call.rtcp(visitor, &picture_loss(line));
    let late = call.camera(INMATE).again(0, &lost[0]);
    call.rtp(INMATE, &late);
    let mut asked = 0;
    for _ in 0..10 {
        call.frame(INMATE, 0, false);
        call.pass(Duration::from_millis(100));
        asked += call.inbox.take_key_frame_requests(INMATE).len();
    }
    assert!((3..=4).contains(&asked), "{asked} requests in a second");
    call.frame(INMATE, 0, true);
    call.pass(2 * SECOND);
    assert!(call.inbox.take_key_frame_requests(INMATE).is_empty());
}

#[test]
fn a_camera_that_is_off_is_asked_ever_less_often_and_at_once_when_it_is_on_again() {
    let (mut call, visitor, line) = pair_of(Kind::Chromium);
    call.frame(INMATE, 0, true);
    call.rtcp(visitor, &picture_loss(line));
    call.pass(MINUTE);
    let asked = call.inbox.take_key_frame_requests(INMATE).len();
    assert!((6..=9).contains(&asked), "{asked} requests in a minute");
    call.frame(INMATE, 0, false);
    call.pass(Duration::ZERO);
    let asked = call.inbox.take_key_frame_requests(INMATE).len();
    assert_eq!(asked, 1, "as soon as something comes");
}

/// What lets Opus protect itself (in-band FEC, RFC 6716 section 2.1.7): the sender is told how much is
/// lost, and what comes goes on as it is, the packet after a lost one too, as redundant audio or without.
#[test]
fn lost_sound_is_told_to_its_sender_and_what_came_goes_on_unchanged() {
    for sender in [Kind::Firefox, Kind::OneLayer] {
        let mut call = Call::new();
        call.join(INMATE, sender);
        for (number, kind) in [(1, Kind::Firefox), (2, Kind::Chromium)] {
            call.join(seat(number), kind);
            call.cameras[usize::from(number)] = None;
        }
        let mut came = Vec::new();
        for number in 0..250 {
            call.pass(Duration::from_millis(20));
            if number % 5 == 4 {
                call.camera(INMATE).sound();
            } else {
                came.push(call.sound(INMATE).content);
            }
        }
        let reports = call.inbox.reports::<ReceiverReport>(INMATE);
        let told: Vec<u8> = reports
            .iter()
            .flat_map(|report| &report.reports)
            .map(|block| block.fraction_lost)
            .collect();
        assert!(told.len() >= 4, "{told:?}");
        let a_fifth = 256 / 5 - 5..=256 / 5 + 5;
        assert!(
            told.iter().all(|lost| a_fifth.contains(&u16::from(*lost))),
            "{told:?}"
        );
        for (number, kind) in [(1, Kind::Firefox), (2, Kind::Chromium)] {
            let line = session(seat(number), kind).audio_receivers[0].ssrc;
            let got = call.inbox.on(seat(number), line);
            assert_eq!(got.len(), came.len());
            for (got, came) in got.iter().zip(&came) {
                assert!(got.packet.payload.ends_with(came));
                let both_redundant = sender.payloads().red.and(kind.payloads().red).is_some();
                assert_eq!(got.packet.payload.len() > came.len(), both_redundant);
            }
        }
    }
}
