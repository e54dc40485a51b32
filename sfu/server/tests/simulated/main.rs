//! Whole calls in simulated time: real ICE, DTLS and SRTP, clients of another make (str0m), and a
//! network that delays, loses, doubles and reorders as a seed decides.
//!
//! The network and the engine's own choices replay from a seed; the clients' keys do not, since str0m
//! draws those itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod address_change;
mod bad_input;
mod churn;
mod client;
mod eventful;
mod memory;
mod whole_call;
#[expect(dead_code, reason = "the attacks use more of it")]
mod world;
