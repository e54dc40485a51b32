//! A way between a client and us: what ICE calls a candidate pair (RFC 8445 section 2.2), as far as
//! the lite side knows it.
//!
//! The client is at one end. At the other is a UDP port of ours or a TCP connection that the client
//! opened (RFC 6544). One address can be the far end of several paths, so media goes back the way it
//! came: by the same connection, from the same one of our addresses.

use std::net::SocketAddr;

/// A way to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// Where the client is, as seen from here.
    pub remote: SocketAddr,
    /// Our end.
    pub via: Via,
}

/// Our end of a [`Path`]. The numbers are the shell's own; here they only tell paths apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// The UDP port.
    Udp {
        /// Which of the machine's addresses.
        local: u8,
    },
    /// A TCP connection.
    Tcp {
        /// Which connection.
        connection: u32,
    },
}

impl From<SocketAddr> for Path {
    /// By UDP, from the machine's only address.
    fn from(remote: SocketAddr) -> Self {
        Self {
            remote,
            via: Via::Udp { local: 0 },
        }
    }
}
