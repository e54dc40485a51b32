//! Bookings in the database.
//!
//! A slot is given in one transaction: the facility's row is taken first, so that bookings of one facility
//! follow each other; then everything that the rules ask for is looked up, the decision is made
//! ([`booking_domain::giving`]), and what was decided is written. That no terminal, inmate or visitor is in two
//! places at once, and that no month has more than its visits, is still the database's own doing (the table
//! `engagement`, the condition on `visit_month`): who loses to somebody who came past the facility's row is
//! decided anew.
//!
//! Several bookings share a transaction and its statements, so that a rush waits for the disk, and for the
//! database, once for many. They are written behind one savepoint. Where the database does not take them,
//! each half is given by itself, and so on, so that only who is refused goes without.

mod bars;
mod book;
mod change;
mod correction;
mod diary;
mod exception;
mod facts;
mod flagging;
mod grounds;
mod holds;
mod keys;
mod missed;
mod month;
mod notices;
mod overdue;
mod party;
mod plain;
mod read;
mod staff;
mod standings;
mod terminate;
mod vetting;
mod visitor;
mod wishes;

pub(crate) use flagging::{Flagging, Touched, flag_or_release, flag_touched};
pub(crate) use missed::note_missed;
pub(crate) use month::{carry_months, uncount};
pub(crate) use plain::read_booking;
pub(crate) use terminate::terminate;
