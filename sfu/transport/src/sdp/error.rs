/// Why an offer cannot be answered. The sentences are meant for whoever writes the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// More than [`OFFER_LEN_MAX`](crate::OFFER_LEN_MAX) bytes.
    #[error("the offer is longer than {max} bytes")]
    TooLong {
        /// The most bytes allowed.
        max: usize,
    },
    /// A line is not SDP (RFC 8866 section 5).
    #[error("line {line} of the offer is not SDP")]
    Malformed {
        /// The line's number, from 1.
        line: usize,
    },
    /// More m-lines than any client needs.
    #[error("the offer has more than {max} m-lines")]
    TooManyLines {
        /// The most m-lines allowed.
        max: usize,
    },
    /// A `mid` is longer than 16 bytes, no token, or used twice.
    #[error("a=mid of m-line {line} is used twice, longer than 16 bytes, or not a token")]
    BadMid {
        /// The m-line's number, from 1.
        line: usize,
    },
    /// No BUNDLE group (RFC 9143).
    #[error(
        "the offer has no a=group:BUNDLE; all media must share one transport (bundlePolicy max-bundle)"
    )]
    NoBundle,
    /// A line without RTP and RTCP multiplexing (RFC 5761).
    #[error("m-line {line} has no a=rtcp-mux; RTP and RTCP must share one port")]
    NoRtcpMux {
        /// The m-line's number, from 1.
        line: usize,
    },
    /// No ICE user name fragment or password.
    #[error("the offer has no a=ice-ufrag and a=ice-pwd")]
    NoIceCredentials,
    /// Both sides would wait for the other's checks.
    #[error(
        "the offer says a=ice-lite; the server is ICE-lite itself and waits for the client's checks"
    )]
    IceLite,
    /// No fingerprint of the client's certificate with a hash function that counts.
    #[error("the offer has no a=fingerprint with sha-256, sha-384 or sha-512")]
    NoFingerprint,
    /// The client wants to be the DTLS server.
    #[error(
        "the offer says a=setup:{setup}; the server is passive, so the client must offer actpass or active"
    )]
    NotActive {
        /// What the offer says.
        setup: String,
    },
    /// No line can be accepted.
    #[error(
        "the offer has no audio line with Opus and no video line with VP8 or H.264 (constrained baseline, packetization-mode=1)"
    )]
    NoMedia,
    /// A later offer of the same connection changes what was negotiated once for all.
    #[error("the offer changes lines, payload types or extensions; only ICE can be restarted")]
    LinesChanged,
    /// A later offer of the same connection announces another certificate.
    #[error("the offer changes the certificate's fingerprint; only ICE can be restarted")]
    CertificateChanged,
}
