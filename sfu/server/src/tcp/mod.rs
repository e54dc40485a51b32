//! Media by TCP, for networks that let no UDP through (RFC 6544: we are the passive side).
//!
//! One thread, the *door*, listens. It looks at the beginning of a connection without taking anything
//! of it: that must be a framed connectivity check, whose user fragment says which media thread it is
//! for. The connection itself goes to that thread, which reads and writes it beside its UDP socket.
//! There it is a path like any other: validated by checks, nominated, and left when the client moves.
//!
//! ```text
//! connection ─▶ door: first frame a check? ─▶ media thread: Connections ◀─▶ Engine, SendQueue
//! ```
//!
//! Nobody waits for a connection. What a slow one does not take is queued within bounds and then
//! dropped, frame by frame. How many there are is bounded too, in all and for one address; who says
//! nothing to the point in time, belongs to no participant or is silent for long is closed.

mod admission;
mod connections;
mod door;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use prometheus::{IntCounter, IntGauge};
use telemetry::{Metrics, MetricsError};

pub(crate) use self::{
    admission::Admission,
    connections::Connections,
    door::{Door, Listener},
};

/// How many TCP connections there may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcpLimits {
    /// In all.
    pub connections: usize,
    /// From one IPv4 address or one IPv6 network of 64 bits. A facility may have all of its terminals
    /// behind one.
    pub for_one_address: usize,
    /// Those that have not sent a whole check yet; a newer one displaces the oldest.
    pub undecided: usize,
    /// How long a whole check may take to come.
    pub first_check_within: Duration,
    /// How long it may be no participant's after that: because its checks are not authentic, or the
    /// participant has left.
    pub nobodys_for: Duration,
}

impl Default for TcpLimits {
    fn default() -> Self {
        Self {
            connections: 4096,
            for_one_address: 256,
            undecided: 256,
            first_check_within: Duration::from_secs(10),
            nobodys_for: Duration::from_secs(10),
        }
    }
}

/// Why a connection was closed from our side before it was anybody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// There are as many as there may be.
    Full,
    /// There are as many from its address as there may be.
    FullForAddress,
    /// It does not begin with a check of a client of ours.
    NoCheck,
    /// It took too long, or had to give way to others.
    TooSlow,
    /// What it sent is not framed, or too long.
    NotFramed,
    /// It belongs to no participant, or not any more.
    Nobodys,
    /// It was silent for long.
    Silent,
}

const CLOSED: [(Closed, &str); 7] = [
    (Closed::Full, "full"),
    (Closed::FullForAddress, "full_for_address"),
    (Closed::NoCheck, "no_check"),
    (Closed::TooSlow, "too_slow"),
    (Closed::NotFramed, "not_framed"),
    (Closed::Nobodys, "nobodys"),
    (Closed::Silent, "silent"),
];

/// What is published. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct TcpMetrics {
    connections: IntGauge,
    accepted: IntCounter,
    /// In the order of [`CLOSED`].
    closed: Vec<IntCounter>,
    dropped: IntCounter,
}

impl TcpMetrics {
    pub(crate) fn new(metrics: &Metrics) -> Result<Self, MetricsError> {
        let closed = metrics.counters(
            "sfu_tcp_closed_total",
            "TCP connections that were closed from our side, by reason.",
            &["reason"],
        )?;
        Ok(Self {
            connections: metrics.gauge("sfu_tcp_connections", "Open TCP connections for media.")?,
            accepted: metrics.counter(
                "sfu_tcp_accepted_total",
                "TCP connections for media that were accepted.",
            )?,
            closed: CLOSED
                .iter()
                .map(|(_, reason)| closed.with_label_values(&[*reason]))
                .collect(),
            dropped: metrics.counter(
                "sfu_tcp_frames_dropped_total",
                "Datagrams for which a slow TCP connection had no room.",
            )?,
        })
    }

    fn closed(&self, reason: Closed) {
        self.closed[reason as usize].inc();
    }
}

/// A connection that begins as it should.
pub(crate) struct Accepted {
    /// Given back before the connection is closed.
    pub(crate) permit: admission::Permit,
    pub(crate) stream: mio::net::TcpStream,
    pub(crate) remote: SocketAddr,
}

/// The address as the other end would write it: IPv4 on a dual-stack socket is IPv4.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    match address.ip().to_canonical() {
        IpAddr::V4(v4) => SocketAddr::new(v4.into(), address.port()),
        IpAddr::V6(_) => address,
    }
}

/// Whether an operation only has to be tried again when the poll says so.
fn is_pending(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}
