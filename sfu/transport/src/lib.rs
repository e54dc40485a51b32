//! One participant's ICE-lite, DTLS, SRTP and SDP: bytes in, bytes out.
