//! One visit's room, told as scenarios.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use ids::Seat;
use proptest::prelude::*;
use protocol::{By, EndReason, ErrorCode, ServerMessage, ViewTile, Visit, Warning};
use signaling_core::{
    ConnectionId, MediaSession, MediaState, Now, RoomOutput, RoomStep, SeatClaim, Seated, VisitRoom,
};

const NOON: u64 = 1_800_000_000_000;
const HALF_AN_HOUR: Duration = Duration::from_mins(30);
const ON: MediaState = MediaState {
    mic: true,
    camera: true,
};

struct Scene {
    room: VisitRoom,
    now: Instant,
    connections: u64,
}

impl Scene {
    fn new() -> Self {
        let now = Now {
            instant: Instant::now(),
            unix_ms: NOON,
        };
        Self {
            room: VisitRoom::new(&claim(0, 0), now),
            now: now.instant,
            connections: 0,
        }
    }

    /// Seat `seat` joins, from a new connection.
    fn join(&mut self, seat: u8, generation: u32) -> (ConnectionId, Vec<RoomOutput>) {
        let claim = claim(seat, generation);
        self.room.admit(&claim, self.now).unwrap();
        self.connections += 1;
        let connection = ConnectionId(self.connections);
        let session = MediaSession(self.connections);
        self.room
            .handle_seated(connection, &claim, seated(session), ON, self.now);
        (connection, self.outputs())
    }

    fn connect(&mut self, number: u8) -> Vec<RoomOutput> {
        self.media_connected(number);
        self.outputs()
    }

    /// The `PeerConnection` that sits there now connects, if there is one.
    fn media_connected(&mut self, number: u8) {
        if let Some(session) = self.room.media_of(seat(number)) {
            self.room.handle_media_connected(seat(number), session);
        }
    }

    /// The `PeerConnection` that sits there now is lost, if there is one.
    fn media_lost(&mut self, number: u8) {
        if let Some(session) = self.room.media_of(seat(number)) {
            self.room.handle_media_lost(seat(number), session, self.now);
        }
    }

    fn pass(&mut self, length: Duration) -> Vec<RoomOutput> {
        let end = self.now + length;
        let mut outputs = Vec::new();
        while let Some(due) = self.room.poll_timeout().filter(|due| *due <= end) {
            self.now = due;
            self.room.handle_timeout(due);
            outputs.extend(self.outputs());
        }
        self.now = end;
        outputs
    }

    fn outputs(&mut self) -> Vec<RoomOutput> {
        std::iter::from_fn(|| self.room.poll_output()).collect()
    }
}

fn seat(number: u8) -> Seat {
    Seat::try_from(number).unwrap()
}

fn claim(number: u8, generation: u32) -> SeatClaim {
    let names = ["陳明華", "林美玉", "陳小安", "陳大同"];
    SeatClaim {
        visit: Visit {
            id: format!("{:032x}", 7).parse().unwrap(),
            facility: "岩灣".to_owned(),
            inmate: names[0].to_owned(),
            opens_at_ms: NOON - 900_000,
            starts_at_ms: NOON,
            ends_at_ms: NOON + 1_800_000,
        },
        seat: seat(number),
        generation,
        names: vec![
            (seat(0), names[0].to_owned()),
            (seat(number), names[usize::from(number)].to_owned()),
        ],
        grant: (number > 0).then(|| "a.b.c".to_owned()),
    }
}

fn seated(session: MediaSession) -> Seated {
    Seated {
        session,
        answer: "v=0".to_owned(),
        lines: Vec::new(),
        ice_servers: Vec::new(),
    }
}

/// Who is told what, in short.
fn words(outputs: &[RoomOutput]) -> Vec<String> {
    outputs
        .iter()
        .map(|output| match output {
            RoomOutput::Say { to, message } => match message {
                ServerMessage::Roster { participants } => {
                    let seats: Vec<String> = participants
                        .iter()
                        .map(|p| format!("{}{}", p.seat, if p.connected { "+" } else { "-" }))
                        .collect();
                    format!("{}: {}", to.0, seats.join(" "))
                }
                ServerMessage::Joined(_) => format!("{}: joined", to.0),
                ServerMessage::Time {
                    remaining_ms,
                    warning,
                    ..
                } => format!("{}: {remaining_ms} {warning:?}", to.0),
                other => format!("{}: {other:?}", to.0),
            },
            RoomOutput::End { to, reason, .. } => format!("{}: {reason:?}", to.0),
            other => format!("{other:?}"),
        })
        .collect()
}

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
    scene.room.handle_leave(former);
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
    scene.room.reissue(seat(1), 2);
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
    scene.room.reissue(seat(1), 2);
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
        scene.pass(Duration::from_secs(120)),
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
    scene.room.handle_media_connected(seat(1), former);
    assert_eq!(scene.room.connected(), []);
    scene.room.handle_media_connected(seat(1), current);
    assert_eq!(scene.room.connected(), [seat(1)]);
    scene.room.handle_media_lost(seat(1), former, scene.now);
    assert_eq!(scene.room.connected(), [seat(1)]);
}

