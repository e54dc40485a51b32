//! A connection with a clock that moves when told, and what is said to it.

use std::time::{Duration, Instant};

use ids::{Seat, VisitId};
use protocol::{
    By, ClientMessage, Credential, EndReason, Hello, Joined, Locale, ServerMessage, VERSION,
    ViewTile, Visit,
};
use signaling_core::{
    Admission, Appointment, Ask, Connection, FromRoom, Now, Output, Refusal, SeatClaim, TestClaim,
    Tested, ToRoom,
};

pub(crate) const NOON: u64 = 1_800_000_000_000;
const MINUTE: u64 = 60_000;

/// A connection with a clock that moves when told.
pub(crate) struct Scene {
    pub(crate) connection: Connection,
    pub(crate) now: Now,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let now = Now {
            instant: Instant::now(),
            unix_ms: NOON,
        };
        Self {
            connection: Connection::new(now),
            now,
        }
    }

    pub(crate) fn says(&mut self, message: ClientMessage) -> Vec<Output> {
        self.connection.handle_message(message, self.now);
        self.outputs()
    }

    pub(crate) fn admitted(&mut self, answer: Result<Admission, Refusal>) -> Vec<Output> {
        self.connection.handle_admission(answer, self.now);
        self.outputs()
    }

    pub(crate) fn scheduled(&mut self, answer: Option<Vec<Appointment>>) -> Vec<Output> {
        self.connection.handle_schedule(answer, self.now);
        self.outputs()
    }

    pub(crate) fn room(&mut self, said: FromRoom) -> Vec<Output> {
        self.connection.handle_room(said, self.now);
        self.outputs()
    }

    pub(crate) fn tested(&mut self, answer: Result<Tested, Refusal>) -> Vec<Output> {
        self.connection.handle_tested(answer, self.now);
        self.outputs()
    }

    /// Lets time pass, waking the connection whenever it wants to be woken and pinging as a client does.
    pub(crate) fn pass(&mut self, length: Duration) -> Vec<Output> {
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

    pub(crate) fn set(&mut self, instant: Instant) {
        self.now = Now {
            unix_ms: self.now.unix_ms_at(instant),
            instant,
        };
    }

    pub(crate) fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.connection.poll_output()).collect()
    }
}

pub(crate) fn visit(number: u128, opens_in_ms: i64) -> Visit {
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

pub(crate) fn visit_id(number: u128) -> VisitId {
    format!("{number:032x}").parse().unwrap()
}

pub(crate) fn appointment(number: u128, opens_in_ms: i64) -> Appointment {
    Appointment {
        visit: visit(number, opens_in_ms),
        first_name: "明華".to_owned(),
        names: vec![(Seat::INMATE, "陳明華".to_owned())],
    }
}

pub(crate) fn claim() -> SeatClaim {
    SeatClaim {
        visit: visit(1, 0),
        seat: Seat::ALL[1],
        generation: 1,
        names: vec![(Seat::ALL[1], "林美玉".to_owned())],
        grant: Some("a.b.c".to_owned()),
    }
}

pub(crate) fn link() -> Credential {
    Credential::Link {
        token: "T".repeat(32),
        device_key: "K".repeat(22),
    }
}

pub(crate) fn terminal() -> Credential {
    Credential::Terminal {
        secret: "S".repeat(43),
    }
}

pub(crate) fn pass() -> Credential {
    Credential::Test {
        pass: "a.b.c".to_owned(),
    }
}

/// A right to test that a pass of `length_ms` gives.
pub(crate) fn test_claim(length_ms: u64) -> TestClaim {
    TestClaim {
        room: visit_id(99),
        person: format!("{:032x}", 7).parse().unwrap(),
        ends_at_ms: NOON + length_ms,
    }
}

pub(crate) fn tested() -> Tested {
    Tested {
        answer: String::new(),
        ice_servers: Vec::new(),
    }
}

pub(crate) fn hello(credential: Credential, offer: Option<&str>) -> ClientMessage {
    ClientMessage::Hello(Hello {
        version: VERSION,
        credential,
        offer: offer.map(str::to_owned),
        locale: Locale::En,
        mic: true,
        camera: true,
    })
}

pub(crate) fn offer(sdp: &str) -> ClientMessage {
    ClientMessage::Offer {
        sdp: sdp.to_owned(),
    }
}

pub(crate) fn view(tiles: &[(u16, u16)]) -> ClientMessage {
    let tile = |(seat, (width, height)): (u8, &(u16, u16))| ViewTile {
        seat: Seat::try_from(seat % 4).unwrap(),
        width: *width,
        height: *height,
    };
    ClientMessage::View {
        tiles: (0..).zip(tiles).map(tile).collect(),
    }
}

pub(crate) fn joined() -> FromRoom {
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

pub(crate) fn ended(reason: EndReason, may_return: bool) -> FromRoom {
    FromRoom::Ended {
        reason,
        by: By::System,
        may_return,
    }
}

pub(crate) fn at_desk(appointments: Vec<Appointment>) -> (Scene, Vec<Output>) {
    let mut scene = Scene::new();
    scene.says(hello(terminal(), None));
    let outputs = scene.admitted(Ok(Admission::Terminal {
        facility: "岩灣".to_owned(),
        name: "三號".to_owned(),
        build: Some("b1".to_owned()),
        appointments,
    }));
    (scene, outputs)
}

pub(crate) fn in_call() -> Scene {
    let mut scene = Scene::new();
    scene.says(hello(link(), Some("first")));
    scene.admitted(Ok(Admission::Seat(claim())));
    scene.room(joined());
    scene
}

/// What is sent, by name, and how the connection closes.
pub(crate) fn words(outputs: &[Output]) -> Vec<String> {
    outputs
        .iter()
        .map(|output| match output {
            Output::Send(message) => serde_json_type(message),
            Output::Refuse(refusal) => format!("{:?}", refusal.code),
            Output::Ask(Ask::Admission(_)) => "admission?".to_owned(),
            Output::Ask(Ask::Schedule) => "schedule?".to_owned(),
            Output::Ask(Ask::TestMedia(media)) if media.restart => "restart?".to_owned(),
            Output::Ask(Ask::TestMedia(media)) => format!("media for {}?", media.offer),
            Output::EndTest(_) => "test ends".to_owned(),
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
        ServerMessage::Testing(_) => "testing",
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
