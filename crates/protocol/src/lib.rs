//! The messages between a client and signaling, as `docs/protocol.md` tells them.
//!
//! One websocket carries JSON texts. A client sends [`ClientMessage`]s, the server [`ServerMessage`]s; both
//! are told apart by their `type`. The TypeScript types of the web client are generated from these
//! (`cargo xtask codegen`), so that the two never drift.
//!
//! Times are Unix milliseconds (`*_at_ms`, `now_ms`) or lengths in milliseconds (`*_ms`).

mod bounds;
mod client;
mod codes;
mod server;
mod typescript;

pub use bounds::{
    HELLO_TIMEOUT_MS, IDLE_TIMEOUT_MS, MAX_MESSAGE_BYTES, MESSAGE_BURST, MESSAGES_PER_SECOND,
    OFFER_MAX_BYTES, PING_INTERVAL_MS, SUBPROTOCOL, VERSION, VIEW_INTERVAL_MS, VIEW_MAX_PIXELS,
    VIEW_MAX_TILES,
};
pub use client::{ClientMessage, Credential, Hello, Locale, ViewTile};
pub use codes::{By, EndReason, ErrorCode, Warning};
pub use server::{
    IceServer, Joined, Participant, ReceiveLine, ScheduledVisit, ServerMessage, Testing, Visit,
};
pub use typescript::typescript;
