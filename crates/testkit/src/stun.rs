//! A client's side of connectivity checks: its own, and its answers to the server's.
//!
//! Messages have the short-term credentials of ICE (RFC 8489 section 9.1): of a check, those of the SDP answer.

use rtc_crypto::default_provider;
use rtc_stun::{
    attributes::{ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME},
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{
        BINDING_REQUEST, BINDING_SUCCESS, Message, MessageType, Setter, TRANSACTION_ID_SIZE,
        TransactionId,
    },
};

/// What tells requests apart (RFC 8489 section 5): random, unless a run is to be repeated.
pub type Transaction = [u8; TRANSACTION_ID_SIZE];

/// The value of the first attribute of this name.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn attribute<'a>(sdp: &'a str, name: &str) -> &'a str {
    let prefix = format!("a={name}:");
    sdp.lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap_or_else(|| panic!("there is no a={name} in:\n{sdp}"))
}

/// A connectivity check with the credentials of `answer`, by the client whose offer has this user fragment
/// (RFC 8445 section 7.2.2). It may nominate the path it takes.
///
/// # Panics
/// If the answer has no ICE credentials.
#[must_use]
pub fn check(answer: &str, ufrag: &str, nominates: bool, transaction: Transaction) -> Vec<u8> {
    let mut message = begun(BINDING_REQUEST, transaction);
    let username = format!("{}:{ufrag}", attribute(answer, "ice-ufrag"));
    message.add(ATTR_USERNAME, username.as_bytes());
    message.add(ATTR_PRIORITY, &[1, 2, 3, 4]);
    message.add(ATTR_ICE_CONTROLLING, &[5; 8]);
    if nominates {
        message.add(ATTR_USE_CANDIDATE, &[]);
    }
    signed(message, attribute(answer, "ice-pwd"))
}

/// What a client whose offer has this password answers to a check of the server's (RFC 8445 section 7.3).
///
/// # Panics
/// If `request` is no STUN message.
#[must_use]
pub fn answer_to(request: &[u8], password: &str) -> Vec<u8> {
    let mut asked = Message::new();
    let read = asked.unmarshal_binary(request);
    read.expect("a check is a STUN message");
    signed(begun(BINDING_SUCCESS, asked.transaction_id.0), password)
}

fn begun(kind: MessageType, transaction: Transaction) -> Message {
    let mut message = Message::new();
    message.typ = kind;
    message.transaction_id = TransactionId(transaction);
    message.write_header();
    message
}

/// With MESSAGE-INTEGRITY and FINGERPRINT (RFC 8489 sections 14.5 and 14.7), as bytes.
fn signed(mut message: Message, password: &str) -> Vec<u8> {
    let provider = default_provider().expect("the ring provider is compiled in");
    MessageIntegrity::new_short_term_integrity_with_provider(
        password.to_owned(),
        provider.crypto(),
    )
    .add_to(&mut message)
    .expect("the message has room");
    FINGERPRINT
        .add_to(&mut message)
        .expect("the message has room");
    message.raw
}
