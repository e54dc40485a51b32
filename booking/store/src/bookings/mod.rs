//! Bookings in the database.
//!
//! A slot is given in one transaction: the facility's row is taken first, so that bookings of one facility
//! follow each other; then the party is held against the rules, a free terminal is chosen, the inmate's month
//! is counted up under the condition that it has a visit left, and the visit is written. That no terminal,
//! inmate or visitor is in two places at once is still the database's own doing (the table `engagement`): who
//! loses a terminal to somebody who came past the facility's row tries the next one.
//!
//! Several bookings share a transaction, each behind a savepoint of its own, so that a rush waits for the disk
//! once for many.

mod book;
mod change;
mod diary;
mod exception;
mod facts;
mod flagging;
mod full;
mod holds;
mod keys;
mod month;
mod notices;
mod overdue;
mod party;
mod plain;
mod read;
mod staff;
mod standings;
mod visitor;
mod wishes;

pub(crate) use flagging::{Flagging, Touched, flag_or_release, flag_touched};
pub(crate) use month::uncount;
