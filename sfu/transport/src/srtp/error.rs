/// Why a packet was not protected or not accepted. State is untouched then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SrtpError {
    /// No keys are agreed yet.
    #[error("no keys are agreed yet")]
    NotReady,
    /// The packet is cut short or its header is not RTP's or RTCP's.
    #[error("the packet is malformed")]
    Malformed,
    /// The authentication tag does not match.
    #[error("the packet is not authentic")]
    NotAuthentic,
    /// The packet was received before, or is too old to tell.
    #[error("the packet was received before")]
    Replayed,
    /// The packet has the number of one that was sent before; encrypting it again would endanger the
    /// key (RFC 7714 section 8.3).
    #[error("a packet of this number was sent before")]
    Repeated,
    /// More SSRCs than one participant may use.
    #[error("too many sources")]
    TooManySources,
    /// The key has protected as many packets as it may (RFC 3711 section 9.2).
    #[error("the key is used up")]
    Exhausted,
    /// The output buffer is too small for the protected packet.
    #[error("the buffer is too small")]
    BufferTooSmall,
}
