//! The end is one for all, and nobody moves it.

use std::time::Duration;

use protocol::{By, EndReason, ErrorCode, Warning};
use signaling_core::{ConnectionId, MediaSession, RoomOutput, RoomStep};

use crate::scene::{HALF_AN_HOUR, ON, Scene, claim, seat, seated, words};

#[test]
fn the_slots_end_is_the_sfus_word_and_ends_it_for_all() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    scene.join(1, 1);
    scene.room.handle_warning(Warning::OneMinute, scene.now);
    assert_eq!(words(&scene.outputs())[0], "1: 1800000 Some(OneMinute)");
    scene.now += HALF_AN_HOUR;
    scene.room.handle_media_ended(scene.now);
    assert_eq!(
        words(&scene.outputs()),
        ["Note(SlotEnded)", "1: SlotEnded", "2: SlotEnded"]
    );
    let refusal = scene.room.admit(&claim(1, 1), scene.now).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::GrantOver);
    assert_eq!(
        scene.pass(Duration::from_hours(3)),
        [RoomOutput::Forget],
        "ended once, and remembered for a while"
    );
}

#[test]
fn a_silent_sfu_does_not_make_a_visit_longer() {
    let mut scene = Scene::new();
    scene.join(1, 1);
    let outputs = scene.pass(HALF_AN_HOUR + Duration::from_secs(3));
    assert_eq!(
        words(&outputs),
        ["Note(SlotEnded)", "1: SlotEnded", "EndMedia"]
    );
}

#[test]
fn a_late_comer_and_a_clock_that_was_set_do_not_move_the_end() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    let end = scene.room.ends_at();
    scene.now += Duration::from_mins(29);
    let mut late = claim(1, 1);
    late.visit.ends_at_ms += 3_600_000;
    scene.room.admit(&late, scene.now).unwrap();
    scene.room.handle_seated(
        ConnectionId(9),
        &late,
        seated(MediaSession(9)),
        ON,
        scene.now,
    );
    assert_eq!(scene.room.ends_at(), end);
    let outputs = words(&scene.outputs());
    assert!(outputs.contains(&"9: 60000 None".to_owned()), "{outputs:?}");
    scene.now = end;
    assert!(scene.room.admit(&late, scene.now).is_err());
}

#[test]
fn an_officers_word_ends_it_for_all_and_for_good() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    scene.join(1, 1);
    scene
        .room
        .end(EndReason::Terminated, By::Officer, scene.now);
    assert_eq!(
        words(&scene.outputs()),
        ["1: Terminated", "2: Terminated", "EndMedia"]
    );
    assert!(scene.room.admit(&claim(1, 1), scene.now).is_err());
    scene.room.handle_media_ended(scene.now);
    scene.room.end(EndReason::Cancelled, By::System, scene.now);
    assert_eq!(scene.outputs(), [], "it is said once");
}

#[test]
fn while_staff_look_at_a_visit_nobody_is_in_it_and_it_is_not_over() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    scene.join(1, 1);
    scene.room.hold(scene.now);
    let outputs = scene.outputs();
    let returns = |output: &RoomOutput| match output {
        RoomOutput::End { to, may_return, .. } => Some((to.0, *may_return)),
        _ => None,
    };
    let returns: Vec<_> = outputs.iter().filter_map(returns).collect();
    assert_eq!(returns, [(1, false), (2, true)], "a terminal is called");
    let kept = |word: &String| !word.contains(": 0");
    let words: Vec<_> = words(&outputs).into_iter().filter(kept).collect();
    let drop = |number: u8| {
        format!(
            "DropMedia {{ seat: Seat({number}), session: MediaSession({}) }}",
            number + 1
        )
    };
    assert_eq!(
        words,
        [
            drop(0),
            "1: Flagged".into(),
            "Note(Left(Seat(0)))".into(),
            drop(1),
            "2: Flagged".into(),
            "Note(Left(Seat(1)))".into(),
        ]
    );
    scene.room.hold(scene.now);
    assert_eq!(scene.outputs(), [], "nobody is there");
    assert!(!scene.room.is_over());
    let (_, outputs) = scene.join(1, 1);
    assert!(outputs.contains(&RoomOutput::Note(RoomStep::Joined(seat(1)))));
}

#[test]
fn the_former_terminal_leaves_and_the_visitors_stay() {
    let mut scene = Scene::new();
    let (terminal, _) = scene.join(0, 0);
    let (visitor, _) = scene.join(1, 1);
    scene.room.change_terminal(scene.now);
    let outputs = scene.outputs();
    let expected = RoomOutput::End {
        to: terminal,
        reason: EndReason::Cancelled,
        by: By::System,
        may_return: false,
    };
    assert!(outputs.contains(&expected), "{outputs:?}");
    assert_eq!(scene.room.seat_of(visitor), Some(seat(1)));
    let (next, _) = scene.join(0, 0);
    assert_eq!(scene.room.seat_of(next), Some(seat(0)));
}

#[test]
fn a_device_that_is_no_longer_the_terminals_leaves_with_its_media() {
    let mut scene = Scene::new();
    let (former, _) = scene.join(0, 0);
    let (visitor, _) = scene.join(1, 1);
    let session = scene.room.media_of(seat(0)).unwrap();
    scene.room.handle_unpaired(former, scene.now);
    let outputs = scene.outputs();
    let expected = RoomOutput::DropMedia {
        seat: seat(0),
        session,
    };
    assert!(outputs.contains(&expected), "{outputs:?}");
    assert!(outputs.contains(&RoomOutput::Note(RoomStep::Left(seat(0)))));
    assert_eq!(scene.room.seat_of(visitor), Some(seat(1)));
    let (next, _) = scene.join(0, 0);
    scene.room.handle_unpaired(former, scene.now);
    assert_eq!(
        scene.room.seat_of(next),
        Some(seat(0)),
        "its own place only"
    );
}
