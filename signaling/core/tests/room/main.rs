//! One visit's room, told as scenarios.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod end;
mod scene;
mod seats;
mod simulation;
mod telling;
mod time;
