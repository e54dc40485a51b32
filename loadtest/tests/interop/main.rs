//! Clients of other implementations in one call, through the real door: link, websocket, offer, media.
//!
//! Nobody here shares code with the SFU's transport: `webrtc`'s own `PeerConnection` (the bots) and
//! str0m (the stranger) each bring their ICE, DTLS and SRTP. A picture counts only when it arrived
//! byte for byte as somebody sent it.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

mod bots;
mod load;
mod service;
mod stranger;
mod strangers;
