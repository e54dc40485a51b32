//! What a visit's time is spent on, and what is given back of it.

use std::time::Duration;

use protocol::ServerMessage;
use signaling_core::{RoomOutput, TimeSpent};

use crate::scene::{HALF_AN_HOUR, Scene, seat, words};

const MINUTE: Duration = Duration::from_mins(1);

/// The inmate and a visitor are in the call, and the inmate was heard.
fn together() -> Scene {
    let mut scene = Scene::new();
    scene.join(0, 0);
    scene.connect(0);
    scene.join(1, 1);
    scene.connect(1);
    scene.room.handle_speaking(Some(seat(0)), scene.now);
    scene.outputs();
    scene
}

fn counted(outputs: &[RoomOutput]) -> TimeSpent {
    let mut all = TimeSpent::default();
    for output in outputs {
        if let RoomOutput::Count(spent) = output {
            all.together += spent.together;
            all.without_inmate += spent.without_inmate;
            all.without_visitors += spent.without_visitors;
        }
    }
    all
}

fn asked(outputs: &[RoomOutput]) -> Vec<Duration> {
    let lost = |output: &RoomOutput| match output {
        RoomOutput::GiveBack { lost } => Some(*lost),
        _ => None,
    };
    outputs.iter().filter_map(lost).collect()
}

#[test]
fn the_clock_of_a_call_that_goes_well_asks_for_nothing_and_tells_every_minute() {
    let mut scene = together();
    let outputs = scene.pass(HALF_AN_HOUR + 3 * MINUTE);
    assert_eq!(asked(&outputs), []);
    assert_eq!(
        counted(&outputs),
        TimeSpent {
            together: HALF_AN_HOUR,
            ..TimeSpent::default()
        }
    );
    let told = outputs
        .iter()
        .filter(|output| matches!(output, RoomOutput::Count(_)));
    assert_eq!(told.count(), 31, "each minute, and the rest at the end");
}

#[test]
fn a_family_that_waits_before_an_empty_chair_loses_the_time_until_the_inmate_is_heard() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    scene.connect(0);
    scene.pass(2 * MINUTE);
    scene.join(1, 1);
    scene.connect(1);
    scene.pass(4 * MINUTE);
    scene.room.handle_speaking(Some(seat(1)), scene.now);
    assert_eq!(scene.room.spent(scene.now).without_inmate, 4 * MINUTE);
    scene.room.handle_speaking(Some(seat(0)), scene.now);
    scene.pass(MINUTE);
    let spent = scene.room.spent(scene.now);
    assert_eq!((spent.without_inmate, spent.together), (4 * MINUTE, MINUTE));
}

#[test]
fn before_the_first_visitor_and_after_hanging_up_nothing_is_lost() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    scene.connect(0);
    scene.pass(10 * MINUTE);
    let (visitor, _) = scene.join(1, 1);
    scene.connect(1);
    scene.room.handle_speaking(Some(seat(0)), scene.now);
    scene.pass(MINUTE);
    scene.room.handle_leave(visitor, scene.now);
    scene.pass(5 * MINUTE);
    let spent = scene.room.spent(scene.now);
    assert_eq!((spent.together, spent.lost()), (MINUTE, Duration::ZERO));
    scene.join(1, 1);
    scene.pass(MINUTE);
    assert_eq!(scene.room.spent(scene.now).without_visitors, MINUTE);
}

#[test]
fn what_a_network_takes_counts_from_where_it_began_and_one_visitor_is_enough() {
    let mut scene = together();
    let cut = scene.room.media_of(seat(1)).unwrap();
    scene.pass(MINUTE);
    let since = scene.now;
    scene.pass(Duration::from_secs(7));
    scene.room.handle_media_interrupted(seat(1), cut, since);
    assert_eq!(words(&scene.outputs()), ["1: 0+ 1-", "2: 0+ 1-"]);
    assert_eq!(
        scene.room.spent(scene.now).without_visitors,
        Duration::from_secs(7)
    );
    scene.join(2, 1);
    scene.connect(2);
    scene.pass(MINUTE);
    scene.room.handle_media_resumed(seat(1), cut, scene.now);
    let spent = scene.room.spent(scene.now);
    assert_eq!(spent.without_visitors, Duration::from_secs(7));
    assert_eq!(spent.together, 2 * MINUTE);
}

