//! Simulcast: which layer a receiver gets, and that it does not see the change.

use std::time::Duration;

use ids::Seat;
use rtc_rtcp::{
    packet::{self, Packet},
    receiver_report::ReceiverReport,
    reception_report::ReceptionReport,
    sender_report::SenderReport,
    transport_feedbacks::transport_layer_nack::{NackPair, TransportLayerNack},
};

use crate::party::{Call, Got, Kind, SECOND, Shot, seat, session};

const INMATE: Seat = Seat::INMATE;

/// The inmate publishes three layers, a visitor watches; only what the inmate sends counts.
fn watched() -> (Call, Seat, u32) {
    let mut call = Call::new();
    call.join(INMATE, Kind::Chromium);
    let visitor = seat(1);
    call.take_seat(visitor, Kind::Chromium, 0);
    call.room.connected(visitor, call.now);
    call.cameras[visitor.index()] = None;
    call.state(visitor, 20e6);
    let line = session(visitor, Kind::Chromium).video_receivers[0].ssrc;
    (call, visitor, line)
}

fn layers_of(got: &[&Got]) -> Vec<u8> {
    let mut layers: Vec<u8> = got.iter().map(|got| got.layer()).collect();
    layers.dedup();
    layers
}

/// Everything that a decoder takes for loss: gaps in packets, in picture ids, in TL0PICIDX, time that
/// goes back; and that a change of layer comes with a key frame.
fn assert_seamless(got: &[&Got]) {
    for pair in got.windows(2) {
        let (before, after) = (pair[0], pair[1]);
        assert_eq!(after.sequence(), before.sequence().wrapping_add(1));
        let (first, second) = (before.picture(), after.picture());
        let step = u16::from(second.starts);
        assert_eq!(second.picture_id, (first.picture_id + step) & 0x7fff);
        let tl0 = first
            .tl0_picture_index
            .wrapping_add(u8::from(second.starts));
        assert_eq!(second.tl0_picture_index, tl0);
        let time = after.timestamp().wrapping_sub(before.timestamp());
        assert_eq!(time > 0, second.starts);
        assert!(time < 90_000, "{time} ticks in one step");
        if before.layer() != after.layer() {
            assert!(after.what() == 'K' && second.starts);
        }
    }
}

#[test]
fn the_highest_layer_is_forwarded_and_only_it() {
    let (mut call, visitor, line) = watched();
    call.flow(2 * SECOND);
    let got = call.inbox.on(visitor, line);
    assert_eq!(*layers_of(&got).last().unwrap(), 2);
    assert_seamless(&got);
    call.inbox.clear();
    call.flow(SECOND);
    let got = call.inbox.on(visitor, line);
    assert_eq!(layers_of(&got), [2]);
    assert!(got.len() >= 90);
}

#[test]
fn layers_that_come_one_after_the_other_are_taken_up_without_a_request() {
    let (mut call, visitor, line) = watched();
    for layer in 0..3 {
        call.frame(INMATE, layer, true);
        for _ in 0..30 {
            call.pass(Duration::from_millis(33));
            for sent in 0..=layer {
                call.frame(INMATE, sent, false);
            }
        }
    }
    let got = call.inbox.on(visitor, line);
    assert_eq!(layers_of(&got), [0, 1, 2]);
    assert_seamless(&got);
    assert_eq!(call.room.stats().key_frame_requests_sent, 0);
    assert_eq!(call.room.stats().layer_switches, 2);
}

#[test]
fn a_layer_that_falls_silent_is_left_for_the_next_with_a_key_frame() {
    let (mut call, visitor, line) = watched();
    call.flow(2 * SECOND);
    call.inbox.clear();
    let mut after = Duration::ZERO;
    while after < 2 * SECOND {
        call.pass(Duration::from_millis(33));
        after += Duration::from_millis(33);
        call.frame(INMATE, 0, false);
        call.frame(INMATE, 1, false);
        call.answer_key_frame_requests();
    }
    let got = call.inbox.on(visitor, line);
    assert_eq!(layers_of(&got), [1]);
    assert!(
        got.len() > 60,
        "it took too long: {} packets in 2 s",
        got.len()
    );
    assert_seamless(&got);
}

