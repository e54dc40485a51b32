//! The commands, one file each.

pub(crate) mod bots;
pub(crate) mod run;
pub(crate) mod visits;
