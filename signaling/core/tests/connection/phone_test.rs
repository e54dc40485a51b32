//! A phone that tests whether a call would hold.

use std::time::Duration;

use protocol::{ClientMessage, ErrorCode, ServerMessage};
use signaling_core::{Admission, Ask, Output, Refusal};

use crate::scene::{NOON, Scene, hello, offer, pass, test_claim, tested, view, words};

fn testing() -> Scene {
    let mut scene = Scene::new();
    assert_eq!(
        words(&scene.says(hello(pass(), Some("v=0")))),
        ["admission?"]
    );
    let outputs = scene.admitted(Ok(Admission::Test(test_claim(60_000))));
    assert_eq!(words(&outputs), ["media for v=0?"]);
    scene
}

#[test]
fn a_test_has_media_alone_and_enters_no_room() {
    let mut scene = testing();
    let outputs = scene.tested(Ok(tested()));
    let Output::Send(ServerMessage::Testing(said)) = &outputs[0] else {
        panic!("{outputs:?}");
    };
    assert_eq!(said.ends_at_ms, NOON + 60_000);
    assert_eq!(words(&scene.says(view(&[(640, 360)]))), [""; 0]);
    let media = ClientMessage::Media {
        mic: false,
        camera: true,
    };
    assert_eq!(words(&scene.says(media)), [""; 0]);
    assert_eq!(
        words(&scene.says(ClientMessage::Leave {})),
        ["test ends", "1000"]
    );
}

#[test]
fn ice_restarts_one_at_a_time() {
    let mut scene = testing();
    assert_eq!(words(&scene.says(offer("early"))), [""; 0]);
    scene.tested(Ok(tested()));
    assert_eq!(words(&scene.says(offer("again"))), ["restart?"]);
    assert_eq!(words(&scene.says(offer("at once"))), [""; 0]);
    assert_eq!(words(&scene.tested(Ok(tested()))), ["testing"]);
    assert_eq!(words(&scene.says(offer("later"))), ["restart?"]);
}

#[test]
fn a_test_ends_by_itself_within_a_minute_whatever_its_pass_says() {
    for length_ms in [60_000, 24 * 3_600_000] {
        let mut scene = Scene::new();
        scene.says(hello(pass(), Some("v=0")));
        let outputs = scene.admitted(Ok(Admission::Test(test_claim(length_ms))));
        let Output::Ask(Ask::TestMedia(media)) = &outputs[0] else {
            panic!("{outputs:?}");
        };
        assert_eq!(media.ends_at - scene.now.instant, Duration::from_secs(60));
        scene.tested(Ok(tested()));
        for part_ms in [30_000, 29_999] {
            assert_eq!(words(&scene.pass(Duration::from_millis(part_ms))), [""; 0]);
        }
        assert_eq!(
            words(&scene.pass(Duration::from_millis(1))),
            ["ended", "test ends", "1000"]
        );
        assert_eq!(scene.connection.poll_timeout(), None);
    }
}

#[test]
fn whatever_closes_the_connection_ends_the_test() {
    let mut gone = testing();
    gone.connection.handle_disconnected();
    assert_eq!(words(&gone.outputs()), ["test ends"]);
    let mut stopping = testing();
    stopping.connection.handle_stopping();
    assert_eq!(words(&stopping.outputs()), ["ended", "test ends", "1001"]);
    let mut refused = testing();
    let full = Refusal::new(ErrorCode::Busy);
    assert_eq!(
        words(&refused.tested(Err(full))),
        ["Busy", "test ends", "1013"]
    );
    let mut twice = testing();
    assert_eq!(
        words(&twice.says(hello(pass(), Some("v=0")))),
        ["BadMessage", "test ends", "4400"]
    );
}

#[test]
fn a_pass_that_is_not_valid_and_a_test_without_an_offer_get_nothing() {
    let mut scene = Scene::new();
    scene.says(hello(pass(), Some("v=0")));
    let outputs = scene.admitted(Err(Refusal::new(ErrorCode::TestNotValid)));
    assert_eq!(words(&outputs), ["TestNotValid", "4401"]);
    let mut scene = Scene::new();
    assert_eq!(
        words(&scene.says(hello(pass(), None))),
        ["OfferNotUsable", "4415"]
    );
}
