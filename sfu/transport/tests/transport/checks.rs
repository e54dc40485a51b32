//! Offers, answers and connectivity checks as a client makes and reads them.

use rtc_crypto::default_provider;
use rtc_stun::{
    attributes::{ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME},
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter},
};
use sfu_transport::TransportOutput;

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
    sign(&mut message, attribute(answer, "ice-pwd"));
    message.raw
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
    let mut asked = Message::new();
    asked.unmarshal_binary(request).unwrap();
    let mut message = Message::new();
    message.typ = BINDING_SUCCESS;
    message.transaction_id = asked.transaction_id;
    message.write_header();
    sign(&mut message, CLIENT_PASSWORD);
    message.raw
}

fn sign(message: &mut Message, password: &str) {
    let provider = default_provider().unwrap();
    MessageIntegrity::new_short_term_integrity_with_provider(
        password.to_owned(),
        provider.crypto(),
    )
    .add_to(message)
    .unwrap();
    FINGERPRINT.add_to(message).unwrap();
}