#[test]
fn the_old_layer_goes_on_until_the_key_frame_of_the_new_one() {
    let (mut call, visitor, line) = watched();
    call.frame(INMATE, 0, true);
    // The higher layer appears in the middle: its key frame was lost.
    for _ in 0..10 {
        call.pass(Duration::from_millis(33));
        call.frame(INMATE, 0, false);
        call.frame(INMATE, 2, false);
    }
    assert_eq!(call.inbox.on(visitor, line).len(), 33);
    let asked = call.inbox.take_key_frame_requests(INMATE);
    assert_eq!(asked, [call.camera(INMATE).layer_ssrc(2)]);
    call.frame(INMATE, 2, true);
    call.frame(INMATE, 0, false);
    let got = call.inbox.on(visitor, line);
    assert_eq!(layers_of(&got), [0, 2]);
    assert_eq!(got.len(), 36);
    assert_seamless(&got);
}

#[test]
fn a_key_frame_too_late_to_begin_with_does_not_hold_up_the_repetition() {
    let (mut call, visitor, _) = watched();
    call.frame(INMATE, 0, true);
    let late = call.camera(INMATE).frame(0, true);
    call.frame(INMATE, 0, false);
    call.frame(INMATE, 1, true);
    call.state(visitor, 320_000.0);
    call.frame(INMATE, 0, false);
    let lowest = call.camera(INMATE).layer_ssrc(0);
    assert_eq!(call.inbox.take_key_frame_requests(INMATE), [lowest]);
    call.pass(Duration::from_millis(40));
    for shot in &late {
        call.rtp(INMATE, &shot.bytes);
    }
    // Two round trips of as long as is assumed are less than what an encoder is given.
    call.pass(Duration::from_millis(259));
    assert!(call.inbox.take_key_frame_requests(INMATE).is_empty());
    call.pass(Duration::from_millis(1));
    assert_eq!(call.inbox.take_key_frame_requests(INMATE), [lowest]);
}

/// Sends shots in that order, without those whose place is in `lost`.
fn send_shuffled(call: &mut Call, shots: &[Shot], order: &[usize], lost: &[usize]) {
    for place in order.iter().filter(|place| !lost.contains(place)) {
        call.rtp(INMATE, &shots[*place].bytes);
    }
}

#[test]
fn a_switch_under_loss_and_reordering_keeps_gaps_as_gaps_and_uses_no_number_twice() {
    let (mut call, visitor, line) = watched();
    call.frame(INMATE, 0, true);
    let mut shots = Vec::new();
    for key in [true, false, false] {
        shots.extend(call.camera(INMATE).frame(1, key));
    }
    // The second packet of the key frame overtakes the first; the fifth is lost, the sixth late.
    send_shuffled(&mut call, &shots, &[1, 0, 2, 3, 4, 6, 7, 5, 8], &[4]);
    let got = call.inbox.on(visitor, line);
    let base = got[2].sequence();
    let after: Vec<u16> = got[3..]
        .iter()
        .map(|got| got.sequence().wrapping_sub(base))
        .collect();
    // What came before the key frame began is sent as soon as it does.
    assert_eq!(after, [1, 2, 3, 4, 7, 8, 6, 9]);
    for (shot, place) in shots.iter().zip(1_u16..) {
        let same: Vec<_> = got
            .iter()
            .filter(|got| got.content() == shot.content)
            .collect();
        assert!(same.len() <= 1);
        assert!(
            same.iter()
                .all(|got| got.sequence().wrapping_sub(base) == place)
        );
    }
}

#[test]
fn a_receiver_that_loses_too_much_gets_a_lower_layer_and_later_the_higher_again() {
    let (mut call, visitor, line) = watched();
    call.flow(2 * SECOND);
    let report = |fraction_lost| -> Box<dyn Packet> {
        let reports = vec![ReceptionReport {
            ssrc: line,
            fraction_lost,
            ..Default::default()
        }];
        Box::new(ReceiverReport {
            ssrc: 1,
            reports,
            ..Default::default()
        })
    };
    for _ in 0..2 {
        call.rtcp(visitor, &packet::marshal(&[report(60)]).unwrap());
        call.flow(SECOND);
    }
    call.inbox.clear();
    call.flow(SECOND);
    assert_eq!(layers_of(&call.inbox.on(visitor, line)), [1]);
    for _ in 0..10 {
        call.rtcp(visitor, &packet::marshal(&[report(0)]).unwrap());
        call.flow(SECOND);
    }
    assert_seamless(&call.inbox.on(visitor, line));
    call.inbox.clear();
    call.flow(SECOND);
    assert_eq!(layers_of(&call.inbox.on(visitor, line)), [2]);
}

