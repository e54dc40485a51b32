//! What the server says.

use std::fmt;

use ids::{Seat, VisitId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{By, EndReason, ErrorCode, Warning};

/// A message from the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// A visitor is early. `joined` follows by itself when the window opens.
    Waiting {
        /// The server's clock.
        #[ts(type = "number")]
        now_ms: u64,
        /// The visit that one waits for.
        visit: Visit,
    },
    /// A terminal is known and no visit is open. Said again whenever the list changes.
    Idle {
        /// The server's clock.
        #[ts(type = "number")]
        now_ms: u64,
        /// The facility's name.
        facility: String,
        /// The terminal's name.
        terminal: String,
        /// The rest of today's visits here, in order.
        visits: Vec<ScheduledVisit>,
        /// Which build of the pages the service has. A terminal that hears of another one than before
        /// loads itself anew once no visit is near.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        build: Option<String>,
    },
    /// A visit is open at this terminal: answer with `offer`.
    Call {
        /// The server's clock.
        #[ts(type = "number")]
        now_ms: u64,
        /// The visit.
        visit: Visit,
    },
    /// One is in the call.
    Joined(Joined),
    /// A phone's test is answered: one sends, and nobody else is there.
    Testing(Testing),
    /// Who is in the call, whole, at every change.
    Roster {
        /// All seats of the party and the inmate, in order.
        participants: Vec<Participant>,
    },
    /// Who speaks loudest, or nobody.
    Speaking {
        /// The seat.
        #[ts(type = "number | null")]
        seat: Option<Seat>,
    },
    /// Which of the client's own simulcast encodings somebody needs now.
    Encodings {
        /// Their rids, as in the client's offer (RFC 8851); empty: nobody looks at the picture.
        active: Vec<String>,
    },
    /// Whose pictures are held back because the client's network cannot carry them now.
    Pictures {
        /// The seats.
        #[ts(type = "Array<number>")]
        paused: Vec<Seat>,
    },
    /// How much time is left; at joining and at each warning. It may come at any time: the end may move.
    Time {
        /// The server's clock.
        #[ts(type = "number")]
        now_ms: u64,
        /// When the slot ends.
        #[ts(type = "number")]
        ends_at_ms: u64,
        /// The length left.
        #[ts(type = "number")]
        remaining_ms: u64,
        /// How much of that was added for the time that the visit lost, in all.
        #[serde(default, skip_serializing_if = "is_zero")]
        #[ts(optional, type = "number")]
        given_back_ms: u64,
        /// A warning that is due now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        warning: Option<Warning>,
    },
    /// The call is over for this participant. The connection closes after it, except a terminal's:
    /// it goes on with `idle` or the next `call`.
    Ended {
        /// Why.
        reason: EndReason,
        /// Who.
        by: By,
        /// Whether the same device may come back with its grant as things stand.
        may_return: bool,
    },
    /// A request was not met.
    Error {
        /// What programs rely on.
        code: ErrorCode,
        /// What people read, in the language of `hello`.
        message: String,
        /// When to try again; absent when trying again does not help.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "number")]
        retry_after_ms: Option<u64>,
    },
    /// The answer to `ping`.
    Pong {
        /// As in `ping`.
        id: u32,
        /// The server's clock.
        #[ts(type = "number")]
        now_ms: u64,
    },
}

/// The visit, as its participants may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Visit {
    /// The visit's id, for the helpline.
    #[ts(type = "string")]
    pub id: VisitId,
    /// The facility's name.
    pub facility: String,
    /// The inmate's name.
    pub inmate: String,
    /// From when one may join.
    #[ts(type = "number")]
    pub opens_at_ms: u64,
    /// The agreed minute.
    #[ts(type = "number")]
    pub starts_at_ms: u64,
    /// The slot's end.
    #[ts(type = "number")]
    pub ends_at_ms: u64,
}

/// A visit on a terminal's idle page: no more than passers-by may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScheduledVisit {
    /// The agreed minute.
    #[ts(type = "number")]
    pub starts_at_ms: u64,
    /// The slot's end.
    #[ts(type = "number")]
    pub ends_at_ms: u64,
    /// The inmate's name without the family name.
    pub first_name: String,
}

/// One is in the call. `Debug` leaves out the grant and the description.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Joined {
    /// The server's clock.
    #[ts(type = "number")]
    pub now_ms: u64,
    /// The session description that answers the offer.
    pub answer: String,
    /// With this the device comes back until the slot ends. Absent for terminals, which come back
    /// with their secret, and after an ICE restart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub grant: Option<String>,
    /// One's own seat.
    #[ts(type = "number")]
    pub seat: Seat,
    /// The visit.
    pub visit: Visit,
    /// Which receive lines of the offer carry whom, for the whole call.
    pub lines: Vec<ReceiveLine>,
    /// Relays to try when no direct way is found.
    pub ice_servers: Vec<IceServer>,
}

impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joined")
            .field("visit", &self.visit.id)
            .field("seat", &self.seat)
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}

/// A phone's test is answered. `Debug` leaves out the description.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Testing {
    /// The server's clock.
    #[ts(type = "number")]
    pub now_ms: u64,
    /// The session description that answers the offer.
    pub answer: String,
    /// When the server ends the test.
    #[ts(type = "number")]
    pub ends_at_ms: u64,
    /// Relays to try when no direct way is found.
    pub ice_servers: Vec<IceServer>,
}

impl fmt::Debug for Testing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Testing")
            .field("ends_at_ms", &self.ends_at_ms)
            .finish_non_exhaustive()
    }
}

/// The receive lines of one other seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiveLine {
    /// Whose media.
    #[ts(type = "number")]
    pub seat: Seat,
    /// The `mid` of the line that carries the sound, if the offer had one left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub audio_mid: Option<String>,
    /// The `mid` of the line that carries the picture, if the offer had one left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub video_mid: Option<String>,
}

/// One place of the visit, taken or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Participant {
    /// The seat; 0 is the inmate's.
    #[ts(type = "number")]
    pub seat: Seat,
    /// The person's name.
    pub name: String,
    /// The person's client is there and media flows.
    pub connected: bool,
    /// The microphone is on.
    pub mic: bool,
    /// The camera is on.
    pub camera: bool,
}

/// A STUN or TURN server (RFC 8489, RFC 8656).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IceServer {
    /// As in `RTCIceServer.urls`.
    pub urls: Vec<String>,
    /// The time-limited user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub username: Option<String>,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub credential: Option<String>,
}

/// Leaves out what lets one use it.
impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer")
            .field("urls", &self.urls)
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
const fn is_zero(length_ms: &u64) -> bool {
    *length_ms == 0
}
