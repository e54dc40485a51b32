//! A visitor's way in: hello, perhaps a wait, the room.

use std::time::Duration;

use protocol::{ClientMessage, ErrorCode, VERSION};
use signaling_core::{Admission, Output, Refusal};

use crate::scene::{NOON, Scene, claim, hello, joined, link, offer, visit, words};

#[test]
fn a_visitor_with_an_open_link_goes_straight_in() {
    let mut scene = Scene::new();
    assert_eq!(
        words(&scene.says(hello(link(), Some("v=0")))),
        ["admission?"]
    );
    let outputs = scene.admitted(Ok(Admission::Seat(claim())));
    assert_eq!(words(&outputs), ["enter with v=0"]);
    assert_eq!(words(&scene.room(joined())), ["joined"]);
}

#[test]
fn an_early_visitor_waits_and_goes_in_by_itself_with_the_newest_offer() {
    let mut scene = Scene::new();
    scene.says(hello(link(), Some("first")));
    let early = || Ok(Admission::Early(visit(1, 40_000)));
    assert_eq!(words(&scene.admitted(early())), ["waiting"]);
    assert_eq!(words(&scene.says(offer("second"))), [""; 0]);
    assert_eq!(words(&scene.pass(Duration::from_secs(31))), ["admission?"]);
    assert_eq!(words(&scene.admitted(early())), [""; 0], "nothing changed");
    assert_eq!(words(&scene.pass(Duration::from_secs(31))), ["admission?"]);
    assert_eq!(
        scene.now.unix_ms,
        NOON + 40_000,
        "asked at the opening, not later"
    );
    let outputs = scene.admitted(Ok(Admission::Seat(claim())));
    assert_eq!(words(&outputs), ["enter with second"]);
}

#[test]
fn who_waits_goes_on_waiting_while_the_store_is_away_at_the_opening() {
    let mut scene = Scene::new();
    scene.says(hello(link(), Some("v=0")));
    scene.admitted(Ok(Admission::Early(visit(1, 1_000))));
    for _ in 0..5 {
        assert_eq!(words(&scene.pass(Duration::from_secs(5))), ["admission?"]);
        let away = Err(Refusal::new(ErrorCode::Unavailable));
        assert_eq!(words(&scene.admitted(away)), [""; 0]);
    }
    assert_eq!(words(&scene.pass(Duration::from_secs(5))), ["admission?"]);
    let outputs = scene.admitted(Ok(Admission::Seat(claim())));
    assert_eq!(words(&outputs), ["enter with v=0"]);
}

#[test]
fn a_clock_that_steps_an_hour_while_somebody_waits_lets_nobody_in_and_keeps_nobody_out() {
    const HOUR_MS: i64 = 3_600_000;
    for step in [HOUR_MS, -HOUR_MS] {
        let mut scene = Scene::new();
        scene.says(hello(link(), Some("v=0")));
        let early = || Ok(Admission::Early(visit(1, 40_000)));
        scene.admitted(early());
        scene.now.unix_ms = scene.now.unix_ms.saturating_add_signed(step);
        // Who decides is asked as soon as without the step, and again.
        assert_eq!(words(&scene.pass(Duration::from_secs(31))), ["admission?"]);
        assert_eq!(words(&scene.admitted(early())), [""; 0], "not let in");
        assert_eq!(words(&scene.pass(Duration::from_secs(31))), ["admission?"]);
        let outputs = scene.admitted(Ok(Admission::Seat(claim())));
        assert_eq!(words(&outputs), ["enter with v=0"]);
    }
}

#[test]
fn a_visit_that_is_cancelled_tells_who_waits() {
    let mut scene = Scene::new();
    scene.says(hello(link(), Some("v=0")));
    scene.admitted(Ok(Admission::Early(visit(1, 300_000))));
    scene.pass(Duration::from_secs(31));
    let outputs = scene.admitted(Err(Refusal::new(ErrorCode::LinkWithdrawn)));
    assert_eq!(words(&outputs), ["LinkWithdrawn", "4401"]);
}

#[test]
fn a_visitor_without_an_offer_is_told_what_is_missing() {
    let mut scene = Scene::new();
    let outputs = scene.says(hello(link(), None));
    let Output::Refuse(refusal) = &outputs[0] else {
        panic!("{outputs:?}");
    };
    assert_eq!(refusal.detail.as_deref(), Some("hello has no offer"));
    assert_eq!(words(&outputs), ["OfferNotUsable", "4415"]);
    assert!(scene.connection.is_closed());
}

#[test]
fn another_version_and_another_first_message_are_refused() {
    let mut scene = Scene::new();
    assert_eq!(
        words(&scene.says(ClientMessage::Ping { id: 1 })),
        ["HelloExpected", "4400"]
    );
    let mut scene = Scene::new();
    let ClientMessage::Hello(mut newer) = hello(link(), Some("v=0")) else {
        unreachable!("it is a hello");
    };
    newer.version = VERSION + 1;
    assert_eq!(
        words(&scene.says(ClientMessage::Hello(newer))),
        ["VersionUnsupported", "4400"]
    );
}
