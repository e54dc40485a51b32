//! Synthetic participants that join through the real door.
//!
//! A bot is a client like any other: it opens the websocket, says `hello` with a real link or a
//! terminal's secret, offers, and sends and receives real media. Nothing of the SFU's own transport
//! is used here: the `PeerConnection` is `webrtc`'s, so that the two ends never share a bug.
//!
//! - [`clip`]: the moving pictures and voices that bots send, made beforehand
//! - [`player`]: turns a clip into RTP at its own pace (pure: time is an argument)
//! - [`tally`]: what arrived, as a decoder would see it (pure)
//! - [`door`]: the websocket and its messages
//! - [`peer`]: the `PeerConnection`
//! - [`call`]: one `PeerConnection`'s call: publishing, receiving, counting
//! - [`bot`]: a participant's life, from the first hello to the last ended
//! - [`relay`]: a bad network between clients and a server
//! - [`report`]: what is told at the end

pub mod bot;
pub mod call;
pub mod clip;
pub mod door;
pub mod peer;
pub mod player;
pub mod relay;
pub mod report;
pub mod tally;
