/// Input that a transport refused, counted by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// STUN messages that are no authentic connectivity check.
    pub stun: u64,
    /// DTLS datagrams from addresses that ICE never validated.
    pub dtls_unvalidated: u64,
    /// RTP or RTCP before there were keys.
    pub before_keys: u64,
    /// RTP or RTCP that is cut short or malformed.
    pub malformed: u64,
    /// RTP or RTCP that is not authentic.
    pub not_authentic: u64,
    /// RTP or RTCP that was received before.
    pub replayed: u64,
    /// RTP or RTCP of more sources than one participant may use.
    pub too_many_sources: u64,
}
