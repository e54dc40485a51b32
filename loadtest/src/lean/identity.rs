//! What a client proves itself with: a certificate made at the start, and names for one connection.

use std::{sync::Arc, time::Duration};

use anyhow::anyhow;
use dimpl::{Config, DtlsCertificate, certificate};
use rand::{Rng, distr::Alphanumeric};

/// Datagrams stay below every path's limit.
const MTU_BYTES: usize = 1_150;
/// How long to wait before sending a flight again, the first time; then twice as long each time. It is
/// what WebRTC sets in browsers.
const FIRST_RETRY: Duration = Duration::from_millis(50);
const RETRIES: usize = 10;

/// A certificate and the settings of DTLS. All clients of a program share one: making a key for each
/// would cost more than the handshake.
#[derive(Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: DtlsCertificate,
    /// The settings.
    pub config: Arc<Config>,
    /// The certificate's hash, as SDP writes it.
    pub fingerprint: String,
}

impl Identity {
    /// Makes a certificate.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn generate() -> anyhow::Result<Self> {
        let certificate = certificate::generate_self_signed_certificate()
            .map_err(|error| anyhow!("no certificate: {error}"))?;
        let config = Config::builder()
            .mtu(MTU_BYTES)
            .flight_start_rto(FIRST_RETRY)
            .flight_retries(RETRIES)
            .build()
            .map_err(|error| anyhow!("no settings of DTLS: {error}"))?;
        Ok(Self {
            fingerprint: format!("sha-256 {}", certificate.fingerprint_str()),
            certificate,
            config: Arc::new(config),
        })
    }
}

/// A name and a password of one connection's ICE (RFC 8445 section 5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Names the connection.
    pub ufrag: String,
    /// Protects its checks.
    pub password: String,
}

impl Credentials {
    /// Makes up new ones.
    pub fn generate(rng: &mut impl Rng) -> Self {
        let mut text = |length| -> String {
            (0..length)
                .map(|_| char::from(rng.sample(Alphanumeric)))
                .collect()
        };
        Self {
            ufrag: text(8),
            password: text(24),
        }
    }
}
