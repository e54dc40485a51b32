//! Who is told what.

use protocol::ServerMessage;
use signaling_core::{ConnectionId, MediaSession, MediaState, RoomOutput};

use crate::scene::{Scene, seat, tile, words};

#[test]
fn the_first_and_the_second_learn_of_each_other() {
    let mut scene = Scene::new();
    let (_, outputs) = scene.join(0, 0);
    assert_eq!(
        words(&outputs),
        [
            "Note(Joined(Seat(0)))",
            "1: joined",
            "1: 1800000 None",
            "1: 0-"
        ]
    );
    assert_eq!(words(&scene.connect(0)), ["1: 0+"]);
    let (_, outputs) = scene.join(1, 1);
    assert_eq!(
        words(&outputs)[3..],
        ["1: 0+ 1-".to_owned(), "2: 0+ 1-".to_owned()]
    );
    scene.connect(1);
    assert_eq!(scene.room.connected(), [seat(0), seat(1)]);
}

#[test]
fn microphone_and_camera_are_told_to_all_once() {
    let mut scene = Scene::new();
    let (inmate, _) = scene.join(0, 0);
    scene.join(1, 1);
    let muted = MediaState {
        mic: false,
        camera: true,
    };
    scene.room.handle_media_state(inmate, muted);
    let outputs = scene.outputs();
    assert_eq!(outputs.len(), 2);
    let RoomOutput::Say {
        message: ServerMessage::Roster { participants },
        ..
    } = &outputs[1]
    else {
        panic!("{outputs:?}");
    };
    assert!(!participants[0].mic && participants[0].camera);
    scene.room.handle_media_state(inmate, muted);
    assert_eq!(scene.outputs(), []);
}

#[test]
fn what_one_looks_at_is_said_of_the_connection_that_carries_it_and_never_of_oneself() {
    let mut scene = Scene::new();
    scene.join(1, 1);
    let (again, _) = scene.join(1, 1);
    scene
        .room
        .handle_view(again, vec![tile(0, 700), tile(1, 90), tile(2, 0)]);
    let view = RoomOutput::View {
        seat: seat(1),
        session: MediaSession(2),
        tiles: vec![tile(0, 700), tile(2, 0)],
    };
    assert_eq!(scene.outputs(), [view]);
    scene.room.handle_view(ConnectionId(1), vec![tile(0, 9)]);
    assert_eq!(scene.outputs(), [], "a window that was replaced has no say");
    scene.media_lost(1);
    scene.outputs();
    scene.room.handle_view(again, vec![tile(0, 9)]);
    assert_eq!(scene.outputs(), []);
}

#[test]
fn needed_encodings_and_paused_pictures_are_told_to_the_one_whom_they_concern() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    scene.join(2, 1);
    let (first, second) = (MediaSession(1), MediaSession(2));
    scene
        .room
        .handle_encodings(seat(0), first, vec!["q".to_owned()]);
    scene.room.handle_pictures(seat(2), second, vec![seat(0)]);
    scene.room.handle_pictures(seat(2), first, vec![seat(0)]);
    scene.room.handle_pictures(seat(3), second, vec![seat(0)]);
    assert_eq!(
        words(&scene.outputs()),
        [
            r#"1: Encodings { active: ["q"] }"#,
            "2: Pictures { paused: [Seat(0)] }"
        ]
    );
}

#[test]
fn that_a_seat_was_heard_is_noted_once() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    let mut speak = |number: Option<u8>| {
        scene.room.handle_speaking(number.map(seat), scene.now);
        let mut said = words(&scene.outputs());
        said.retain(|word| word.starts_with("Note"));
        said
    };
    assert_eq!(speak(None), [] as [&str; 0]);
    assert_eq!(speak(Some(0)), ["Note(Heard(Seat(0)))"]);
    assert_eq!(speak(Some(1)), ["Note(Heard(Seat(1)))"]);
    assert_eq!(speak(None), [] as [&str; 0]);
    assert_eq!(speak(Some(0)), [] as [&str; 0], "also after a pause");
}

#[test]
fn one_who_comes_while_another_speaks_is_told_so() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    let said_to_newcomer = |scene: &mut Scene, number: u8| {
        let (newcomer, outputs) = scene.join(number, 1);
        let mut said = words(&outputs);
        said.retain(|word| word.starts_with(&format!("{}: Speaking", newcomer.0)));
        said
    };
    assert_eq!(said_to_newcomer(&mut scene, 1), [] as [&str; 0]);
    scene.room.handle_speaking(Some(seat(0)), scene.now);
    scene.outputs();
    assert_eq!(
        said_to_newcomer(&mut scene, 1),
        ["3: Speaking { seat: Some(Seat(0)) }"],
        "who comes back, too"
    );
    assert_eq!(
        said_to_newcomer(&mut scene, 2),
        ["4: Speaking { seat: Some(Seat(0)) }"]
    );
    scene.media_lost(0);
    scene.outputs();
    assert_eq!(
        said_to_newcomer(&mut scene, 3),
        [] as [&str; 0],
        "who is not there does not speak"
    );
    for number in [0, 3] {
        assert_eq!(
            said_to_newcomer(&mut scene, number),
            [] as [&str; 0],
            "nor does who has only just come back"
        );
    }
}
