//! One connection's way, told as scenarios.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod call;
mod closing;
mod phone_test;
mod scene;
mod simulation;
mod terminal;
mod way_in;
