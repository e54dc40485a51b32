//! Taking a seat: what is asked and what is answered.

use std::time::Instant;

use ids::{Seat, VisitId};
use sfu_core::LineAssignment;
use sfu_transport::OfferError;

/// One connection's turn in a seat. A seat that is taken again gets a new one, so that a late
/// *leave* of the former connection leaves the new one alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaSessionId(u64);

impl MediaSessionId {
    /// The session with this number.
    #[must_use]
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

/// A wish to take a seat.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    /// The visit.
    pub visit: VisitId,
    /// The seat; whoever sits there is replaced.
    pub seat: Seat,
    /// When the visit ends. Counts only for the first who joins; [`Sfu::set_ends_at`] moves it later.
    ///
    /// [`Sfu::set_ends_at`]: crate::Sfu::set_ends_at
    pub ends_at: Instant,
    /// The SDP offer (RFC 8866, RFC 3264).
    pub offer: String,
}

/// A seat, taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The SDP answer.
    pub answer: String,
    /// On which receive lines the others will be found, for as long as this session lasts.
    pub lines: Vec<LineAssignment>,
    /// Names this connection from now on.
    pub session: MediaSessionId,
}

/// Why a seat was not taken, or a connection not restarted.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The visit is over.
    #[error("the visit is over")]
    Over,
    /// Nobody sits there whose connection could be restarted.
    #[error("nobody sits in this seat")]
    Vacant,
    /// The offer cannot be answered.
    #[error("the offer cannot be answered: {0}")]
    Offer(#[from] OfferError),
    /// The media thread has as many rooms as it may have.
    #[error("no room is left for another call")]
    Full,
    /// The media thread failed while it worked on this, or is gone. Trying again may help.
    #[error("the media thread did not answer")]
    Unavailable,
}
