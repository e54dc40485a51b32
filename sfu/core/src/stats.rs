//! What a room counts, for the shell to publish.
//!
//! Counters only rise, for as long as the room lives; a reader takes differences.

/// The counters of a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoomStats {
    /// RTP packets from participants.
    pub packets_in: u64,
    /// Their bytes, with RTP header, without what SRTP and UDP add.
    pub bytes_in: u64,
    /// RTP packets to participants, retransmissions included.
    pub packets_out: u64,
    /// Their bytes, with RTP header, without what SRTP and UDP add.
    pub bytes_out: u64,
    /// Compound RTCP packets from participants.
    pub rtcp_in: u64,
    /// Compound RTCP packets to participants.
    pub rtcp_out: u64,
    /// RTP packets that were not forwarded to anyone, or not to one receiver, by reason.
    pub dropped: Drops,
    /// Packets that publishers sent again (RFC 4588, or under their own number) and that filled a gap.
    pub recovered_in: u64,
    /// Lost packets that publishers were asked for, each request counted (RFC 4585 generic NACK).
    pub nacks_sent: u64,
    /// Lost packets that receivers asked for, each request counted.
    pub nacks_received: u64,
    /// Requests that could not be answered: the packet is gone, or was never sent.
    pub nacks_unanswered: u64,
    /// Requests that were left, because the answer is still on its way.
    pub nacks_repeated: u64,
    /// Requests that were left, because more was asked for than the way to the receiver carries.
    pub nacks_over_budget: u64,
    /// Packets sent again, as RTX (RFC 4588) or as they were.
    pub retransmitted: u64,
    /// Key frames that receivers asked for (PLI and FIR).
    pub key_frame_requests_received: u64,
    /// Key frames that publishers were asked for (PLI).
    pub key_frame_requests_sent: u64,
    /// Key frames that came.
    pub key_frames: u64,
    /// Times that a receiver's picture went on from another simulcast layer.
    pub layer_switches: u64,
    /// Those of them that went up: to a larger picture.
    pub layer_switches_up: u64,
    /// Times that a receiver's picture of someone was withheld, because its network could not carry it.
    pub pictures_paused: u64,
    /// Times that a receiver's network was asked with padding whether it carries more.
    pub probes_sent: u64,
    /// Transport-wide feedback packets to publishers.
    pub feedback_sent: u64,
    /// Transport-wide feedback packets from receivers.
    pub feedback_received: u64,
    /// Packets that the receivers' feedback said had arrived.
    pub feedback_arrived: u64,
    /// Packets that the receivers' feedback said had not.
    pub feedback_lost: u64,
    /// RTCP that could not be read: the rest of such a compound is ignored.
    pub rtcp_malformed: u64,
    /// RTCP packets of a kind that means nothing here.
    pub rtcp_ignored: u64,
}

/// Why packets went nowhere. RTP; but what comes after the end, or from a vacant seat, may be RTCP too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drops {
    /// Not RTP, or cut short.
    pub malformed: u64,
    /// From a seat that nobody has taken.
    pub vacant_seat: u64,
    /// Of a stream that the offer did not name, or that says too little to tell which it is.
    pub unknown_stream: u64,
    /// Of a payload type that was not agreed.
    pub unknown_payload: u64,
    /// Already there.
    pub duplicate: u64,
    /// Too old to be told from a duplicate, or from before the receiver's stream began.
    pub late: u64,
    /// A jump in numbering that the next packet has not confirmed yet (RFC 3550 A.1).
    pub jump: u64,
    /// A retransmission without a packet in it: the publisher probes its bandwidth.
    pub probe: u64,
    /// A receiver's picture waits for a key frame.
    pub awaiting_key_frame: u64,
    /// The receiver did not agree to the codec.
    pub codec: u64,
    /// After the end of the visit.
    pub ended: u64,
}
