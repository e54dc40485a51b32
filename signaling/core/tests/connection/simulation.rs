//! Whatever is said, in whatever order.

use std::time::Duration;

use proptest::prelude::*;
use protocol::{ClientMessage, EndReason, ErrorCode};
use signaling_core::{
    Admission, Appointment, Ask, FromRoom, Output, Refusal, Tested, ToRoom, Unreadable,
};

use crate::scene::{
    Scene, appointment, claim, ended, hello, joined, link, offer, pass, terminal, test_claim,
    tested, view, visit,
};

#[derive(Clone, Debug)]
enum Event {
    Message(ClientMessage),
    Unreadable(Unreadable),
    Admission(Result<Admission, Refusal>),
    Schedule(Option<Vec<Appointment>>),
    Room(FromRoom),
    Tested(Result<Tested, Refusal>),
    Time(u64),
    Unpaired,
    Stopping,
    Disconnected,
}

fn any_event() -> impl Strategy<Value = Event> {
    let messages = prop::sample::select(vec![
        hello(link(), Some("v=0")),
        hello(link(), None),
        hello(terminal(), None),
        hello(pass(), Some("v=0")),
        offer("v=0"),
        ClientMessage::Media {
            mic: true,
            camera: false,
        },
        view(&[(640, 360)]),
        view(&[(9000, 360)]),
        ClientMessage::Leave {},
        ClientMessage::Ping { id: 1 },
    ]);
    let admissions = prop::sample::select(vec![
        Ok(Admission::Seat(claim())),
        Ok(Admission::Early(visit(1, 30_000))),
        Ok(Admission::Test(test_claim(20_000))),
        Ok(Admission::Terminal {
            facility: "岩灣".to_owned(),
            name: "三號".to_owned(),
            build: None,
            appointments: vec![appointment(1, -1_000), appointment(2, 60_000)],
        }),
        Err(Refusal::new(ErrorCode::Unavailable)),
        Err(Refusal::new(ErrorCode::LinkUsed)),
    ]);
    let schedules = prop::sample::select(vec![
        None,
        Some(Vec::new()),
        Some(vec![appointment(1, 0)]),
        Some(vec![appointment(2, 10_000), appointment(3, 20_000)]),
    ]);
    let room = prop::sample::select(vec![
        joined(),
        FromRoom::Refused(Refusal::new(ErrorCode::OfferNotUsable)),
        FromRoom::Refused(Refusal::new(ErrorCode::GrantOver)),
        ended(EndReason::SlotEnded, false),
        ended(EndReason::Left, true),
        ended(EndReason::Replaced, false),
        ended(EndReason::MediaFailed, true),
    ]);
    let answers = prop::sample::select(vec![
        Ok(tested()),
        Ok(tested()),
        Err(Refusal::new(ErrorCode::Busy)),
    ]);
    prop_oneof![
        6 => messages.prop_map(Event::Message),
        1 => Just(Event::Unreadable(Unreadable::Binary)),
        4 => admissions.prop_map(Event::Admission),
        2 => schedules.prop_map(Event::Schedule),
        4 => room.prop_map(Event::Room),
        3 => answers.prop_map(Event::Tested),
        4 => (0_u64..50_000).prop_map(Event::Time),
        1 => Just(Event::Unpaired),
        1 => Just(Event::Stopping),
        1 => Just(Event::Disconnected),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_a_close_is_the_last_word_and_a_room_is_entered_before_it_is_left(
        events in prop::collection::vec(any_event(), 0..60)
    ) {
        let mut scene = Scene::new();
        let mut closed = false;
        let mut inside = false;
        let mut testing = false;
        for event in events {
            match event {
                Event::Message(message) => scene.connection.handle_message(message, scene.now),
                Event::Unreadable(what) => scene.connection.handle_unreadable(what, scene.now),
                Event::Admission(answer) => scene.connection.handle_admission(answer, scene.now),
                Event::Schedule(answer) => scene.connection.handle_schedule(answer, scene.now),
                Event::Room(said) => {
                    // A room speaks to those inside only, and its last word ends that.
                    if inside {
                        inside = !matches!(said, FromRoom::Ended { .. });
                        scene.connection.handle_room(said, scene.now);
                    }
                }
                Event::Tested(answer) => scene.connection.handle_tested(answer, scene.now),
                Event::Time(ms) => {
                    scene.set(scene.now.instant + Duration::from_millis(ms));
                    scene.connection.handle_timeout(scene.now);
                }
                Event::Unpaired => scene.connection.handle_unpaired(),
                Event::Stopping => scene.connection.handle_stopping(),
                Event::Disconnected => {
                    scene.connection.handle_disconnected();
                    closed = true;
                    let gone = if testing {
                        Output::EndTest(test_claim(0).room)
                    } else {
                        Output::ToRoom(ToRoom::Gone)
                    };
                    for output in scene.outputs() {
                        prop_assert_eq!(&output, &gone);
                        testing &= output != gone;
                    }
                }
            }
            for output in scene.outputs() {
                prop_assert!(!closed, "{:?} after the close", output);
                match output {
                    Output::Close(_) => closed = true,
                    Output::ToRoom(ToRoom::Enter(_)) => {
                        inside = true;
                    }
                    Output::ToRoom(ToRoom::Gone) => inside = false,
                    Output::ToRoom(_) => prop_assert!(inside),
                    Output::Ask(Ask::TestMedia(_)) => testing = true,
                    Output::EndTest(_) => prop_assert!(std::mem::take(&mut testing)),
                    Output::Send(_) | Output::Refuse(_) | Output::Ask(_) => {}
                }
            }
            if closed {
                prop_assert!(!testing, "a test outlives its connection");
                prop_assert!(scene.connection.is_closed());
                prop_assert_eq!(scene.connection.poll_timeout(), None);
            }
        }
    }
}
