//! What passes between a connection and the room of its visit.

use std::fmt;

use ids::Seat;
use protocol::{By, EndReason, ServerMessage, ViewTile, Visit};

use crate::Refusal;

/// One connection of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// One `PeerConnection`'s turn in a seat, as the SFU numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaSession(pub u64);

/// Whether one's own microphone and camera are on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaState {
    /// The microphone is on.
    pub mic: bool,
    /// The camera is on.
    pub camera: bool,
}

/// A right to a seat, as a good credential gives it. `Debug` shows neither names nor the grant.
#[derive(Clone, PartialEq, Eq)]
pub struct SeatClaim {
    /// The visit.
    pub visit: Visit,
    /// The seat.
    pub seat: Seat,
    /// How many links had been issued for the seat, with the one that this claim goes back to; 0 at a
    /// terminal.
    pub generation: u32,
    /// The names that the claim knows, the own one among them.
    pub names: Vec<(Seat, String)>,
    /// What the device comes back with; none at a terminal.
    pub grant: Option<String>,
}

impl fmt::Debug for SeatClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeatClaim")
            .field("visit", &self.visit.id)
            .field("seat", &self.seat)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// A wish to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The right to it.
    pub claim: SeatClaim,
    /// The SDP offer.
    pub offer: String,
    /// Microphone and camera.
    pub media: MediaState,
}

/// What a connection says to its room. The first is always [`ToRoom::Enter`], the last
/// [`ToRoom::Gone`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToRoom {
    /// Joins.
    Enter(Box<Entry>),
    /// An ICE restart.
    Restart {
        /// The SDP offer.
        sdp: String,
    },
    /// Microphone or camera changed.
    Media(MediaState),
    /// The others' pictures are shown in other sizes.
    View(Vec<ViewTile>),
    /// Hangs up.
    Leave,
    /// The terminal has another device: this one's media ends too, and it hears nothing more.
    Unpaired,
    /// The websocket is gone. Media may go on.
    Gone,
}

/// What a room says to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromRoom {
    /// To be passed on.
    Say(ServerMessage),
    /// Joining or the ICE restart did not work.
    Refused(Refusal),
    /// The call is over for this connection. The last word.
    Ended {
        /// Why.
        reason: EndReason,
        /// Who.
        by: By,
        /// Whether the device may come back.
        may_return: bool,
    },
}
