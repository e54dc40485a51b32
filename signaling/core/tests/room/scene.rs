//! A room with a clock that moves when told, and who comes into it.

use std::time::{Duration, Instant};

use ids::Seat;
use protocol::{ServerMessage, ViewTile, Visit};
use signaling_core::{
    ConnectionId, MediaSession, MediaState, Now, RoomOutput, SeatClaim, Seated, VisitRoom,
};

const NOON: u64 = 1_800_000_000_000;
pub(crate) const HALF_AN_HOUR: Duration = Duration::from_mins(30);
pub(crate) const ON: MediaState = MediaState {
    mic: true,
    camera: true,
};

pub(crate) struct Scene {
    pub(crate) room: VisitRoom,
    pub(crate) now: Instant,
    pub(crate) connections: u64,
}

impl Scene {
    pub(crate) fn new() -> Self {
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
    pub(crate) fn join(&mut self, seat: u8, generation: u32) -> (ConnectionId, Vec<RoomOutput>) {
        let claim = claim(seat, generation);
        self.room.admit(&claim, self.now).unwrap();
        self.connections += 1;
        let connection = ConnectionId(self.connections);
        let session = MediaSession(self.connections);
        self.room
            .handle_seated(connection, &claim, seated(session), ON, self.now);
        (connection, self.outputs())
    }

    pub(crate) fn connect(&mut self, number: u8) -> Vec<RoomOutput> {
        self.media_connected(number);
        self.outputs()
    }

    /// The `PeerConnection` that sits there now connects, if there is one.
    pub(crate) fn media_connected(&mut self, number: u8) {
        if let Some(session) = self.room.media_of(seat(number)) {
            self.room
                .handle_media_connected(seat(number), session, self.now);
        }
    }

    /// The `PeerConnection` that sits there now is lost, if there is one.
    pub(crate) fn media_lost(&mut self, number: u8) {
        if let Some(session) = self.room.media_of(seat(number)) {
            self.room.handle_media_lost(seat(number), session, self.now);
        }
    }

    pub(crate) fn pass(&mut self, length: Duration) -> Vec<RoomOutput> {
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

    pub(crate) fn outputs(&mut self) -> Vec<RoomOutput> {
        std::iter::from_fn(|| self.room.poll_output()).collect()
    }
}

pub(crate) fn seat(number: u8) -> Seat {
    Seat::try_from(number).unwrap()
}

pub(crate) fn claim(number: u8, generation: u32) -> SeatClaim {
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

pub(crate) fn seated(session: MediaSession) -> Seated {
    Seated {
        session,
        answer: "v=0".to_owned(),
        lines: Vec::new(),
        ice_servers: Vec::new(),
    }
}

pub(crate) fn tile(number: u8, side: u16) -> ViewTile {
    ViewTile {
        seat: seat(number),
        width: side,
        height: side,
    }
}

/// All but what is about how the time is spent.
pub(crate) fn beside_time(outputs: &[RoomOutput]) -> Vec<RoomOutput> {
    let of_time = |output: &&RoomOutput| {
        !matches!(output, RoomOutput::Count(_) | RoomOutput::GiveBack { .. })
    };
    outputs.iter().filter(of_time).cloned().collect()
}

/// Who is told what, in short; not how the time is spent.
pub(crate) fn words(outputs: &[RoomOutput]) -> Vec<String> {
    beside_time(outputs)
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
