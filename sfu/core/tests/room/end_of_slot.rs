//! Past the end nothing is forwarded, ever.

use std::time::Duration;

use crate::party::{Call, EVERYWHERE, Kind, MINUTE, SECOND, seat};
use sfu_core::{RoomOutput, RtpHeader};

const FIVE: RoomOutput = RoomOutput::Warning {
    remaining: Duration::from_secs(300),
};
const ONE: RoomOutput = RoomOutput::Warning { remaining: MINUTE };

#[test]
fn the_visit_is_warned_twice_and_ends_for_everyone_at_once() {
    let mut call = Call::lasting(6 * MINUTE);
    for (number, kind) in (0..).zip(EVERYWHERE) {
        call.join(seat(number), kind);
    }
    call.flow(SECOND);
    call.pass(6 * MINUTE);
    assert_eq!(call.outputs, [FIVE, ONE, RoomOutput::Ended]);
    call.inbox.clear();
    call.flow(2 * SECOND);
    assert!(call.inbox.rtp.iter().all(Vec::is_empty));
    assert!(call.inbox.rtcp.iter().all(Vec::is_empty));
    assert!(call.room.has_ended());
    assert_eq!(call.room.poll_timeout(), None);
    assert_eq!(call.outputs.len(), 3, "the end comes once");
    assert!(call.room.stats().dropped.ended > 0);
}

#[test]
fn a_packet_at_the_deadline_is_not_forwarded_even_if_the_timer_is_late() {
    let mut call = Call::lasting(MINUTE);
    call.join(seat(0), Kind::Plain);
    call.join(seat(1), Kind::Plain);
    call.sound(seat(0));
    assert_eq!(call.inbox.rtp[1].len(), 1);
    call.now += MINUTE;
    let late = call.camera(seat(0)).sound();
    let header = RtpHeader::parse(&late.bytes).unwrap();
    call.room
        .handle_rtp(seat(0), header, &late.bytes, call.now, &mut call.inbox);
    assert_eq!(call.inbox.rtp[1].len(), 1);
    assert_eq!(call.room.poll_output(), None);
    call.room.handle_timeout(call.now, &mut call.inbox);
    assert_eq!(call.room.poll_output(), Some(RoomOutput::Ended));
}

#[test]
fn a_late_comer_does_not_move_the_end_and_nobody_joins_after_it() {
    let mut call = Call::lasting(10 * MINUTE);
    call.join(seat(0), Kind::Plain);
    let ends_at = call.room.ends_at();
    call.pass(9 * MINUTE + 30 * SECOND);
    call.join(seat(1), Kind::Plain);
    assert_eq!(call.room.ends_at(), ends_at);
    call.pass(30 * SECOND);
    assert_eq!(call.outputs.last(), Some(&RoomOutput::Ended));
    let lines = call.join(seat(2), Kind::Plain);
    assert_eq!(lines.len(), 3);
    call.sound(seat(2));
    assert!(call.inbox.rtp.iter().all(Vec::is_empty));
}

#[test]
fn the_end_can_be_moved_until_it_has_come() {
    let mut call = Call::lasting(2 * MINUTE);
    call.join(seat(0), Kind::Plain);
    call.room.set_ends_at(call.now + 20 * MINUTE, call.now);
    call.pass(3 * MINUTE);
    assert!(call.outputs.is_empty());
    call.room.set_ends_at(call.now + 2 * MINUTE, call.now);
    call.pass(2 * MINUTE);
    assert_eq!(call.outputs, [ONE, RoomOutput::Ended]);
    call.room.set_ends_at(call.now + 20 * MINUTE, call.now);
    call.pass(30 * MINUTE);
    assert_eq!(call.outputs.len(), 2);
    assert!(call.room.has_ended());
}

#[test]
fn an_officer_who_ends_the_visit_ends_it_now() {
    let mut call = Call::lasting(20 * MINUTE);
    call.join(seat(0), Kind::Plain);
    call.join(seat(1), Kind::Plain);
    call.room.end(call.now);
    assert_eq!(call.room.poll_timeout(), Some(call.now));
    call.sound(seat(0));
    assert!(call.inbox.rtp[1].is_empty());
    assert_eq!(call.outputs, [RoomOutput::Ended]);
}
