//! The contracts by subject.

pub(crate) mod booking;
pub(crate) mod bookings;
pub(crate) mod links;
pub(crate) mod schedule;
pub(crate) mod visits;
