//! The contracts by subject.

pub(crate) mod booking;
pub(crate) mod links;
pub(crate) mod staff;
pub(crate) mod visits;
