//! What the benchmarks share: participants as they stand in the middle of a call.
//!
//! - [`participant`]: an offer answered by the real transport, and a DTLS handshake with another
//!   implementation, so that the keys are real
//! - [`picture`]: VP8-like packets in the shape of one publisher's picture

pub mod participant;
pub mod picture;
