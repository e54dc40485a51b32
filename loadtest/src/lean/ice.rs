//! The controlling side of ICE towards a server with known addresses (RFC 8445, RFC 7675).
//!
//! One check that nominates, repeated until it is answered, then one every few seconds to keep the
//! consent. The other end may check us as well; that is answered.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::anyhow;
use rtc_crypto::{RTCCryptoProvider, default_provider};
use rtc_stun::{
    attributes::{ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME},
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{BINDING_REQUEST, BINDING_SUCCESS, Message, MessageType, Setter, TransactionId},
    xoraddr::XorMappedAddress,
};

use super::identity::Credentials;

/// Until the first answer: how long to wait for one at first, and at most.
const CHECK: Duration = Duration::from_millis(50);
const CHECK_MAX: Duration = Duration::from_millis(400);
/// Between checks of a working path.
const CONSENT: Duration = Duration::from_millis(4_000);

/// The checks of one connection.
pub struct Ice {
    own: Credentials,
    username: String,
    remote_password: String,
    tie_breaker: [u8; 8],
    /// The check that waits for its answer, repeated as it is (RFC 8489 section 6.2.1).
    outstanding: Option<(TransactionId, Vec<u8>)>,
    next: Instant,
    patience: Duration,
    works: bool,
}

impl Ice {
    /// Checks from `now` on.
    #[must_use]
    pub fn new(
        own: Credentials,
        remote_ufrag: &str,
        remote_password: &str,
        tie_breaker: [u8; 8],
        now: Instant,
    ) -> Self {
        Self {
            username: format!("{remote_ufrag}:{}", own.ufrag),
            own,
            remote_password: remote_password.to_owned(),
            tie_breaker,
            outstanding: None,
            next: now,
            patience: CHECK,
            works: false,
        }
    }

    /// Whether a check has been answered.
    #[must_use]
    pub const fn works(&self) -> bool {
        self.works
    }

    /// When the next check is due.
    #[must_use]
    pub const fn poll_timeout(&self) -> Instant {
        self.next
    }

    /// The check that is due, if one is.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn handle_timeout(&mut self, now: Instant) -> anyhow::Result<Option<Vec<u8>>> {
        if now < self.next {
            return Ok(None);
        }
        if self.works {
            self.next = now + CONSENT;
        } else {
            self.next = now + self.patience;
            self.patience = (self.patience * 2).min(CHECK_MAX);
        }
        if self.works {
            self.outstanding = None;
        }
        if self.outstanding.is_none() {
            self.outstanding = Some(self.check()?);
        }
        Ok(self.outstanding.as_ref().map(|(_, check)| check.clone()))
    }

    fn check(&self) -> anyhow::Result<(TransactionId, Vec<u8>)> {
        let mut message = Message::new();
        message.typ = BINDING_REQUEST;
        message.new_transaction_id()?;
        message.write_header();
        message.add(ATTR_USERNAME, self.username.as_bytes());
        message.add(ATTR_PRIORITY, &0x7E_FF_FF_FF_u32.to_be_bytes());
        message.add(ATTR_ICE_CONTROLLING, &self.tie_breaker);
        message.add(ATTR_USE_CANDIDATE, &[]);
        seal(&mut message, &self.remote_password)?;
        Ok((message.transaction_id, message.raw))
    }

    /// A STUN message came; what to answer, if anything.
    ///
    /// # Errors
    /// No cryptographic provider.
    pub fn handle(
        &mut self,
        datagram: &[u8],
        from: SocketAddr,
        now: Instant,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        let mut message = Message::new();
        if message.unmarshal_binary(datagram).is_err() {
            return Ok(None);
        }
        if message.typ == BINDING_SUCCESS {
            let asked = self.outstanding.as_ref().map(|(id, _)| *id);
            if asked == Some(message.transaction_id)
                && is_sealed(&mut message, &self.remote_password)?
            {
                self.outstanding = None;
                if !self.works {
                    self.works = true;
                    self.next = now + CONSENT;
                }
            }
            return Ok(None);
        }
        if message.typ == BINDING_REQUEST && is_sealed(&mut message, &self.own.password)? {
            return answer(&message, from, &self.own.password).map(Some);
        }
        Ok(None)
    }
}

fn answer(request: &Message, from: SocketAddr, password: &str) -> anyhow::Result<Vec<u8>> {
    let mut message = Message::new();
    message.typ = MessageType::new(request.typ.method, BINDING_SUCCESS.class);
    message.transaction_id = request.transaction_id;
    message.write_header();
    let mapped = XorMappedAddress {
        ip: from.ip(),
        port: from.port(),
    };
    mapped.add_to(&mut message)?;
    seal(&mut message, password)?;
    Ok(message.raw)
}

fn seal(message: &mut Message, password: &str) -> anyhow::Result<()> {
    let provider = provider()?;
    MessageIntegrity::new_short_term_integrity_with_provider(
        password.to_owned(),
        provider.crypto(),
    )
    .add_to(message)?;
    FINGERPRINT.add_to(message)?;
    Ok(())
}

fn is_sealed(message: &mut Message, password: &str) -> anyhow::Result<bool> {
    let provider = provider()?;
    Ok(MessageIntegrity::check(message, password.as_bytes(), provider.crypto()).is_ok())
}

fn provider() -> anyhow::Result<Arc<dyn RTCCryptoProvider>> {
    default_provider().map_err(|error| anyhow!("no cryptography for STUN: {error}"))
}
