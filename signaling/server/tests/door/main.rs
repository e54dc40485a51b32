//! Signaling through its real door: a server on loopback, SQLite (once PostgreSQL), and an SFU with sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod away;
mod bad_input;
mod calls;
mod client;
mod clock;
mod line;
mod links;
mod logs;
mod media;
mod outages;
mod phone_tests;
mod relay;
mod sdp;
mod standing;
mod switched;
mod terminals;
mod time_back;
mod world;
