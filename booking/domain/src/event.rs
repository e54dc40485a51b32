//! The steps of a visit, as they are noted.

use ids::{Seat, VisitId};

/// One step, for the audit trail. Nothing in it names a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitEvent {
    /// The visit.
    pub visit: VisitId,
    /// When, Unix milliseconds.
    pub at_ms: u64,
    /// What.
    pub step: Step,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A visitor's link was redeemed.
    Redeemed {
        /// The visitor's seat.
        seat: Seat,
        /// Which of the seat's links, counted from 1.
        generation: u32,
    },
    /// Somebody is in the call. The first visitor puts the visit in session.
    Joined {
        /// Whose seat.
        seat: Seat,
    },
    /// Somebody was heard speaking, for the first time as far as the call knows.
    Heard {
        /// From whose seat.
        seat: Seat,
    },
    /// Somebody is in the call no more.
    Left {
        /// Whose seat.
        seat: Seat,
    },
    /// The slot has ended, and the call with it. A visit in session is complete.
    SlotEnded,
}
