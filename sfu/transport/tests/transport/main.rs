//! A transport seen from outside, with other implementations as its clients, in simulated time.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say so and stop"
)]

mod call;
mod checks;
mod clients;
mod handshake;
mod memory;
mod network;
mod offers;
mod restart;
