//! A room: who receives what, and until when.

mod session;
mod sink;

pub use session::{
    Extensions, Payloads, PublishedAudio, PublishedLayer, PublishedVideo, ReceiveLine, Session,
};
pub use sink::{OutPacket, PacketSink};
