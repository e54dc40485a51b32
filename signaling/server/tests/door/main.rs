//! Signaling through its real door: a server on loopback, SQLite, and an SFU with sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod calls;
mod client;
mod links;
mod logs;
mod media;
mod outages;
mod phone_tests;
mod relay;
mod sdp;
mod standing;
mod terminals;
mod time_back;
mod world;