#[test]
fn lost_time_is_asked_for_before_each_warning_and_moves_the_end_for_all() {
    let mut scene = together();
    let terminal = scene.room.media_of(seat(0)).unwrap();
    scene.room.handle_media_lost(seat(0), terminal, scene.now);
    let outputs = scene.pass(4 * MINUTE);
    assert_eq!(
        counted(&outputs).without_inmate,
        4 * MINUTE - Duration::from_secs(10)
    );
    scene.join(0, 0);
    scene.connect(0);
    let end = scene.room.ends_at();
    let outputs = scene.pass(21 * MINUTE);
    assert_eq!(
        asked(&outputs),
        [4 * MINUTE],
        "at five minutes and ten seconds"
    );

    let later = scene.room.ends_at_ms() + 240_000;
    scene.room.handle_given_back(later, scene.now);
    assert_eq!(scene.room.ends_at(), end + 4 * MINUTE);
    let outputs = scene.outputs();
    assert_eq!(outputs[0], RoomOutput::MoveEnd);
    let told = outputs.iter().filter(|output| {
        matches!(output, RoomOutput::Say {
            message: ServerMessage::Time { ends_at_ms, given_back_ms: 240_000, .. }, ..
        } if *ends_at_ms == later)
    });
    assert_eq!(told.count(), 2, "both hear of it");

    // Nothing more was lost: nobody asks again, and it ends at the new end.
    let outputs = scene.pass(9 * MINUTE - Duration::from_secs(1));
    assert_eq!(asked(&outputs), []);
    assert!(!scene.room.is_over());
    scene.pass(Duration::from_secs(4));
    assert!(scene.room.is_over());
}

#[test]
fn where_nobody_has_come_or_all_have_gone_no_end_is_moved() {
    let mut scene = together();
    let visitor = scene.room.media_of(seat(1)).unwrap();
    scene.room.handle_media_lost(seat(1), visitor, scene.now);
    let outputs = scene.pass(HALF_AN_HOUR - MINUTE);
    assert_eq!(
        asked(&outputs),
        [],
        "whoever is gone altogether gets no end moved"
    );
    let lost = scene.room.spent(scene.now).without_visitors;
    assert_eq!(lost, HALF_AN_HOUR - MINUTE);
}

#[test]
fn an_end_that_has_come_stays_and_none_comes_earlier() {
    let mut scene = together();
    let (end, end_ms) = (scene.room.ends_at(), scene.room.ends_at_ms());
    scene.room.handle_given_back(end_ms - 60_000, scene.now);
    assert_eq!((scene.room.ends_at(), scene.outputs()), (end, Vec::new()));
    scene.pass(HALF_AN_HOUR);
    scene.room.handle_given_back(end_ms + 60_000, scene.now);
    assert_eq!(scene.room.ends_at(), end);
    scene.room.handle_media_ended(scene.now);
    scene.outputs();
    scene.room.handle_given_back(end_ms + 60_000, scene.now);
    assert_eq!(scene.outputs(), []);
}

#[test]
fn what_an_officer_ends_counts_until_then() {
    let mut scene = together();
    scene.pass(5 * MINUTE + Duration::from_secs(30));
    let rest = scene.room.count_time(scene.now).unwrap();
    assert_eq!(rest.together, Duration::from_secs(40));
    assert_eq!(scene.room.count_time(scene.now), None);
    scene.room.end(
        protocol::EndReason::Terminated,
        protocol::By::Officer,
        scene.now,
    );
    let spent = scene.room.spent(scene.now + 10 * MINUTE);
    assert_eq!(spent.together, 5 * MINUTE + Duration::from_secs(30));
}
