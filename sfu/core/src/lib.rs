//! A room: who receives what, and until when.

mod output;
mod room;
mod session;
mod sink;
mod stats;
mod time_limit;
mod timer;

pub use output::RoomOutput;
pub use room::{LastMedia, LineAssignment, Room, RoomConfig};
pub use session::{
    Extensions, Payloads, PublishedAudio, PublishedLayer, PublishedVideo, ReceiveLine, Session,
};
pub use sink::{OutPacket, PacketSink};
pub use stats::{Drops, RoomStats};
