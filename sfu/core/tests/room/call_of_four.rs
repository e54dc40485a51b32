//! Who gets what in a call, and in whose numbering.

use std::time::Duration;

use ids::Seat;
use rtc_rtcp::{
    packet::{self, Packet},
    receiver_report::ReceiverReport,
    sender_report::SenderReport,
    transport_feedbacks::transport_layer_cc::TransportLayerCc,
};
use sfu_core::{Room, RoomConfig, RoomOutput};

use crate::party::{Call, EVERYWHERE, Inbox, Kind, MINUTE, SECOND, seat, session};

#[test]
fn everyone_hears_and_sees_the_other_three_and_nobody_themselves() {
    let mut call = Call::of_four(EVERYWHERE);
    call.flow(2 * SECOND);
    for to in Seat::ALL {
        let session = session(to, EVERYWHERE[to.index()]);
        for (line, from) in to.others().enumerate() {
            let sound = call.inbox.on(to, session.audio_receivers[line].ssrc);
            let picture = call.inbox.on(to, session.video_receivers[line].ssrc);
            assert!(sound.len() >= 99, "{to} hears {from}: {}", sound.len());
            assert!(picture.len() >= 150, "{to} sees {from}: {}", picture.len());
            for got in sound.iter().chain(&picture) {
                assert_eq!(got.from(), u8::from(from));
            }
        }
        for got in &call.inbox.rtp[to.index()] {
            assert_ne!(got.from(), u8::from(to));
        }
    }
}

#[test]
fn every_packet_is_in_the_receivers_own_numbering_and_says_nothing_of_the_publishers() {
    let mut call = Call::of_four(EVERYWHERE);
    call.flow(SECOND);
    for to in Seat::ALL {
        let kind = EVERYWHERE[to.index()];
        let (payloads, ids) = (kind.payloads(), kind.extensions());
        let session = session(to, kind);
        let mut transport_cc = Vec::new();
        for got in &call.inbox.rtp[to.index()] {
            let header = &got.packet.header;
            let sound = session
                .audio_receivers
                .iter()
                .find(|line| line.ssrc == header.ssrc);
            let picture = session
                .video_receivers
                .iter()
                .find(|line| line.ssrc == header.ssrc);
            let line = sound.or(picture).expect("on one of the receiver's lines");
            let payload_type = Some(header.payload_type);
            match (sound, EVERYWHERE[usize::from(got.from())]) {
                (Some(_), Kind::Chromium | Kind::OneLayer) if payloads.red.is_some() => {
                    assert_eq!(payload_type, payloads.red);
                    let opus = payloads.opus.unwrap();
                    assert_eq!(got.packet.payload[0], 0x80 | opus);
                    assert_eq!(got.packet.payload[4], opus);
                }
                (Some(_), _) => {
                    assert_eq!(payload_type, payloads.opus);
                    assert_eq!(got.packet.payload.len(), 50, "the newest block alone");
                }
                (None, _) => assert_eq!(payload_type, payloads.vp8),
            }
            let mid = got.extension(ids.mid);
            assert_eq!(mid, ids.mid.map(|_| line.mid.as_bytes().to_vec()));
            if sound.is_some() {
                assert_eq!(got.extension(ids.audio_level), Some(vec![0x80 | 90]));
            }
            assert_eq!(got.extension(ids.abs_send_time), None);
            assert_eq!(got.extension(ids.rid), None);
            let known = [ids.mid, ids.audio_level, ids.transport_cc];
            for id in header.get_extension_ids() {
                assert!(known.contains(&Some(id)), "extension {id} to {to}");
            }
            let number = got.extension(ids.transport_cc);
            if kind.has_rtx() || sound.is_some() {
                transport_cc.push(u16::from_be_bytes(number.unwrap().try_into().unwrap()));
            } else {
                assert_eq!(number, None, "a packet that may be sent again as it was");
            }
        }
        for padding in &call.inbox.padding[to.index()] {
            let number = padding.header.get_extension(ids.transport_cc.unwrap());
            transport_cc.push(u16::from_be_bytes(number.unwrap()[..].try_into().unwrap()));
        }
        transport_cc.sort_unstable();
        let all: Vec<u16> = (1..).take(transport_cc.len()).collect();
        assert_eq!(transport_cc, all, "every number once");
    }
}

