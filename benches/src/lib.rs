//! What the benchmarks share: participants as they stand in the middle of a call.
//!
//! - [`floor`]: a hop that does nothing but what must be done, and those who send to it
//! - [`participant`]: an offer answered by the real transport, and a DTLS handshake with another
//!   implementation, so that the keys are real
//! - [`picture`], [`sound`]: VP8-like and Opus-like packets in the shape of one publisher's
//! - [`sinks`]: where a room's packets go when there is no socket

pub mod floor;
pub mod participant;
pub mod picture;
pub mod sinks;
pub mod sound;
