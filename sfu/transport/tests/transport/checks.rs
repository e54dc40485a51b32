//! Offers, answers and connectivity checks as a client makes and reads them.

use rtc_crypto::default_provider;
use rtc_stun::{
    attributes::{ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME},
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{BINDING_REQUEST, Message, Setter},
};

pub(crate) const CLIENT_UFRAG: &str = "client";

/// The smallest useful offer: sound and picture both ways, with this certificate.
pub(crate) fn offer(fingerprint: &str) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
         m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n\
         a=ice-ufrag:{CLIENT_UFRAG}\r\na=ice-pwd:0123456789012345678901\r\n\
         a=fingerprint:{fingerprint}\r\na=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\n\
         m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sendrecv\r\na=rtcp-mux\r\n\
         a=rtpmap:96 VP8/90000\r\n"
    )
}

/// The value of the first attribute of this name.
pub(crate) fn attribute<'a>(sdp: &'a str, name: &str) -> &'a str {
    let prefix = format!("a={name}:");
    sdp.lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap_or_else(|| panic!("the answer has no a={name}:\n{sdp}"))
}

/// A connectivity check with `answer`'s credentials.
pub(crate) fn check(answer: &str, nominate: bool) -> Vec<u8> {
    check_from(answer, CLIENT_UFRAG, nominate)
}

/// The same of a client with another user name fragment.
pub(crate) fn check_from(answer: &str, ufrag: &str, nominate: bool) -> Vec<u8> {
    let provider = default_provider().unwrap();
    let mut message = Message::new();
    message.typ = BINDING_REQUEST;
    message.new_transaction_id().unwrap();
    message.write_header();
    let username = format!("{}:{ufrag}", attribute(answer, "ice-ufrag"));
    message.add(ATTR_USERNAME, username.as_bytes());
    message.add(ATTR_PRIORITY, &[1, 2, 3, 4]);
    message.add(ATTR_ICE_CONTROLLING, &[5; 8]);
    if nominate {
        message.add(ATTR_USE_CANDIDATE, &[]);
    }
    MessageIntegrity::new_short_term_integrity_with_provider(
        attribute(answer, "ice-pwd").to_owned(),
        provider.crypto(),
    )
    .add_to(&mut message)
    .unwrap();
    FINGERPRINT.add_to(&mut message).unwrap();
    message.raw
}
