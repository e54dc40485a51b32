//! What closes a connection, and with which words.

use std::time::Duration;

use protocol::{ClientMessage, EndReason, ErrorCode};
use signaling_core::{Admission, FromRoom, Refusal, Unreadable};

use crate::scene::{Scene, at_desk, claim, ended, hello, in_call, link, view, words};

#[test]
fn silence_before_hello_and_after_it_closes_the_connection() {
    let mut scene = Scene::new();
    assert_eq!(
        words(&scene.pass(Duration::from_secs(11))),
        ["HelloTimeout", "4408"]
    );
    let mut scene = in_call();
    let due = scene.connection.poll_timeout().unwrap();
    assert_eq!(due - scene.now.instant, Duration::from_secs(45));
    scene.set(due);
    scene.connection.handle_timeout(scene.now);
    assert_eq!(words(&scene.outputs()), ["Gone", "4408"]);
    assert_eq!(scene.connection.poll_timeout(), None);
}

#[test]
fn a_flood_is_cut_off_and_a_calm_client_never() {
    let mut scene = in_call();
    let mut last = Vec::new();
    for id in 0..100 {
        last = words(&scene.says(ClientMessage::Ping { id }));
        if last != ["pong"] {
            break;
        }
    }
    assert_eq!(last, ["TooFast", "Gone", "4429"]);
    let mut scene = in_call();
    for id in 0..1_000 {
        assert_eq!(words(&scene.says(ClientMessage::Ping { id })), ["pong"]);
        scene.set(scene.now.instant + Duration::from_millis(100));
    }
}

#[test]
fn views_count_among_the_messages_of_a_client() {
    let mut scene = in_call();
    let closed = (0..41).any(|_| {
        let said = words(&scene.says(view(&[(1, 1)])));
        said.contains(&"TooFast".to_owned())
    });
    assert!(closed);
}

#[test]
fn what_cannot_be_read_closes_with_its_own_code() {
    for (what, close) in [
        (Unreadable::Garbled("expected value".to_owned()), "4400"),
        (Unreadable::Binary, "1003"),
        (Unreadable::TooLarge, "1009"),
    ] {
        let mut scene = in_call();
        scene.connection.handle_unreadable(what, scene.now);
        assert_eq!(words(&scene.outputs()), ["BadMessage", "Gone", close]);
    }
}

#[test]
fn too_many_tiles_and_too_large_ones_close_the_connection() {
    for bad in [view(&[(1, 1); 4]), view(&[(8193, 1)]), view(&[(1, 8193)])] {
        let mut scene = in_call();
        assert_eq!(words(&scene.says(bad)), ["BadMessage", "Gone", "4400"]);
    }
}

#[test]
fn a_superseded_grant_and_a_full_server_close_a_visitors_connection() {
    for (code, close) in [
        (ErrorCode::GrantSuperseded, "4401"),
        (ErrorCode::Busy, "1013"),
        (ErrorCode::OfferNotUsable, "4415"),
    ] {
        let mut scene = Scene::new();
        scene.says(hello(link(), Some("v=0")));
        scene.admitted(Ok(Admission::Seat(claim())));
        let outputs = words(&scene.room(FromRoom::Refused(Refusal::new(code))));
        assert_eq!(outputs.last().unwrap(), close);
        assert!(scene.connection.is_closed());
    }
}

#[test]
fn the_end_of_the_call_closes_a_visitors_connection() {
    let mut scene = in_call();
    assert_eq!(
        words(&scene.room(ended(EndReason::SlotEnded, false))),
        ["ended", "1000"]
    );
    assert_eq!(words(&scene.says(ClientMessage::Ping { id: 1 })), [""; 0]);
}

#[test]
fn a_stopping_server_says_so_to_who_waits_and_to_who_talks() {
    let mut scene = in_call();
    scene.connection.handle_stopping();
    assert_eq!(words(&scene.outputs()), ["ended", "Gone", "1001"]);
    let (mut scene, _) = at_desk(Vec::new());
    scene.connection.handle_stopping();
    assert_eq!(words(&scene.outputs()), ["ended", "1001"]);
}
