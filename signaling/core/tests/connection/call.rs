//! What is said in the call goes to the room.

use protocol::{ClientMessage, ErrorCode};
use signaling_core::{Admission, FromRoom, MediaState, Output, Refusal, ToRoom};

use crate::scene::{Scene, hello, in_call, link, offer, view, visit, words};

#[test]
fn in_the_call_an_offer_is_an_ice_restart_and_one_that_fails_ends_nothing() {
    let mut scene = in_call();
    assert_eq!(
        words(&scene.says(offer("again"))),
        ["Restart { sdp: \"again\" }"]
    );
    let refused = Refusal::with_detail(ErrorCode::OfferNotUsable, "no ice-ufrag");
    assert_eq!(
        words(&scene.room(FromRoom::Refused(refused))),
        ["OfferNotUsable"]
    );
    let media = MediaState {
        mic: false,
        camera: true,
    };
    let outputs = scene.says(ClientMessage::Media {
        mic: false,
        camera: true,
    });
    assert_eq!(outputs, [Output::ToRoom(ToRoom::Media(media))]);
}

#[test]
fn what_is_looked_at_goes_to_the_room_and_outside_of_a_call_to_nobody() {
    let mut scene = in_call();
    let ClientMessage::View { tiles } = view(&[(8192, 8192), (0, 0), (264, 264)]) else {
        unreachable!();
    };
    assert_eq!(
        scene.says(ClientMessage::View {
            tiles: tiles.clone()
        }),
        [Output::ToRoom(ToRoom::View(tiles))]
    );
    let mut early = Scene::new();
    early.says(hello(link(), Some("v=0")));
    early.admitted(Ok(Admission::Early(visit(1, 60_000))));
    assert_eq!(early.says(view(&[(1, 1)])), []);
}
