//! A room from the outside.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot go on here is a failed test"
)]

mod call_of_four;
mod end_of_slot;
mod garbage;
mod h264;
mod layers;
mod losses;
mod memory;
mod networks;
mod party;
mod simulation;
mod tiles;
