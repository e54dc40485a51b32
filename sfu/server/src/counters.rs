//! What an engine counts. Plain numbers: the shell publishes them.

use sfu_core::RoomStats;
use sfu_transport::SrtpError;

/// Why a datagram was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Neither STUN nor DTLS nor RTP nor RTCP (RFC 7983).
    Junk,
    /// STUN without a username of ours.
    UnknownUfrag,
    /// DTLS, RTP or RTCP from an address that no participant has proven to be at.
    UnknownAddress,
    /// STUN with a username of ours that is no authentic connectivity check.
    Stun,
    /// RTP or RTCP before the keys were agreed.
    BeforeKeys,
    /// RTP or RTCP that is not authentic: forged or altered.
    NotAuthentic,
    /// RTP or RTCP that came before.
    Replayed,
    /// RTP or RTCP that is malformed, or of more sources than a participant may use.
    Malformed,
}

impl Refused {
    /// Every reason and its name in metrics.
    pub const ALL: [(Self, &str); 8] = [
        (Self::Junk, "junk"),
        (Self::UnknownUfrag, "unknown_ufrag"),
        (Self::UnknownAddress, "unknown_address"),
        (Self::Stun, "stun"),
        (Self::BeforeKeys, "before_keys"),
        (Self::NotAuthentic, "not_authentic"),
        (Self::Replayed, "replayed"),
        (Self::Malformed, "malformed"),
    ];
}

impl From<SrtpError> for Refused {
    fn from(error: SrtpError) -> Self {
        match error {
            SrtpError::NotReady => Self::BeforeKeys,
            SrtpError::NotAuthentic => Self::NotAuthentic,
            SrtpError::Replayed => Self::Replayed,
            SrtpError::Malformed
            | SrtpError::TooManySources
            | SrtpError::Repeated
            | SrtpError::Exhausted
            | SrtpError::BufferTooSmall => Self::Malformed,
        }
    }
}

/// The counters of an engine; they only rise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams received.
    pub datagrams_received: u64,
    /// Their bytes, without UDP and IP headers.
    pub bytes_received: u64,
    /// Datagrams refused, by [`Refused`] in the order of [`Refused::ALL`].
    pub refused: [u64; Refused::ALL.len()],
    /// Seats taken.
    pub joins: u64,
    /// Offers that could not be answered.
    pub offers_refused: u64,
    /// DTLS handshakes completed.
    pub handshakes_completed: u64,
    /// Connections that closed before their keys were agreed, other than by *leave*.
    pub handshakes_failed: u64,
    /// Connections that closed later, other than by *leave*.
    pub connections_lost: u64,
    /// Packets that could not be encrypted.
    pub protect_failed: u64,
    /// What the rooms count.
    pub rooms: RoomTotals,
}

impl Counters {
    pub(crate) fn refuse(&mut self, reason: Refused) {
        self.refused[reason as usize] += 1;
    }

    /// How many datagrams were refused for `reason`.
    #[must_use]
    pub fn refused(&self, reason: Refused) -> u64 {
        self.refused[reason as usize]
    }
}

/// A number of a room's that is published.
pub(crate) struct RoomCounter {
    /// The metric's name without prefix and `_total`.
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    /// The value of the metric's label `reason`; empty for a metric without.
    pub(crate) reason: &'static str,
    value: fn(&RoomStats) -> u64,
}

macro_rules! room_counters {
    ($($name:literal $([$reason:literal])?, $help:literal, $($field:ident).+;)*) => {
        /// Every published number of a room.
        pub(crate) const ROOM_COUNTERS: &[RoomCounter] = &[$(RoomCounter {
            name: $name,
            help: $help,
            reason: concat!($($reason)?),
            value: |stats| stats.$($field).+,
        }),*];
    };
}

