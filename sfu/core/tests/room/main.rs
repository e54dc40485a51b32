//! A room from the outside.

mod call_of_four;
mod end_of_slot;
mod layers;
mod losses;
mod party;
