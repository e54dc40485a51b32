//! The relay (TURN, RFC 8656): for networks that let neither UDP nor TCP through to the media.
//!
//! The relay itself is coturn, a program of its own, on this machine or another. What belongs to us is that it
//! relays to our media and to nothing else: this service and coturn share a secret, by which each seat of a
//! visit gets a credential for as long as its slot lasts, and [`coturn`] writes its configuration. Without
//! addresses in `relay.urls` nobody is told of a relay.

pub mod coturn;
mod secret;
mod special;
mod url;

use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::Result;
use grant::RelayCredentials;
use serde::{Deserialize, Serialize};

pub use url::{RelayUrl, RelayUrlError, Transport};

/// From five minutes to a day.
const CREDENTIAL_SECONDS: std::ops::RangeInclusive<u64> = 300..=86_400;

/// `[relay]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Relay {
    /// Where clients find it (RFC 7065), such as `turns:relay.example:443?transport=tcp`. Empty: there is none.
    pub urls: Vec<String>,
    /// The file with the secret that it shares with this service. Made at the first start that needs it,
    /// readable by its owner only.
    pub secret_file: PathBuf,
    /// How long a credential is good at most, seconds. It ends with its slot anyway, five minutes later at most.
    pub credential_seconds: u64,
    /// The addresses that coturn listens on and sends from. Empty: all that its machine has.
    pub bind: Vec<IpAddr>,
    /// The certificate chain of `turns:`, in PEM, where coturn finds it. Left out: that of `[http]`.
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's key.
    pub tls_key: Option<PathBuf>,
}

impl Default for Relay {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            secret_file: PathBuf::from("data/relay.secret"),
            credential_seconds: 6 * 3_600,
            bind: Vec::new(),
            tls_certificate: None,
            tls_key: None,
        }
    }
}

/// Values of `[relay]` that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// An address that is none.
    #[error("relay.urls: {0}")]
    Url(#[from] RelayUrlError),
    /// A length that is out of bounds.
    #[error("relay.credential_seconds is from 300 to 86400")]
    CredentialSeconds,
    /// An address that stands for all.
    #[error("relay.bind names addresses; left out, it is all of them")]
    Unspecified,
    /// A half of a pair.
    #[error("relay.tls_certificate and relay.tls_key are set together or not at all")]
    Certificate,
}

impl Relay {
    /// Whether the values can be used.
    ///
    /// # Errors
    /// The first that cannot, by name.
    pub fn check(&self) -> Result<(), RelayError> {
        self.parsed_urls()?;
        if !CREDENTIAL_SECONDS.contains(&self.credential_seconds) {
            return Err(RelayError::CredentialSeconds);
        }
        if self.bind.iter().any(IpAddr::is_unspecified) {
            return Err(RelayError::Unspecified);
        }
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            return Err(RelayError::Certificate);
        }
        Ok(())
    }

    /// What signaling tells those who have a seat, if there is a relay. Makes the secret where there is none.
    ///
    /// # Errors
    /// The secret's file cannot be read or made, or holds none.
    pub fn for_signaling(&self) -> Result<Option<signaling_server::Relay>> {
        if self.urls.is_empty() {
            return Ok(None);
        }
        let secret = secret::load_or_create(&self.secret_file, &mut rand::rng())?;
        Ok(Some(signaling_server::Relay {
            urls: self.urls.clone(),
            credentials: RelayCredentials::new(secret, self.credential_seconds * 1_000),
        }))
    }

    fn parsed_urls(&self) -> Result<Vec<RelayUrl>, RelayUrlError> {
        self.urls.iter().map(|url| url.parse()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_addresses_there_is_no_relay_and_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let secret_file = folder.path().join("relay.secret");
        let mut relay = Relay {
            secret_file: secret_file.clone(),
            ..Relay::default()
        };
        assert!(relay.for_signaling().unwrap().is_none());
        assert!(!secret_file.exists());
        relay.urls = vec!["turn:relay.example".to_owned()];
        let told = relay.for_signaling().unwrap().unwrap();
        assert_eq!(told.urls, ["turn:relay.example"]);
        assert!(secret_file.exists());
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name() {
        let refused = |change: fn(&mut Relay)| {
            let mut relay = Relay::default();
            change(&mut relay);
            relay.check().unwrap_err().to_string()
        };
        let bad_url = refused(|relay| relay.urls = vec!["https://relay.example".to_owned()]);
        assert!(bad_url.contains("relay.urls") && bad_url.contains("https://relay.example"));
        assert!(refused(|relay| relay.credential_seconds = 299).contains("credential_seconds"));
        assert!(refused(|relay| relay.credential_seconds = 86_401).contains("credential_seconds"));
        assert!(refused(|relay| relay.bind = vec![[0; 4].into()]).contains("relay.bind"));
        assert!(refused(|relay| relay.tls_key = Some("key.pem".into())).contains("tls_key"));
        assert_eq!(Relay::default().check(), Ok(()));
    }
}
