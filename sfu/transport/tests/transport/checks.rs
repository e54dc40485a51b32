//! Offers, answers and connectivity checks as a client makes and reads them.

use sfu_transport::TransportOutput;
use testkit::stun;
pub(crate) use testkit::stun::attribute;

pub(crate) const CLIENT_UFRAG: &str = "client";
const CLIENT_PASSWORD: &str = "0123456789012345678901";

/// The smallest useful offer: sound and picture both ways, with this certificate.
pub(crate) fn offer(fingerprint: &str) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
         m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n\
         a=ice-ufrag:{CLIENT_UFRAG}\r\na=ice-pwd:{CLIENT_PASSWORD}\r\n\
         a=fingerprint:{fingerprint}\r\na=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\n\
         m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sendrecv\r\na=rtcp-mux\r\n\
         a=rtpmap:96 VP8/90000\r\n"
    )
}

/// A connectivity check with `answer`'s credentials.
pub(crate) fn check(answer: &str, nominate: bool) -> Vec<u8> {
    check_from(answer, CLIENT_UFRAG, nominate)
}

/// The same of a client with another user name fragment.
pub(crate) fn check_from(answer: &str, ufrag: &str, nominate: bool) -> Vec<u8> {
    stun::check(answer, ufrag, nominate, rand::random())
}

/// The server's own checks among what it wants done.
pub(crate) fn requests(outputs: &[TransportOutput]) -> Vec<Vec<u8>> {
    let datagrams = outputs.iter().filter_map(|output| match output {
        TransportOutput::Transmit { bytes, .. } => Some(bytes),
        _ => None,
    });
    datagrams
        .filter(|bytes| bytes.starts_with(&[0, 1]))
        .cloned()
        .collect()
}

/// What the client answers to a check of the server's.
pub(crate) fn answer_to(request: &[u8]) -> Vec<u8> {
    stun::answer_to(request, CLIENT_PASSWORD)
}
