//! The lean client: little more than a packet costs, so that two cores can load a server of one.
//!
//! Handshakes are dimpl's; SRTP, RTP and the little RTCP that a browser would say are our own, and nothing
//! of it is shared with the server. Whatever takes an offer and gives an answer can be called with it: a
//! visit's websocket, or somebody else's SFU.
//!
//! - [`participant`]: one client without a socket (pure: time is an argument); [`meter`]: what it counts
//! - [`fleet`], [`socket`]: the thread with the sockets of all of them
//! - [`join`]: the way in
//! - [`identity`], [`sdp`], [`ice`], [`handshake`], [`srtp`]: what a connection takes
//! - [`rtp`], [`red`], [`rtcp`], [`feedback`]: what goes over it
//! - [`publishing`]: what is sent; [`outgoing`], [`incoming`]: one stream, either way

pub mod feedback;
pub mod fleet;
pub mod handshake;
pub mod ice;
pub mod identity;
pub mod incoming;
pub mod join;
pub mod meter;
pub mod outgoing;
pub mod participant;
pub mod publishing;
pub mod red;
pub mod rtcp;
pub mod rtp;
pub mod sdp;
pub mod socket;
pub mod srtp;