#[test]
fn the_slots_end_is_the_sfus_word_and_ends_it_for_all() {
    let mut scene = Scene::new();
    scene.join(0, 0);
    scene.join(1, 1);
    scene.room.handle_warning(Warning::OneMinute, scene.now);
    assert_eq!(words(&scene.outputs())[0], "1: 1800000 Some(OneMinute)");
    scene.now += HALF_AN_HOUR;
    scene.room.handle_media_ended();
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

fn tile(number: u8, side: u16) -> ViewTile {
    ViewTile {
        seat: seat(number),
        width: side,
        height: side,
    }
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
    scene.room.end(EndReason::Terminated, By::Officer);
    assert_eq!(
        words(&scene.outputs()),
        ["1: Terminated", "2: Terminated", "EndMedia"]
    );
    assert!(scene.room.admit(&claim(1, 1), scene.now).is_err());
    scene.room.handle_media_ended();
    scene.room.end(EndReason::Cancelled, By::System);
    assert_eq!(scene.outputs(), [], "it is said once");
}

#[derive(Clone, Debug)]
enum Event {
    Join(u8, u32),
    Leave(u64),
    Gone(u64),
    MediaConnected(u8),
    MediaLost(u8),
    Mute(u64),
    Reissue(u8, u32),
    Speaking(Option<u8>),
    View(u64),
    Encodings(u8),
    End,
    MediaEnded,
    Pass(u64),
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0_u8..4, 0_u32..4).prop_map(|(seat, generation)| Event::Join(seat, generation)),
        2 => (1_u64..30).prop_map(Event::Leave),
        3 => (1_u64..30).prop_map(Event::Gone),
        4 => (0_u8..4).prop_map(Event::MediaConnected),
        2 => (0_u8..4).prop_map(Event::MediaLost),
        2 => (1_u64..30).prop_map(Event::Mute),
        1 => (1_u8..4, 0_u32..4).prop_map(|(seat, generation)| Event::Reissue(seat, generation)),
        1 => prop::option::of(0_u8..4).prop_map(Event::Speaking),
        1 => (1_u64..30).prop_map(Event::View),
        1 => (0_u8..4).prop_map(Event::Encodings),
        1 => Just(Event::End),
        1 => Just(Event::MediaEnded),
        3 => (0_u64..120).prop_map(Event::Pass),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_seats_have_one_person_each_and_nobody_hears_more_after_the_end(
        events in prop::collection::vec(any_event(), 0..80)
    ) {
        let mut scene = Scene::new();
        let mut sitting: BTreeMap<ConnectionId, Seat> = BTreeMap::new();
        let mut newest = [0_u32; Seat::COUNT];
        let mut over = false;
        let mut in_trail: BTreeSet<Seat> = BTreeSet::new();
        for event in events {
            let mut outputs = Vec::new();
            match event {
                Event::Join(number, generation) => {
                    let good = !over && generation >= newest[usize::from(number)];
                    match scene.room.admit(&claim(number, generation), scene.now) {
                        Ok(()) => {
                            prop_assert!(good);
                            newest[usize::from(number)] = generation;
                            scene.connections += 1;
                            let connection = ConnectionId(scene.connections);
                            scene.room.handle_seated(
                                connection,
                                &claim(number, generation),
                                seated(MediaSession(scene.connections)),
                                ON,
                                scene.now,
                            );
                            sitting.insert(connection, seat(number));
                        }
                        Err(_) => prop_assert!(!good),
                    }
                }
                Event::Leave(number) => scene.room.handle_leave(ConnectionId(number)),
                Event::Gone(number) => {
                    scene.room.handle_gone(ConnectionId(number), scene.now);
                    sitting.remove(&ConnectionId(number));
                }
                Event::MediaConnected(number) => scene.media_connected(number),
                Event::MediaLost(number) => scene.media_lost(number),
                Event::Mute(number) => {
                    scene.room.handle_media_state(ConnectionId(number), MediaState::default());
                }
                Event::Reissue(number, generation) => {
                    scene.room.reissue(seat(number), generation);
                    let known = &mut newest[usize::from(number)];
                    *known = generation.max(*known);
                }
                Event::Speaking(number) => scene.room.handle_speaking(number.map(seat)),
                Event::View(number) => {
                    scene.room.handle_view(ConnectionId(number), vec![tile(0, 9)]);
                }
                Event::Encodings(number) => {
                    let session = MediaSession(scene.connections);
                    scene
                        .room
                        .handle_encodings(seat(number), session, Vec::new());
                }
                Event::End => {
                    scene.room.end(EndReason::Terminated, By::Officer);
                    over = true;
                }
                Event::MediaEnded => {
                    scene.room.handle_media_ended();
                    over = true;
                }
                Event::Pass(seconds) => {
                    outputs = scene.pass(Duration::from_secs(seconds));
                    over |= scene.room.is_over() || scene.now >= scene.room.ends_at();
                }
            }
            outputs.extend(scene.outputs());
            for output in outputs {
                match output {
                    RoomOutput::Say { to, .. } => {
                        prop_assert!(sitting.contains_key(&to), "{:?} was told", to);
                    }
                    RoomOutput::End { to, .. } => prop_assert!(sitting.remove(&to).is_some()),
                    RoomOutput::Note(RoomStep::Joined(seat)) => {
                        prop_assert!(in_trail.insert(seat));
                    }
                    RoomOutput::Note(RoomStep::Left(seat)) => {
                        prop_assert!(in_trail.remove(&seat));
                    }
                    RoomOutput::View { .. }
                    | RoomOutput::Note(RoomStep::SlotEnded)
                    | RoomOutput::DropMedia { .. }
                    | RoomOutput::EndMedia
                    | RoomOutput::Forget => {}
                }
            }
            let seats: BTreeSet<Seat> = sitting.values().copied().collect();
            prop_assert_eq!(seats.len(), sitting.len(), "one person a seat");
            for (connection, seat) in &sitting {
                prop_assert_eq!(scene.room.seat_of(*connection), Some(*seat));
            }
            if scene.room.is_over() {
                prop_assert!(sitting.is_empty());
            }
        }
    }
}