#[test]
fn the_kth_other_seat_is_on_the_kth_line_and_too_few_lines_leave_the_last_seats_out() {
    let mut call = Call::new();
    let lines = call.join(seat(2), Kind::Chromium);
    let named: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                u8::from(line.seat),
                line.audio_mid.as_deref(),
                line.video_mid.as_deref(),
            )
        })
        .collect();
    let expected = [
        (0, Some("sound0"), Some("picture0")),
        (1, Some("sound1"), Some("picture1")),
        (3, Some("sound2"), Some("picture2")),
    ];
    assert_eq!(named, expected);

    let mut few = session(seat(3), Kind::Chromium);
    few.audio_receivers.truncate(2);
    few.video_receivers.truncate(1);
    let mut room = Room::new(RoomConfig::ending_at(call.now + SECOND), call.now);
    let lines = room.join(seat(3), few, call.now);
    assert_eq!(
        lines[0].video_mid.as_deref(),
        Some("picture0"),
        "the inmate comes first"
    );
    assert_eq!(
        (lines[1].audio_mid.as_deref(), &lines[1].video_mid),
        (Some("sound1"), &None)
    );
    assert_eq!((&lines[2].audio_mid, &lines[2].video_mid), (&None, &None));
}

#[test]
fn nothing_is_sent_to_a_seat_before_it_is_connected() {
    let mut call = Call::new();
    call.join(seat(0), Kind::Chromium);
    call.take_seat(seat(1), Kind::Chromium, 0);
    let camera = call.cameras[1].take();
    call.flow(SECOND);
    assert!(call.inbox.rtp[1].is_empty());
    assert_eq!(call.room.last_media(seat(1)).sent_at, None);
    call.cameras[1] = camera;
    call.sound(seat(1));
    call.flow(SECOND);
    assert!(
        call.inbox.rtp[1].iter().any(|got| got.what() == 'K'),
        "its own packet connects it"
    );
    let media = call.room.last_media(seat(1));
    assert!(media.sent_at.is_some() && media.received_at.is_some());
}

#[test]
fn a_late_comer_gets_a_key_frame_first_and_the_others_notice_nothing() {
    let mut call = Call::new();
    for number in 0..3 {
        call.join(seat(number), Kind::Chromium);
    }
    call.flow(3 * SECOND);
    call.inbox.clear();
    call.join(seat(3), Kind::Firefox);
    let joined = call.now;
    call.flow(Duration::from_millis(200));
    for line in 0..3 {
        let ssrc = session(seat(3), Kind::Firefox).video_receivers[line].ssrc;
        let first = call.inbox.on(seat(3), ssrc)[0];
        assert_eq!(first.what(), 'K');
        assert!(first.picture().starts);
    }
    assert!(call.now - joined <= Duration::from_millis(200));
    let mut before = None;
    for got in call.inbox.on(
        seat(0),
        session(seat(0), Kind::Chromium).video_receivers[0].ssrc,
    ) {
        let sequence = got.sequence();
        assert!(before.is_none_or(|before: u16| sequence == before.wrapping_add(1)));
        before = Some(sequence);
    }
}

#[test]
fn publishers_are_told_when_their_packets_came() {
    let mut call = Call::of_four(EVERYWHERE);
    call.flow(SECOND);
    for to in Seat::ALL {
        let feedback = call.inbox.reports::<TransportLayerCc>(to);
        assert!(
            (9..=11).contains(&feedback.len()),
            "{} feedbacks",
            feedback.len()
        );
        let first = feedback[0];
        assert_eq!(first.base_sequence_number, 65_501);
        let counters: Vec<u8> = feedback
            .iter()
            .map(|feedback| feedback.fb_pkt_count)
            .collect();
        assert!(counters.windows(2).all(|pair| pair[1] == pair[0] + 1));
    }
}