room_counters! {
    "rtp_packets_received", "RTP packets from participants.", packets_in;
    "rtp_bytes_received", "Bytes of RTP packets from participants, headers included, without SRTP's.", bytes_in;
    "rtp_packets_sent", "RTP packets to participants, retransmissions included.", packets_out;
    "rtp_bytes_sent", "Bytes of RTP packets to participants, headers included, without SRTP's.", bytes_out;
    "rtcp_packets_received", "Compound RTCP packets from participants.", rtcp_in;
    "rtcp_packets_sent", "Compound RTCP packets to participants.", rtcp_out;
    "rtcp_malformed", "Compound RTCP packets that could not be read to the end.", rtcp_malformed;
    "packets_recovered", "Lost packets that publishers sent again.", recovered_in;
    "nacks_sent", "Lost packets that publishers were asked for.", nacks_sent;
    "nacks_received", "Lost packets that receivers asked for.", nacks_received;
    "nacks_unanswered", "Lost packets that receivers asked for and that were gone.", nacks_unanswered;
    "nacks_over_budget", "Lost packets that receivers asked for beyond what their way carries.", nacks_over_budget;
    "packets_retransmitted", "Packets that receivers were sent again.", retransmitted;
    "key_frame_requests_received", "Key frames that receivers asked for (PLI, FIR).", key_frame_requests_received;
    "key_frame_requests_sent", "Key frames that publishers were asked for (PLI).", key_frame_requests_sent;
    "key_frames_received", "Key frames from publishers.", key_frames;
    "layer_switches", "Times that a receiver's picture went on from another simulcast layer.", layer_switches;
    "layer_switches_up", "Those of them that went up, to a larger picture.", layer_switches_up;
    "pictures_paused", "Times that a receiver's network could not carry somebody's picture.", pictures_paused;
    "probes_sent", "Times that a receiver's network was asked with padding whether it carries more.", probes_sent;
    "transport_feedback_sent", "Transport-wide feedback packets to publishers.", feedback_sent;
    "transport_feedback_received", "Transport-wide feedback packets from receivers.", feedback_received;
    "packets_reported_arrived", "Packets that receivers' transport-wide feedback said had arrived.", feedback_arrived;
    "packets_reported_lost", "Packets that receivers' transport-wide feedback said had not arrived.", feedback_lost;
    "packets_dropped"["malformed"], "RTP packets not forwarded, by reason.", dropped.malformed;
    "packets_dropped"["vacant_seat"], "", dropped.vacant_seat;
    "packets_dropped"["unknown_stream"], "", dropped.unknown_stream;
    "packets_dropped"["unknown_payload"], "", dropped.unknown_payload;
    "packets_dropped"["duplicate"], "", dropped.duplicate;
    "packets_dropped"["late"], "", dropped.late;
    "packets_dropped"["jump"], "", dropped.jump;
    "packets_dropped"["probe"], "", dropped.probe;
    "packets_dropped"["awaiting_key_frame"], "", dropped.awaiting_key_frame;
    "packets_dropped"["codec"], "", dropped.codec;
    "packets_dropped"["ended"], "", dropped.ended;
}

/// Sums of [`ROOM_COUNTERS`] over rooms, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomTotals([u64; ROOM_COUNTERS.len()]);

impl Default for RoomTotals {
    fn default() -> Self {
        Self([0; ROOM_COUNTERS.len()])
    }
}

impl RoomTotals {
    pub(crate) fn add(&mut self, stats: &RoomStats) {
        for (total, counter) in self.0.iter_mut().zip(ROOM_COUNTERS) {
            *total += (counter.value)(stats);
        }
    }

    pub(crate) fn values(&self) -> &[u64] {
        &self.0
    }

    /// A total by its name in metrics, without prefix, `_total` and label; zero for an unknown name.
    #[must_use]
    pub fn named(&self, name: &str) -> u64 {
        let named = |(_, counter): &(_, &RoomCounter)| counter.name == name;
        self.0
            .iter()
            .zip(ROOM_COUNTERS)
            .filter(named)
            .map(|(total, _)| total)
            .sum()
    }
}
