//! The steps of a visit, and what else is noted of calls.

use ids::{Seat, TerminalId, VisitId};

use crate::VisitTime;

/// What is noted beside a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallNote {
    /// A step, for the audit trail. It moves the visit to the state that follows.
    Step(VisitEvent),
    /// What more of a visit's time was spent on.
    Time {
        /// The visit.
        visit: VisitId,
        /// How much of what.
        time: VisitTime,
    },
    /// A terminal's page has come or gone. What is later stays.
    Seen {
        /// The terminal.
        terminal: TerminalId,
        /// When, Unix milliseconds.
        at_ms: u64,
    },
}

/// One step, for the audit trail. Nothing in it names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitEvent {
    /// The visit.
    pub visit: VisitId,
    /// When, Unix milliseconds.
    pub at_ms: u64,
    /// What.
    pub step: Step,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
