//! One connection's way, told as scenarios.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use ids::{Seat, VisitId};
use proptest::prelude::*;
use protocol::{
    By, ClientMessage, Credential, EndReason, ErrorCode, Hello, Joined, Locale, ServerMessage,
    VERSION, ViewTile, Visit,
};
use signaling_core::{
    Admission, Appointment, Ask, Connection, FromRoom, MediaState, Now, Output, Refusal, SeatClaim,
    ToRoom, Unreadable,
};

const NOON: u64 = 1_800_000_000_000;
const MINUTE: u64 = 60_000;

/// A connection with a clock that moves when told.
struct Scene {
    connection: Connection,
    now: Now,
}

impl Scene {
    fn new() -> Self {
        let now = Now {
            instant: Instant::now(),
            unix_ms: NOON,
        };
        Self {
            connection: Connection::new(now),
            now,
        }
    }

    fn says(&mut self, message: ClientMessage) -> Vec<Output> {
        self.connection.handle_message(message, self.now);
        self.outputs()
    }

    fn admitted(&mut self, answer: Result<Admission, Refusal>) -> Vec<Output> {
        self.connection.handle_admission(answer, self.now);
        self.outputs()
    }

    fn scheduled(&mut self, answer: Option<Vec<Appointment>>) -> Vec<Output> {
        self.connection.handle_schedule(answer, self.now);
        self.outputs()
    }

    fn room(&mut self, said: FromRoom) -> Vec<Output> {
        self.connection.handle_room(said, self.now);
        self.outputs()
    }

    /// Lets time pass, waking the connection whenever it wants to be woken and pinging as a client does.
    fn pass(&mut self, length: Duration) -> Vec<Output> {
        let end = self.now.instant + length;
        let mut outputs = Vec::new();
        loop {
            self.connection.handle_sign_of_life(self.now);
            let Some(due) = self.connection.poll_timeout().filter(|due| *due <= end) else {
                break;
            };
            self.set(due.max(self.now.instant));
            self.connection.handle_timeout(self.now);
            let new = self.outputs();
            let asked = !new.is_empty();
            outputs.extend(new);
            if asked {
                return outputs;
            }
        }
        self.set(end);
        outputs
    }

    fn set(&mut self, instant: Instant) {
        self.now = Now {
            unix_ms: self.now.unix_ms_at(instant),
            instant,
        };
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.connection.poll_output()).collect()
    }
}

fn visit(number: u128, opens_in_ms: i64) -> Visit {
    let opens_at_ms = NOON.checked_add_signed(opens_in_ms).unwrap();
    Visit {
        id: visit_id(number),
        facility: "岩灣".to_owned(),
        inmate: "陳明華".to_owned(),
        opens_at_ms,
        starts_at_ms: opens_at_ms + 15 * MINUTE,
        ends_at_ms: opens_at_ms + 45 * MINUTE,
    }
}

fn visit_id(number: u128) -> VisitId {
    format!("{number:032x}").parse().unwrap()
}

fn appointment(number: u128, opens_in_ms: i64) -> Appointment {
    Appointment {
        visit: visit(number, opens_in_ms),
        first_name: "明華".to_owned(),
        names: vec![(Seat::INMATE, "陳明華".to_owned())],
    }
}

fn claim() -> SeatClaim {
    SeatClaim {
        visit: visit(1, 0),
        seat: Seat::ALL[1],
        generation: 1,
        names: vec![(Seat::ALL[1], "林美玉".to_owned())],
        grant: Some("a.b.c".to_owned()),
    }
}

fn link() -> Credential {
    Credential::Link {
        token: "T".repeat(32),
        device_key: "K".repeat(22),
    }
}

fn terminal() -> Credential {
    Credential::Terminal {
        secret: "S".repeat(43),
    }
}

fn hello(credential: Credential, offer: Option<&str>) -> ClientMessage {
    ClientMessage::Hello(Hello {
        version: VERSION,
        credential,
        offer: offer.map(str::to_owned),
        locale: Locale::En,
        mic: true,
        camera: true,
    })
}

fn offer(sdp: &str) -> ClientMessage {
    ClientMessage::Offer {
        sdp: sdp.to_owned(),
    }
}

fn joined() -> FromRoom {
    FromRoom::Say(ServerMessage::Joined(Joined {
        now_ms: NOON,
        answer: String::new(),
        grant: None,
        seat: Seat::ALL[1],
        visit: visit(1, 0),
        lines: Vec::new(),
        ice_servers: Vec::new(),
    }))
}

fn ended(reason: EndReason, may_return: bool) -> FromRoom {
    FromRoom::Ended {
        reason,
        by: By::System,
        may_return,
    }
}

