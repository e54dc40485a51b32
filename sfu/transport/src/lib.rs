//! One participant's ICE-lite, DTLS, SRTP and SDP: bytes in, bytes out.
//!
//! A [`Transport`] is born from an SDP offer ([`Transport::accept`]), which it answers once and for
//! all. Then it lives by datagrams: connectivity checks tell it where the client is (`ice`), a DTLS
//! handshake with the announced certificate gives it keys (`dtls`), and from then on it protects and
//! unprotects packets in place (`srtp`). It owns no socket and no clock; what it wants done are
//! [`TransportOutput`] values.
//!
//! Nothing that a peer sends can make it panic, grow without bound, or send more than a STUN message or
//! two for each of its own to where the peer has not proved that it is.

mod certificate;
mod classify;
mod dtls;
mod framing;
mod ice;
mod path;
mod refused;
mod sdp;
mod srtp;
#[cfg(test)]
mod testing;
mod transport;

pub use certificate::{Certificate, CertificateError};
pub use classify::{Kind, classify, media_ssrc, stun_local_ufrag};
pub use framing::{FRAME_LEN_MAX, FrameQueue, FrameReader, FrameTooLong, first_frame};
pub use ice::{Label, port_of_ufrag};
pub use path::{Path, Via};
pub use refused::Refused;
pub use sdp::{OFFER_LEN_MAX, OfferError};
pub use srtp::{SRTP_OVERHEAD_MAX, SrtpError};
pub use transport::{Accepted, CloseReason, Transport, TransportConfig, TransportOutput};
