//! What surrounds a client: the wire, the moment at which something came, and what all count together.

use std::time::Instant;

use crate::histogram::Histogram;

/// Sends datagrams to the server.
pub trait Wire {
    /// Sends one, or loses it.
    fn send(&mut self, datagram: &[u8]);
}

/// What clients count together.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    /// Packets of RTP sent, those sent again included.
    pub rtp_sent: u64,
    /// Packets of RTP received, those sent again included.
    pub rtp_received: u64,
    /// Packets of RTP received that carry nothing: probes of the server's.
    pub padding_received: u64,
    /// Key frames that the server asked for.
    pub key_frames_wanted: u64,
    /// The most of them within any one second, of the client of which the most were asked.
    pub key_frames_wanted_a_second: u64,
    /// Datagrams that could not be used.
    pub refused: u64,
    /// From a client's write to another one's handling, ns.
    pub latency: Histogram,
    /// From a client's write to the arrival at another one's socket, ns.
    pub latency_to_socket: Histogram,
}

impl Meter {
    /// Adds what others counted.
    pub fn add(&mut self, other: &Self) {
        self.rtp_sent += other.rtp_sent;
        self.rtp_received += other.rtp_received;
        self.padding_received += other.padding_received;
        self.key_frames_wanted += other.key_frames_wanted;
        self.key_frames_wanted_a_second = self
            .key_frames_wanted_a_second
            .max(other.key_frames_wanted_a_second);
        self.refused += other.refused;
        self.latency.merge(&other.latency);
        self.latency_to_socket.merge(&other.latency_to_socket);
    }
}

/// When a datagram came.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// When it is handled.
    pub now: Instant,
    /// When it is handled, ns since 1970.
    pub unix_ns: u64,
    /// When the system received it, ns since 1970.
    pub at_socket_unix_ns: Option<u64>,
}
