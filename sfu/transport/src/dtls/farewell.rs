//! What a handshake leaves behind: our goodbye, and an ear for the client's.
//!
//! Once there are keys for media, DTLS has nothing to do but to end. rtc-dtls keeps the whole
//! handshake for as long as its endpoint lives, several kilobytes; so the endpoint is asked
//! for its goodbye at once, and of its connection only the state goes on (RFC 5246 section 6.1).

use std::{sync::Arc, time::Instant};

use rtc_crypto::RTCCryptoProvider;
use rtc_dtls::{config::HandshakeConfig, conn::DTLSConn, endpoint::Endpoint, state::State};
use rtc_shared::error::{Error, Result};

use super::association::PEER;

pub(super) struct Farewell {
    ear: Box<DTLSConn>,
    goodbye: Vec<Vec<u8>>,
}

impl Farewell {
    /// What is left of an endpoint whose handshake is complete.
    ///
    /// # Errors
    ///
    /// Where the endpoint has no keys.
    pub(super) fn of(
        mut endpoint: Endpoint,
        config: Arc<HandshakeConfig>,
        crypto: Arc<dyn RTCCryptoProvider>,
        now: Instant,
    ) -> Result<Self> {
        let mut state = State::new(crypto, false);
        let agreed = endpoint.get_connection_state(PEER);
        let agreed = agreed.ok_or(Error::InvalidRemoteAddress(PEER))?;
        state.unmarshal_binary(&agreed.marshal_binary()?)?;
        endpoint.stop(now, PEER);
        let goodbye = std::iter::from_fn(|| endpoint.poll_transmit())
            .map(|transmit| transmit.message.to_vec())
            .collect();
        Ok(Self {
            ear: Box::new(DTLSConn::new(config, false, Some(state))),
            goodbye,
        })
    }

    /// Whether an alert of the first encrypted epoch ends the connection: it is the client's own, and its
    /// goodbye or fatal (RFC 5246 section 7.2).
    pub(super) fn hears(&mut self, alert: &[u8]) -> bool {
        let heard = self.ear.read(alert);
        // What it would answer is ours to say.
        while self.ear.outgoing_raw_packet().is_some() {}
        matches!(heard, Err(Error::ErrAlertFatalOrClose))
    }

    /// Our goodbye, a `close_notify` (RFC 5246 section 7.2.1).
    pub(super) fn say(self) -> Vec<Vec<u8>> {
        self.goodbye
    }
}
