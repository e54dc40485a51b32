//! The websocket door: signaling with sockets, a store and the SFU around `signaling_core`.
//!
//! ```text
//! browser ── /ws ──▶ socket (one task a connection) ── Command ──▶ room (one task a visit) ──▶ Sfu
//!                      │ admission: link, grant, terminal              ▲            │
//!                      ▼                                               └─ events ───┘
//!                    Visits (the store)        recorder ◀── steps ── room
//! ```
//!
//! Each connection and each visit is a task that feeds its machine and does what comes out. A room never
//! waits for a connection (a slow reader is dropped) nor for the store (steps are noted by the recorder,
//! which tries again), so one person's trouble stays theirs, and calls go on while the database is away.
//!
//! What is secret (tokens, grants, device keys, terminal secrets, the relay's credentials) is never logged, at any level.

mod admission;
mod door;
mod metrics;
mod phone_tests;
mod recorder;
mod registry;
mod relay;
mod room;
mod schedule;
mod service;
mod shared;
mod socket;
mod standing;
mod terminals;
pub mod texts;
mod time_back;

pub use relay::Relay;
pub use service::{Signaling, SignalingParts, SignalingSettings, StartError};
