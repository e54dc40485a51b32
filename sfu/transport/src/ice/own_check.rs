//! A check of ours, by which the client proves that a new path leads to it, and the answer (RFC 8445
//! sections 7.2 and 7.2.5).
//!
//! An answer has no username. What leads it to its transport is the transaction id, which begins with
//! a part of our user fragment, the [`Label`], and ends with the check's name. RFC 8489 section 5 asks
//! for chance there, so that who does not see a request cannot forge its answer; here the answer's
//! MESSAGE-INTEGRITY, of a password that no network ever carries, holds that.

use rtc_crypto::RTCCrypto;
use rtc_stun::{
    attributes::{ATTR_ICE_CONTROLLED, ATTR_PRIORITY, ATTR_USERNAME},
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{
        BINDING_REQUEST, BINDING_SUCCESS, MESSAGE_HEADER_SIZE, Message, Setter, TransactionId,
    },
};

use super::Credentials;

const LABEL_LEN: usize = 8;

/// The type of a success response to a binding request, as it stands in the header (RFC 8489 section 5).
const BINDING_SUCCESS_TYPE: [u8; 2] = [0x01, 0x01];
/// Where the transaction id stands in the header.
const ID_AT: usize = 8;

/// That of a peer-reflexive candidate, of which there is one (RFC 8445 section 5.1.2).
const PRIORITY: u32 = (110 << 24) | (65_535 << 8) | 255;

/// The beginning of a user fragment of ours, and of the transaction ids of that transport's checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label([u8; LABEL_LEN]);

impl Label {
    /// The label of a user fragment.
    #[must_use]
    pub fn of_ufrag(ufrag: &str) -> Option<Self> {
        ufrag.as_bytes().first_chunk().copied().map(Self)
    }

    /// The label in an answer to a check of ours: which transport it is for. Nothing is authenticated
    /// yet.
    #[must_use]
    pub fn of_answer(datagram: &[u8]) -> Option<Self> {
        let id = datagram.get(ID_AT..MESSAGE_HEADER_SIZE)?;
        let is_answer = datagram.starts_with(&BINDING_SUCCESS_TYPE);
        id.first_chunk().copied().map(Self).filter(|_| is_answer)
    }
}

/// A check that is to be sent.
pub(super) struct OwnCheck<'a> {
    pub(super) local_ufrag: &'a str,
    pub(super) remote: &'a Credentials,
    pub(super) tie_breaker: u64,
    /// Tells it from other checks of this transport.
    pub(super) name: u32,
}

impl OwnCheck<'_> {
    pub(super) fn write(&self, crypto: &dyn RTCCrypto) -> Option<Vec<u8>> {
        let mut id = TransactionId::default();
        let (label, name) = id.0.split_at_mut(LABEL_LEN);
        label.copy_from_slice(&Label::of_ufrag(self.local_ufrag)?.0);
        name.copy_from_slice(&self.name.to_be_bytes());
        let mut message = Message::new();
        message.typ = BINDING_REQUEST;
        message.transaction_id = id;
        message.write_header();
        let username = format!("{}:{}", self.remote.ufrag, self.local_ufrag);
        message.add(ATTR_USERNAME, username.as_bytes());
        message.add(ATTR_PRIORITY, &PRIORITY.to_be_bytes());
        message.add(ATTR_ICE_CONTROLLED, &self.tie_breaker.to_be_bytes());
        MessageIntegrity::new_short_term_integrity_with_provider(
            self.remote.password.clone(),
            crypto,
        )
        .add_to(&mut message)
        .ok()?;
        FINGERPRINT.add_to(&mut message).ok()?;
        Some(message.raw)
    }
}

/// A success response, not yet authenticated.
pub(super) struct Answer(Message);

impl Answer {
    pub(super) fn read(datagram: &[u8]) -> Option<Self> {
        let mut message = Message::new();
        message.unmarshal_binary(datagram).ok()?;
        let whole = MESSAGE_HEADER_SIZE + message.length as usize == datagram.len();
        (message.typ == BINDING_SUCCESS && whole).then_some(Self(message))
    }

    /// Whether it answers a check of the transport with this user fragment.
    pub(super) fn is_for(&self, local_ufrag: &str) -> bool {
        let label = self.0.transaction_id.0.first_chunk().copied().map(Label);
        label.is_some() && label == Label::of_ufrag(local_ufrag)
    }

    /// Which check it answers.
    pub(super) fn name(&self) -> u32 {
        let [.., a, b, c, d] = self.0.transaction_id.0;
        u32::from_be_bytes([a, b, c, d])
    }

    /// Whether the sender knows the client's password (RFC 8489 section 9.1.4).
    pub(super) fn is_authentic(&mut self, password: &str, crypto: &dyn RTCCrypto) -> bool {
        MessageIntegrity::check(&mut self.0, password.as_bytes(), crypto).is_ok()
    }
}
