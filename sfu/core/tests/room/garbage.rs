//! Whatever comes in, a room goes on.

use ids::Seat;
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::party::{Call, EVERYWHERE, SECOND, seat};

/// Everyone's call still works.
fn assert_flows(call: &mut Call) {
    call.inbox.clear();
    call.flow(SECOND);
    for to in Seat::ALL {
        assert!(call.inbox.rtp[to.index()].len() > 200, "to {to}");
    }
}

fn started() -> Call {
    let mut call = Call::of_four(EVERYWHERE);
    call.flow(SECOND / 5);
    call
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn arbitrary_bytes_disturb_nobody(
        junk in vec((0_u8..4, any::<bool>(), vec(any::<u8>(), 0..200)), 0..60),
    ) {
        let mut call = started();
        for (from, rtcp, bytes) in junk {
            if rtcp {
                call.rtcp(seat(from), &bytes);
            } else {
                call.rtp(seat(from), &bytes);
            }
        }
        assert_flows(&mut call);
    }

    #[test]
    fn packets_with_a_few_bytes_changed_disturb_nobody_else(
        damage in vec((any::<Index>(), any::<u8>(), any::<Index>()), 1..80),
    ) {
        let mut call = started();
        for (at, byte, cut) in damage {
            let mut shots = call.camera(seat(0)).frame(1, false);
            shots.push(call.camera(seat(0)).sound());
            for shot in &mut shots {
                let at = at.index(shot.bytes.len());
                shot.bytes[at] = byte;
                shot.bytes.truncate(cut.index(shot.bytes.len()) + 1);
                call.rtp(seat(0), &shot.bytes);
            }
        }
        call.inbox.clear();
        call.flow(SECOND);
        for to in Seat::ALL {
            let others = call.inbox.rtp[to.index()].iter().filter(|got| got.from() != 0);
            assert!(others.count() > 100, "to {to}");
        }
    }

    #[test]
    fn rtcp_with_plausible_headers_disturbs_nobody(
        junk in vec((0_u8..4, 0_u8..32, 198_u8..208, vec(any::<u32>(), 0..12), any::<Option<u32>>()), 0..60),
    ) {
        let mut call = started();
        for (from, count, kind, mut words, ssrc) in junk {
            // Often about a line that exists.
            if let (Some(word), None) = (words.get_mut(1), ssrc) {
                *word = crate::party::session(seat(from), EVERYWHERE[usize::from(from)])
                    .video_receivers[0].ssrc;
            }
            let mut bytes = vec![0x80 | count, kind];
            bytes.extend(u16::try_from(words.len()).unwrap().to_be_bytes());
            bytes.extend(words.iter().flat_map(|word| word.to_be_bytes()));
            call.rtcp(seat(from), &bytes);
        }
        assert_flows(&mut call);
    }
}

#[test]
fn what_is_refused_is_counted_by_its_reason() {
    let mut call = started();
    let before = call.room.stats().dropped;
    let mut padded_by_nothing = call.camera(seat(0)).sound().bytes;
    padded_by_nothing[0] |= 0x20;
    *padded_by_nothing.last_mut().unwrap() = 0;
    call.rtp(seat(0), &padded_by_nothing);
    let mut shot = call.camera(seat(0)).sound().bytes;
    let duplicate = shot.clone();
    call.rtp(seat(0), &duplicate);
    call.rtp(seat(0), &duplicate);
    shot[1] = 77;
    call.rtp(seat(0), &shot);
    call.rtcp(seat(0), &[0x80, 200, 0, 9]);
    let dropped = call.room.stats().dropped;
    assert_eq!(dropped.malformed - before.malformed, 1);
    assert_eq!(dropped.duplicate - before.duplicate, 1);
    assert_eq!(dropped.unknown_payload - before.unknown_payload, 1);
    assert_eq!(call.room.stats().rtcp_malformed, 1);
}

#[test]
fn a_stream_of_another_line_or_an_unknown_rid_reaches_nobody() {
    let mut call = started();
    call.inbox.clear();
    let mut shot = call.camera(seat(0)).frame(1, true).remove(0).bytes;
    // The SSRC is new, and the rid, in the last element, one that was not offered.
    shot[8..12].copy_from_slice(&[9, 9, 9, 9]);
    let rid = shot.iter().position(|byte| *byte == b'h').unwrap();
    shot[rid] = b'x';
    call.rtp(seat(0), &shot);
    assert!(call.inbox.rtp.iter().all(Vec::is_empty));
    assert_eq!(call.room.stats().dropped.unknown_stream, 1);
}
