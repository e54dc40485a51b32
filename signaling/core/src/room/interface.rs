//! What a room asks of its shell, and what it is told of a seat.

use std::time::Duration;

use ids::Seat;
use protocol::{By, EndReason, IceServer, ReceiveLine, ServerMessage, ViewTile};

use super::TimeSpent;
use crate::{ConnectionId, MediaSession};

/// What the shell is asked to do, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomOutput {
    /// Send a message to a connection.
    Say {
        /// To whom.
        to: ConnectionId,
        /// What.
        message: ServerMessage,
    },
    /// Tell a connection that the call is over for it. The last word to it.
    End {
        /// To whom.
        to: ConnectionId,
        /// Why.
        reason: EndReason,
        /// Who.
        by: By,
        /// Whether the device may come back.
        may_return: bool,
    },
    /// Tell the SFU how large a seat shows the others' pictures.
    View {
        /// Who looks.
        seat: Seat,
        /// The `PeerConnection` that the pictures come over.
        session: MediaSession,
        /// What is shown, of other seats only.
        tiles: Vec<ViewTile>,
    },
    /// Close one seat's `PeerConnection`.
    DropMedia {
        /// The seat.
        seat: Seat,
        /// The `PeerConnection`; one that came later stays.
        session: MediaSession,
    },
    /// Close all of the visit's `PeerConnections`, for good.
    EndMedia,
    /// Ask the store to give back at the end what was lost, of `lost` in all; the answer is
    /// [`VisitRoom::handle_given_back`](crate::VisitRoom::handle_given_back).
    GiveBack {
        /// What was lost so far, given back or not.
        lost: Duration,
    },
    /// The end is another: [`VisitRoom::ends_at`](crate::VisitRoom::ends_at).
    MoveEnd,
    /// Tell the store what the visit's time was spent on since it was last told.
    Count(TimeSpent),
    /// Note a step in the audit trail.
    Note(RoomStep),
    /// Nothing more will happen here: the room can be forgotten. The last output.
    Forget,
}

/// A step for the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomStep {
    /// Somebody is in the call.
    Joined(Seat),
    /// Somebody was heard speaking, for the first time in this visit.
    Heard(Seat),
    /// Somebody is in the call no more.
    Left(Seat),
    /// The slot has ended.
    SlotEnded,
}

/// A seat that the SFU has given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seated {
    /// The `PeerConnection`.
    pub session: MediaSession,
    /// The SDP answer.
    pub answer: String,
    /// Which receive lines carry whom.
    pub lines: Vec<ReceiveLine>,
    /// Relays to try.
    pub ice_servers: Vec<IceServer>,
}