#[test]
fn an_estimate_of_the_receivers_own_limits_its_layer() {
    let (mut call, visitor, line) = watched();
    call.flow(2 * SECOND);
    call.inbox.clear();
    call.state(visitor, 320_000.0);
    call.flow(SECOND);
    let got = call.inbox.on(visitor, line);
    assert_seamless(&got);
    assert_eq!(layers_of(&got), [2, 0]);
}

#[test]
fn lips_and_voice_stay_together_over_a_switch_between_layers_with_clocks_of_their_own() {
    let (mut call, visitor, line) = watched();
    call.frame(INMATE, 0, true);
    let camera = call.camera(INMATE);
    let reports = [0, 2].map(|layer| -> Box<dyn Packet> {
        Box::new(SenderReport {
            ssrc: camera.layer_ssrc(layer),
            ntp_time: 100 << 32,
            rtp_time: camera.next_timestamp(layer),
            ..Default::default()
        })
    });
    // The frames of both layers that the reports are about; the upper one's is no beginning.
    call.frame(INMATE, 0, false);
    call.frame(INMATE, 2, false);
    call.rtcp(INMATE, &packet::marshal(&reports).unwrap());
    for _ in 0..40 {
        call.pass(Duration::from_micros(33_333));
        call.frame(INMATE, 0, false);
    }
    // The upper layer missed as many frames; its key frame comes a little late.
    for _ in 0..39 {
        call.camera(INMATE).frame(2, false);
    }
    call.pass(Duration::from_millis(20));
    call.frame(INMATE, 2, true);
    call.pass(SECOND);
    let got = call.inbox.on(visitor, line);
    assert_eq!(layers_of(&got), [0, 2]);
    // The timestamp that the line's clock has at one moment, by the reports before and after.
    let at_start: Vec<u32> = call
        .inbox
        .reports::<SenderReport>(visitor)
        .into_iter()
        .filter(|report| report.ssrc == line)
        .map(|report| {
            let since = u128::from(report.ntp_time - (100 << 32));
            report
                .rtp_time
                .wrapping_sub(u32::try_from((since * 90_000) >> 32).unwrap())
        })
        .collect();
    assert_eq!(at_start.len(), 2);
    let moved = at_start[1].wrapping_sub(at_start[0]).cast_signed();
    assert!(moved.abs() <= 2, "the line's clock moved by {moved} ticks");
}

#[test]
fn whoever_leaves_and_comes_back_is_seen_and_heard_on_the_same_line_without_a_jump() {
    let (mut call, visitor, line) = watched();
    let sound = session(visitor, Kind::Chromium).audio_receivers[0].ssrc;
    call.flow(2 * SECOND);
    let leaver = call.cameras[0].clone().unwrap();
    call.leave(INMATE);
    call.pass(3 * SECOND);
    let late = leaver.clone().sound();
    call.rtp(INMATE, &late.bytes);
    assert_eq!(call.room.stats().dropped.vacant_seat, 1);

    call.take_seat(INMATE, Kind::Chromium, 1);
    // Its first picture is in the middle of nowhere: the way is clear only with a key frame.
    call.frame(INMATE, 2, false);
    call.flow(2 * SECOND);
    let got = call.inbox.on(visitor, line);
    let first_anew = got.iter().position(|got| got.content()[6] == 1).unwrap();
    assert!(got[first_anew].what() == 'K' && got[first_anew].picture().starts);
    let gone = got[first_anew]
        .timestamp()
        .wrapping_sub(got[first_anew - 1].timestamp());
    assert!(
        (3 * 90_000..4 * 90_000).contains(&gone),
        "the time that passed: {gone}"
    );
    assert_eq!(
        got[first_anew].sequence(),
        got[first_anew - 1].sequence().wrapping_add(1)
    );
    assert_seamless(&got[..first_anew]);
    assert_seamless(&got[first_anew..]);
    let ids = [&got[first_anew - 1], &got[first_anew]].map(|got| got.picture().picture_id);
    assert_eq!(ids[1], (ids[0] + 1) & 0x7fff);

    let heard = call.inbox.on(visitor, sound);
    assert!(
        heard
            .windows(2)
            .all(|pair| pair[1].sequence() == pair[0].sequence().wrapping_add(1))
    );
    assert!(heard.iter().any(|got| got.content()[6] == 1));
}

