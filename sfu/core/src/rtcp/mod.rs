//! RTCP (RFC 3550 section 6, RFC 4585, RFC 5104): read in place, written into a fixed buffer.
//!
//! Feedback comes and goes many times a second, and anything may come in: the reader borrows, bounds
//! every loop by the bytes at hand, and goes past what it does not know.

mod feedback;
mod read;
mod write;

pub(crate) use feedback::Feedback;
pub(crate) use read::{Compound, Packet, ReportBlock, SenderInfo};
pub(crate) use write::{Reception, Writer};

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const GOODBYE: u8 = 203;
/// Generic NACK (1) and transport-wide feedback (15).
const TRANSPORT_FEEDBACK: u8 = 205;
/// PLI (1), FIR (4) and REMB (15).
const PAYLOAD_FEEDBACK: u8 = 206;
