//! The server's own DTLS certificate.

use std::fmt;

use rtc_crypto::default_provider;

use crate::dtls::{Fingerprint, HashFunction};

/// A self-signed ECDSA P-256 certificate with its key, made anew when the program starts. Clones
/// share the key.
#[derive(Clone)]
pub struct Certificate {
    dtls: rtc_dtls::crypto::Certificate,
    fingerprint: String,
}

/// A certificate could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the certificate for DTLS could not be made: {0}")]
pub struct CertificateError(String);

impl Certificate {
    /// Makes a certificate. The cryptographic library brings its own randomness.
    ///
    /// # Errors
    /// The operating system gave no randomness.
    pub fn generate() -> Result<Self, CertificateError> {
        let failed = |error: &dyn fmt::Display| CertificateError(error.to_string());
        let provider = default_provider().map_err(|error| failed(&error))?;
        let dtls = rtc_dtls::crypto::Certificate::generate_self_signed(
            ["openvisit".to_owned()],
            provider.crypto(),
        )
        .map_err(|error| failed(&error))?;
        let der = dtls
            .certificate
            .first()
            .map(AsRef::as_ref)
            .unwrap_or_default();
        let fingerprint = Fingerprint::of(der, HashFunction::Sha256).to_string();
        Ok(Self { dtls, fingerprint })
    }

    /// The SHA-256 fingerprint as SDP writes it (RFC 8122 section 5): `sha-256 AB:CD:…`.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(crate) fn dtls(&self) -> &rtc_dtls::crypto::Certificate {
        &self.dtls
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_certificate_has_its_own_sha_256_fingerprint() {
        let one = Certificate::generate().unwrap();
        let other = Certificate::generate().unwrap();
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert!(one.fingerprint().starts_with("sha-256 "));
        assert_eq!(one.fingerprint().len(), "sha-256 ".len() + 32 * 3 - 1);
    }

    #[test]
    fn printing_a_certificate_shows_no_key() {
        let certificate = Certificate::generate().unwrap();
        let printed = format!("{certificate:?}");
        assert!(printed.contains(certificate.fingerprint()));
        assert!(!printed.to_lowercase().contains("key"), "{printed}");
    }
}
