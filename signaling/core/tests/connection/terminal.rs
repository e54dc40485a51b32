//! A terminal waits, is called, and goes back to waiting.

use std::time::Duration;

use protocol::{ClientMessage, EndReason, ErrorCode, ServerMessage};
use signaling_core::{FromRoom, Output, Refusal};

use crate::scene::{NOON, appointment, at_desk, ended, joined, offer, visit_id, words};

#[test]
fn a_terminal_waits_is_called_and_goes_back_to_waiting_by_itself() {
    let (mut scene, outputs) = at_desk(vec![appointment(1, 15_000), appointment(2, 3_600_000)]);
    assert_eq!(words(&outputs), ["idle"]);
    assert_eq!(words(&scene.pass(Duration::from_secs(60))), ["schedule?"]);
    assert_eq!(scene.now.unix_ms, NOON + 15_000, "read at the opening");
    let schedule = || Some(vec![appointment(1, 15_000), appointment(2, 3_600_000)]);
    assert_eq!(words(&scene.scheduled(schedule())), ["call"]);
    assert_eq!(words(&scene.says(offer("v=0"))), ["enter with v=0"]);
    assert_eq!(words(&scene.room(joined())), ["joined"]);
    let outputs = scene.room(ended(EndReason::SlotEnded, false));
    assert_eq!(words(&outputs), ["ended", "idle"]);
    let Output::Send(ServerMessage::Idle { visits, .. }) = &outputs[1] else {
        panic!("{outputs:?}");
    };
    assert_eq!(visits.len(), 1, "the visit that was ended is not shown");
    assert_eq!(words(&scene.pass(Duration::from_secs(1))), ["schedule?"]);
    assert_eq!(words(&scene.scheduled(schedule())), [""; 0]);
}

#[test]
fn a_terminal_is_called_also_when_its_schedule_cannot_be_read() {
    let (mut scene, _) = at_desk(vec![appointment(1, 5_000)]);
    assert_eq!(words(&scene.pass(Duration::from_secs(60))), ["schedule?"]);
    assert_eq!(words(&scene.scheduled(None)), ["call"]);
}

#[test]
fn a_visit_that_is_cancelled_before_the_terminal_answers_takes_the_call_back() {
    let (mut scene, outputs) = at_desk(vec![appointment(1, 0)]);
    assert_eq!(words(&outputs), ["call"]);
    assert_eq!(words(&scene.pass(Duration::from_secs(60))), ["schedule?"]);
    assert_eq!(words(&scene.scheduled(Some(Vec::new()))), ["idle"]);
    assert_eq!(
        words(&scene.says(offer("late"))),
        [""; 0],
        "it crossed the idle"
    );
    assert_eq!(words(&scene.says(ClientMessage::Ping { id: 1 })), ["pong"]);
}

#[test]
fn an_inmate_who_hung_up_is_not_called_again_but_may_come_back() {
    let (mut scene, _) = at_desk(vec![appointment(1, 0)]);
    scene.says(offer("v=0"));
    scene.room(joined());
    assert_eq!(words(&scene.says(ClientMessage::Leave {})), ["Leave"]);
    assert_eq!(
        words(&scene.room(ended(EndReason::Left, true))),
        ["ended", "idle"]
    );
    scene.pass(Duration::from_secs(1));
    assert_eq!(
        words(&scene.scheduled(Some(vec![appointment(1, 0)]))),
        [""; 0]
    );
    assert_eq!(words(&scene.says(offer("back"))), ["enter with back"]);
}

#[test]
fn a_terminal_whose_media_failed_is_called_again_at_once() {
    let (mut scene, _) = at_desk(vec![appointment(1, 0)]);
    scene.says(offer("v=0"));
    scene.room(joined());
    assert_eq!(
        words(&scene.room(ended(EndReason::MediaFailed, true))),
        ["ended", "call"]
    );
}

#[test]
fn a_terminals_bad_offer_is_said_and_the_next_one_counts() {
    let (mut scene, _) = at_desk(vec![appointment(1, 0)]);
    scene.says(offer("bad"));
    let refused = Refusal::new(ErrorCode::OfferNotUsable);
    assert_eq!(
        words(&scene.room(FromRoom::Refused(refused))),
        ["OfferNotUsable"]
    );
    assert_eq!(words(&scene.says(offer("good"))), ["enter with good"]);
}

#[test]
fn of_two_open_visits_the_earlier_one_is_called_until_it_is_over() {
    let schedule = vec![appointment(2, -1_000), appointment(1, -20 * 60_000)];
    let (mut scene, outputs) = at_desk(schedule);
    let Output::Send(ServerMessage::Call { visit, .. }) = &outputs[0] else {
        panic!("{outputs:?}");
    };
    assert_eq!(visit.id, visit_id(1));
    scene.says(offer("v=0"));
    scene.room(joined());
    let outputs = scene.room(ended(EndReason::Terminated, false));
    let Output::Send(ServerMessage::Call { visit, .. }) = &outputs[1] else {
        panic!("{outputs:?}");
    };
    assert_eq!(visit.id, visit_id(2));
}

#[test]
fn a_terminal_that_another_one_replaced_closes() {
    let (mut scene, _) = at_desk(vec![appointment(1, 0)]);
    scene.says(offer("v=0"));
    scene.room(joined());
    assert_eq!(
        words(&scene.room(ended(EndReason::Replaced, false))),
        ["ended", "1000"]
    );
}

#[test]
fn a_terminal_with_another_device_is_out_wherever_it_is() {
    let (mut scene, _) = at_desk(vec![appointment(1, 0)]);
    scene.connection.handle_unpaired();
    assert_eq!(words(&scene.outputs()), ["TerminalNotKnown", "4401"]);
    let (mut scene, _) = at_desk(vec![appointment(1, 0)]);
    scene.says(offer("v=0"));
    scene.room(joined());
    scene.connection.handle_unpaired();
    assert_eq!(
        words(&scene.outputs()),
        ["Unpaired", "TerminalNotKnown", "Gone", "4401"]
    );
    assert!(scene.connection.is_closed());
}

#[test]
fn an_idle_terminal_hears_which_build_of_the_pages_there_is() {
    let (_, outputs) = at_desk(Vec::new());
    let Some(Output::Send(ServerMessage::Idle { build, .. })) = outputs.last() else {
        panic!("{outputs:?}");
    };
    assert_eq!(build.as_deref(), Some("b1"));
}
