//! Media threads: sockets, timers and the control channel.
//!
//! An [`Sfu`] runs one media thread a core. Each has a UDP socket and an [`Engine`] of its own and
//! shares nothing with the others; a visit's room lives on one of them for as long as it lasts.
//! Signaling asks through the [`Sfu`] and hears through [`SfuEvent`]s; media never waits for it.
//!
//! ```text
//! signaling ── join, leave, end ──▶ Sfu ── commands ──▶ media thread ── datagrams ──▶ network
//!           ◀────── events ────────────────────────────  Engine, SendQueue ◀────────
//! ```
//!
//! The end of a visit is kept inside: once someone has joined, nobody has to be there for the call to
//! end in time.
//!
//! [`Engine`] is pure and public so that whole calls can be simulated.

mod control;
mod counters;
mod engine;
mod events;
mod join;
mod metrics;
mod participant;
mod placement;
mod presence;
mod routes;
mod send_queue;
mod sfu;
mod socket;
mod tcp;
mod thread;
mod timers;

pub use counters::{Counters, Refused, RoomTotals};
pub use engine::{Engine, EngineConfig, Population};
pub use events::{DisconnectReason, SfuEvent, SfuEventKind, Warning};
pub use join::{JoinError, JoinRequest, Joined, MediaSessionId};
pub use send_queue::{SendQueue, Transmit};
pub use sfu::{Sfu, SfuConfig, SfuError};
pub use sfu_core::{LineAssignment, Tile};
pub use sfu_transport::{CloseReason, OfferError};
pub use tcp::TcpLimits;
