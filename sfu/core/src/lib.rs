//! A room: who receives what, and until when.
//!
//! Up to four sit in a [`Room`], and each gets the sound and the picture of the other three. The room
//! is pure: packets come in decrypted, with the time as an argument; packets go out through a
//! [`PacketSink`]; all else that happens is a [`RoomOutput`]. It opens no socket, reads no clock and,
//! once a call flows, allocates nothing.
//!
//! # The way of a packet
//!
//! 1. Its header was read once, for SRTP and for the room (`rtp`), and its arrival noted for transport-wide feedback.
//! 2. Its SSRC, or what the packet says of itself, tells the stream: sound, or a simulcast layer of the
//!    picture, or a layer's retransmission, which is unwrapped (`publisher`).
//! 3. Its number is unwrapped and checked against those that came; duplicates end here, gaps are asked
//!    for (`publisher::nack`).
//! 4. Every receiver's line decides (`receiver`): is this the layer to get, is it past the key frame
//!    with which it may begin, what are its numbers in the line's own continuous stream. Header,
//!    payload type, extensions, VP8 picture ids: all in the receiver's numbering. Nothing of the
//!    publisher's own numbering, its `mid` least of all, goes further.
//! 5. The packet leaves in three pieces, new header, rewritten head, untouched tail, to be encrypted
//!    straight into the send buffer; a picture's packet is kept a moment, once for all receivers, for
//!    whoever lost it.
//!
//! # Lines
//!
//! Everything was negotiated once, when the participant joined ([`Session`]). A participant's k-th line
//! carries the k-th of the other seats, for the whole call, under an SSRC of ours; with fewer lines
//! than seats, the inmate comes first and then the lower seats. Whoever leaves and comes back, or sits
//! down in the place of another, is heard and seen on the same line, which goes on without a jump.
//!
//! # Time
//!
//! Every deadline is a named timer in one table. The visit's end is one of them, and the only one that
//! matters to the law: past it nothing is forwarded, whatever anyone else believes.

mod codec;
mod output;
mod publisher;
mod receiver;
mod room;
mod rtcp;
mod rtp;
mod session;
mod sink;
mod speaker;
mod stats;
mod tile;
mod time_limit;
mod timer;

pub use output::RoomOutput;
pub use room::{LastMedia, LineAssignment, Room, RoomConfig};
pub use rtp::RtpHeader;
pub use session::{
    Extensions, Payloads, PublishedAudio, PublishedLayer, PublishedVideo, ReceiveLine, Session,
};
pub use sink::{OutPacket, PacketSink};
pub use stats::{Drops, RoomStats};
pub use tile::{EncodingSet, SeatSet, Tile};
