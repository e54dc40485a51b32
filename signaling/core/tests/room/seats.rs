//! Who sits where: who takes a seat over, and who keeps one that is away.

use std::time::Duration;

use protocol::{By, EndReason, ErrorCode};
use signaling_core::{MediaSession, RoomOutput, RoomStep};

use crate::scene::{Scene, beside_time, claim, seat, words};

#[test]
fn the_newest_device_wins_and_the_former_hears_no_more() {
    let mut scene = Scene::new();
    let (former, _) = scene.join(1, 1);
    let (newest, outputs) = scene.join(1, 1);
    assert_eq!(
        outputs[0],
        RoomOutput::End {
            to: former,
            reason: EndReason::Replaced,
            by: By::You,
            may_return: false
        }
    );
    assert!(!outputs.contains(&RoomOutput::Note(RoomStep::Joined(seat(1)))));
    scene.room.handle_leave(former, scene.now);
    scene.room.handle_gone(former, scene.now);
    assert_eq!(scene.outputs(), [], "the former one is nobody now");
    assert_eq!(scene.room.seat_of(newest), Some(seat(1)));
}

#[test]
fn a_superseded_grant_is_refused_from_memory() {
    let mut scene = Scene::new();
    scene.join(1, 2);
    let refusal = scene.room.admit(&claim(1, 1), scene.now).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::GrantSuperseded);
    assert!(
        scene.room.admit(&claim(2, 1), scene.now).is_ok(),
        "another seat"
    );
}

#[test]
fn a_reissued_link_silences_the_old_device_at_once() {
    let mut scene = Scene::new();
    let (old, _) = scene.join(1, 1);
    scene.room.reissue(seat(1), 2, scene.now);
    let outputs = scene.outputs();
    assert_eq!(
        outputs[..2],
        [
            RoomOutput::DropMedia {
                seat: seat(1),
                session: MediaSession(1)
            },
            RoomOutput::End {
                to: old,
                reason: EndReason::LinkReissued,
                by: By::System,
                may_return: false
            }
        ]
    );
    let refusal = scene.room.admit(&claim(1, 1), scene.now).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::GrantSuperseded);
    scene.join(1, 2);
    scene.room.reissue(seat(1), 2, scene.now);
    assert_eq!(scene.outputs(), [], "the newest one stays");
}

#[test]
fn a_lost_websocket_shows_and_media_goes_on_until_the_person_is_back() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    let (visitor, _) = scene.join(1, 1);
    scene.connect(1);
    scene.room.handle_gone(visitor, scene.now);
    assert_eq!(words(&scene.outputs()), ["1: 0- 1-"]);
    assert_eq!(
        beside_time(&scene.pass(Duration::from_secs(120))),
        [],
        "media is not dropped"
    );
    let (_, outputs) = scene.join(1, 1);
    assert!(!outputs.contains(&RoomOutput::Note(RoomStep::Joined(seat(1)))));
}

#[test]
fn somebody_of_whom_nothing_is_left_counts_as_gone_after_a_while() {
    let mut scene = Scene::new();
    let (visitor, _) = scene.join(1, 1);
    scene.connect(1);
    scene.room.handle_gone(visitor, scene.now);
    scene.pass(Duration::from_secs(10));
    scene.media_lost(1);
    scene.outputs();
    assert_eq!(
        scene.pass(Duration::from_secs(31)),
        [RoomOutput::Note(RoomStep::Left(seat(1)))]
    );
    let (_, outputs) = scene.join(1, 1);
    assert_eq!(outputs[0], RoomOutput::Note(RoomStep::Joined(seat(1))));
}

#[test]
fn lost_media_sends_the_person_back_to_join_anew() {
    let mut scene = Scene::new();
    let (visitor, _) = scene.join(1, 1);
    scene.media_lost(1);
    assert_eq!(
        scene.outputs(),
        [RoomOutput::End {
            to: visitor,
            reason: EndReason::MediaFailed,
            by: By::System,
            may_return: true
        }]
    );
    assert!(scene.room.admit(&claim(1, 1), scene.now).is_ok());
}

#[test]
fn what_is_said_of_a_replaced_connection_does_not_concern_the_new_one() {
    let mut scene = Scene::new();
    scene.join(1, 1);
    let former = scene.room.media_of(seat(1)).unwrap();
    scene.join(1, 1);
    let current = scene.room.media_of(seat(1)).unwrap();
    assert_ne!(former, current);
    scene.room.handle_media_lost(seat(1), former, scene.now);
    assert_eq!(scene.outputs(), [], "the newcomer stays");
    scene
        .room
        .handle_media_connected(seat(1), former, scene.now);
    assert_eq!(scene.room.connected(), []);
    scene
        .room
        .handle_media_connected(seat(1), current, scene.now);
    assert_eq!(scene.room.connected(), [seat(1)]);
    scene.room.handle_media_lost(seat(1), former, scene.now);
    assert_eq!(scene.room.connected(), [seat(1)]);
}
