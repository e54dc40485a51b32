//! A facility's schedule in the database.
//!
//! Whoever books, moves or closes anything in a facility first takes its row ([`lock`]): so bookings and
//! changes of the schedule of one facility follow each other, in whatever process they happen.

mod closures;
mod grids;
mod read;
mod settings;
mod store;
mod terminals;

pub(crate) use read::schedule;
pub(crate) use settings::{lock, read as read_settings, rules_of, time_zone};
