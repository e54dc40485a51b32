//! The contracts by subject.

pub(crate) mod accounts;
pub(crate) mod applications;
pub(crate) mod audit;
pub(crate) mod booking;
pub(crate) mod bookings;
pub(crate) mod closings;
pub(crate) mod companions;
pub(crate) mod documents;
pub(crate) mod inmates;
pub(crate) mod jobs;
pub(crate) mod links;
pub(crate) mod looks;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod parties;
pub(crate) mod processes;
pub(crate) mod profiles;
pub(crate) mod restrictions;
pub(crate) mod reviews;
pub(crate) mod schedule;
pub(crate) mod sealed;
pub(crate) mod sessions;
pub(crate) mod staff;
pub(crate) mod suspensions;
pub(crate) mod together;
pub(crate) mod visits;