fn at_desk(appointments: Vec<Appointment>) -> (Scene, Vec<Output>) {
    let mut scene = Scene::new();
    scene.says(hello(terminal(), None));
    let outputs = scene.admitted(Ok(Admission::Terminal {
        facility: "岩灣".to_owned(),
        name: "三號".to_owned(),
        appointments,
    }));
    (scene, outputs)
}

fn in_call() -> Scene {
    let mut scene = Scene::new();
    scene.says(hello(link(), Some("first")));
    scene.admitted(Ok(Admission::Seat(claim())));
    scene.room(joined());
    scene
}

/// What is sent, by name, and how the connection closes.
fn words(outputs: &[Output]) -> Vec<String> {
    outputs
        .iter()
        .map(|output| match output {
            Output::Send(message) => serde_json_type(message),
            Output::Refuse(refusal) => format!("{:?}", refusal.code),
            Output::Ask(Ask::Admission(_)) => "admission?".to_owned(),
            Output::Ask(Ask::Schedule) => "schedule?".to_owned(),
            Output::ToRoom(ToRoom::Enter(entry)) => format!("enter with {}", entry.offer),
            Output::ToRoom(other) => format!("{other:?}"),
            Output::Close(code) => code.number().to_string(),
        })
        .collect()
}

fn serde_json_type(message: &ServerMessage) -> String {
    let name = match message {
        ServerMessage::Waiting { .. } => "waiting",
        ServerMessage::Idle { .. } => "idle",
        ServerMessage::Call { .. } => "call",
        ServerMessage::Joined(_) => "joined",
        ServerMessage::Roster { .. } => "roster",
        ServerMessage::Speaking { .. } => "speaking",
        ServerMessage::Time { .. } => "time",
        ServerMessage::Ended { .. } => "ended",
        ServerMessage::Error { .. } => "error",
        ServerMessage::Encodings { .. } => "encodings",
        ServerMessage::Pictures { .. } => "pictures",
        ServerMessage::Pong { .. } => "pong",
    };
    name.to_owned()
}

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

fn view(tiles: &[(u16, u16)]) -> ClientMessage {
    let tile = |(seat, (width, height)): (u8, &(u16, u16))| ViewTile {
        seat: Seat::try_from(seat % 4).unwrap(),
        width: *width,
        height: *height,
    };
    ClientMessage::View {
        tiles: (0..).zip(tiles).map(tile).collect(),
    }
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

#[test]
fn too_many_tiles_and_too_large_ones_close_the_connection() {
    for bad in [view(&[(1, 1); 4]), view(&[(8193, 1)]), view(&[(1, 8193)])] {
        let mut scene = in_call();
        assert_eq!(words(&scene.says(bad)), ["BadMessage", "Gone", "4400"]);
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
fn a_stopping_server_says_so_to_who_waits_and_to_who_talks() {
    let mut scene = in_call();
    scene.connection.handle_stopping();
    assert_eq!(words(&scene.outputs()), ["ended", "Gone", "1001"]);
    let (mut scene, _) = at_desk(Vec::new());
    scene.connection.handle_stopping();
    assert_eq!(words(&scene.outputs()), ["ended", "1001"]);
}

#[derive(Clone, Debug)]
enum Event {
    Message(ClientMessage),
    Unreadable(Unreadable),
    Admission(Result<Admission, Refusal>),
    Schedule(Option<Vec<Appointment>>),
    Room(FromRoom),
    Time(u64),
    Stopping,
    Disconnected,
}

fn any_event() -> impl Strategy<Value = Event> {
    let messages = prop::sample::select(vec![
        hello(link(), Some("v=0")),
        hello(link(), None),
        hello(terminal(), None),
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
        Ok(Admission::Terminal {
            facility: "岩灣".to_owned(),
            name: "三號".to_owned(),
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
    prop_oneof![
        6 => messages.prop_map(Event::Message),
        1 => Just(Event::Unreadable(Unreadable::Binary)),
        4 => admissions.prop_map(Event::Admission),
        2 => schedules.prop_map(Event::Schedule),
        4 => room.prop_map(Event::Room),
        4 => (0_u64..50_000).prop_map(Event::Time),
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
                Event::Time(ms) => {
                    scene.set(scene.now.instant + Duration::from_millis(ms));
                    scene.connection.handle_timeout(scene.now);
                }
                Event::Stopping => scene.connection.handle_stopping(),
                Event::Disconnected => {
                    scene.connection.handle_disconnected();
                    closed = true;
                    for output in scene.outputs() {
                        prop_assert_eq!(output, Output::ToRoom(ToRoom::Gone));
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
                    Output::Send(_) | Output::Refuse(_) | Output::Ask(_) => {}
                }
            }
            if closed {
                prop_assert!(scene.connection.is_closed());
                prop_assert_eq!(scene.connection.poll_timeout(), None);
            }
        }
    }
}
