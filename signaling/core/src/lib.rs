//! Signaling without sockets: what one connection may say when, and who sits where in one visit.
//!
//! A [`Connection`] is one websocket from its first message to its close. It decides what a message
//! means at the moment it comes, keeps the bounds of `docs/protocol.md` (size is the shell's), and waits:
//! a visitor for the window to open, a terminal for the next visit. What it cannot know it asks for
//! ([`Ask`]); what concerns the others goes to the visit's room ([`ToRoom`]).
//!
//! A [`VisitRoom`] is one visit from the first who joins until its slot is over. It knows who sits where,
//! tells everybody about everybody, lets the newest device win, and remembers what lets nobody in any
//! more: a grant older than the seat's newest link, or any once the visit was ended.
//!
//! Both are machines without effects: inputs go in through `handle_*`, together with the time
//! ([`Now`]); then the shell takes what is to be done from `poll_output` until there is nothing left, and
//! calls `handle_timeout` at `poll_timeout`. So whole visits run in tests, on a clock of their own.

mod bucket;
mod claim;
mod connection;
mod refusal;
mod room;
mod time;

pub use claim::{ConnectionId, Entry, FromRoom, MediaSession, MediaState, SeatClaim, ToRoom};
pub use connection::{
    Admission, Appointment, Ask, Connection, Output, TestClaim, TestMedia, Tested, Unreadable,
};
pub use refusal::{CloseCode, Refusal};
pub use room::{RoomOutput, RoomStep, Seated, TimeSpent, VisitRoom};
pub use time::Now;