#[test]
fn reports_keep_lips_and_voice_together_and_say_how_the_publishers_media_comes_in() {
    let mut call = Call::new();
    call.join(seat(0), Kind::OneLayer);
    call.join(seat(1), Kind::Chromium);
    call.flow(Duration::from_millis(100));
    let camera = call.camera(seat(0));
    let (sound, picture) = (camera.sound_ssrc(), camera.layer_ssrc(0));
    // One moment, 1 s of NTP time, on both clocks: 100 ms of sound, and the last frame's time.
    let frame_time = camera.next_timestamp(0);
    let report = |ssrc, rtp_time| -> Box<dyn Packet> {
        Box::new(SenderReport {
            ssrc,
            ntp_time: 1 << 32,
            rtp_time,
            ..Default::default()
        })
    };
    let compound = packet::marshal(&[report(sound, 48_000), report(picture, frame_time)]).unwrap();
    call.rtcp(seat(0), &compound);
    call.flow(2 * SECOND);

    let receive = session(seat(1), Kind::Chromium);
    let shift = |line: u32, at: u32, publisher: u32| {
        let reports = call.inbox.reports::<SenderReport>(seat(1));
        let report = *reports.iter().rfind(|report| report.ssrc == line).unwrap();
        let since = report.ntp_time - (1 << 32);
        let ticks = u32::try_from((u128::from(since) * u128::from(publisher)) >> 32).unwrap();
        report.rtp_time.wrapping_sub(ticks).wrapping_sub(at)
    };
    // Nothing was shifted here, so both lines' clocks are the publisher's own.
    assert!(shift(receive.audio_receivers[0].ssrc, 48_000, 48_000) <= 1);
    let picture_shift = shift(receive.video_receivers[0].ssrc, frame_time, 90_000);
    let first = call.inbox.on(seat(1), receive.video_receivers[0].ssrc)[0];
    assert_eq!(first.from(), 0);
    assert!(
        picture_shift.wrapping_add(1) <= 2,
        "the picture's clock is off by {picture_shift}"
    );

    let blocks: Vec<_> = call
        .inbox
        .reports::<SenderReport>(seat(1))
        .into_iter()
        .flat_map(|report| report.reports.clone())
        .chain(
            call.inbox
                .reports::<ReceiverReport>(seat(1))
                .into_iter()
                .flat_map(|report| report.reports.clone()),
        )
        .collect();
    let ours = call.cameras[1].as_ref().unwrap().sound_ssrc();
    let block = blocks.iter().rfind(|block| block.ssrc == ours).unwrap();
    assert_eq!((block.fraction_lost, block.total_lost), (0, 0));
}

#[test]
fn whoever_speaks_is_named() {
    let mut call = Call::of_four(EVERYWHERE);
    call.flow(SECOND);
    assert!(call.outputs.is_empty());
    call.camera(seat(2)).level = 20;
    call.flow(SECOND);
    assert_eq!(call.outputs, [RoomOutput::Speaking(Some(seat(2)))]);
    call.leave(seat(2));
    assert_eq!(call.outputs.last(), Some(&RoomOutput::Speaking(None)));
}

#[test]
fn an_empty_or_silent_room_waits_for_nothing_but_its_end() {
    let mut call = Call::new();
    call.join(seat(0), Kind::Chromium);
    let first_warning = call.room.ends_at() - 5 * MINUTE;
    // For a moment its picture, which nobody needs, is not paused yet.
    call.pass(6 * SECOND);
    assert_eq!(call.room.poll_timeout(), Some(first_warning));
    call.flow(SECOND);
    call.cameras[0] = None;
    call.pass(5 * SECOND);
    assert_eq!(call.room.poll_timeout(), Some(first_warning));
    let mut sink = Inbox::default();
    call.room.handle_timeout(call.now, &mut sink);
    assert!(sink.rtcp.iter().all(Vec::is_empty));
}