#[test]
fn another_client_in_the_same_seat_is_seen_on_the_same_line() {
    let (mut call, visitor, line) = watched();
    call.flow(SECOND);
    call.take_seat(INMATE, Kind::Plain, 1);
    call.flow(SECOND);
    let got = call.inbox.on(visitor, line);
    assert!(got.last().unwrap().content()[6] == 1);
    assert_seamless(&got);
}

/// An RTP packet of H.264 without extensions.
fn h264(sequence: u16, timestamp: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80, Kind::OneLayer.payloads().h264.unwrap()];
    bytes.extend(sequence.to_be_bytes());
    bytes.extend(timestamp.to_be_bytes());
    bytes.extend(0x1234_5678_u32.to_be_bytes());
    bytes.extend(payload);
    bytes
}

#[test]
fn h264_begins_with_its_parameter_sets_and_reaches_only_those_who_agreed_to_it() {
    let mut call = Call::new();
    for (number, kind) in (0..).zip([Kind::OneLayer, Kind::Chromium, Kind::Firefox]) {
        call.join(seat(number), kind);
    }
    let parameters = [0x78, 0, 2, 0x67, 0x42, 0, 1, 0x68];
    let (picture, later) = ([0x7c, 0x85, 0x88, 0], [0x41, 0x9a]);
    call.rtp(INMATE, &h264(1, 10, &later));
    for (sequence, payload) in (2..).zip([&parameters[..], &picture, &later]) {
        call.rtp(INMATE, &h264(sequence, 3_000, payload));
    }
    let line = session(seat(1), Kind::Chromium).video_receivers[0].ssrc;
    let got = call.inbox.on(seat(1), line);
    let payloads: Vec<&[u8]> = got.iter().map(|got| &got.packet.payload[..]).collect();
    assert_eq!(payloads, [&parameters[..], &picture, &later]);
    assert_eq!(
        Some(got[0].packet.header.payload_type),
        Kind::Chromium.payloads().h264
    );
    assert!(call.inbox.rtp[2].is_empty());
    assert_eq!(call.room.stats().dropped.codec, 4);
    // After the parameter sets were lost, the picture alone is no beginning.
    call.leave(seat(1));
    call.join(seat(1), Kind::Chromium);
    call.inbox.clear();
    call.rtp(INMATE, &h264(9, 6_000, &picture));
    assert!(call.inbox.rtp[1].is_empty());
}

#[test]
fn a_publisher_who_numbers_anew_is_not_answered_for_with_its_old_packets() {
    let mut call = Call::new();
    call.join(INMATE, Kind::OneLayer);
    call.join(seat(1), Kind::Chromium);
    let key = [0x67, 0x42, 1];
    for sequence in 100..104 {
        call.rtp(INMATE, &h264(sequence, 3_000, &key));
    }
    // Far away, confirmed; then back to where it was, confirmed; and 103 is lost.
    for sequence in [30_000, 30_001, 101, 102, 104] {
        call.rtp(INMATE, &h264(sequence, 9_000, &[0x67, 0x42, 2]));
    }
    let line = session(seat(1), Kind::Chromium).video_receivers[0].ssrc;
    let got = call.inbox.on(seat(1), line);
    let numbers: Vec<u16> = got
        .iter()
        .map(|packet| packet.sequence().wrapping_sub(got[0].sequence()))
        .collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 7]);
    let nacks = vec![NackPair {
        packet_id: got[6].sequence().wrapping_sub(1),
        lost_packets: 0,
    }];
    let nack: Box<dyn Packet> = Box::new(TransportLayerNack {
        sender_ssrc: 1,
        media_ssrc: line,
        nacks,
    });
    call.rtcp(seat(1), &packet::marshal(&[nack]).unwrap());
    assert_eq!(call.room.stats().retransmitted, 0);
    assert_eq!(call.room.stats().nacks_unanswered, 1);
}
