//! HTTPS by rustls, with a configured certificate or a self-made one.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum_server::tls_rustls::RustlsConfig;
use prometheus::IntGauge;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use telemetry::{Metrics, clock::unix_now_ms};
use tokio::signal::unix::Signal;

/// From so few days on that are left, it is said that a certificate expires soon.
pub(crate) const SOON_DAYS: i64 = 14;

/// Uses ring for every TLS connection of this process. A second call changes nothing.
pub fn install_crypto() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// Reads a certificate chain and its key.
///
/// # Errors
/// A file that cannot be read, or a key that does not belong to the certificate.
pub async fn configured(certificate: &Path, key: &Path) -> Result<RustlsConfig> {
    RustlsConfig::from_pem_file(certificate, key)
        .await
        .with_context(|| {
            format!(
                "the certificate {} with the key {} cannot be used",
                certificate.display(),
                key.display()
            )
        })
}

/// A configured certificate, and where it comes from.
pub struct Certificate {
    rustls: RustlsConfig,
    chain: PathBuf,
    key: PathBuf,
}

impl Certificate {
    /// Reads a certificate chain and its key.
    ///
    /// # Errors
    /// As [`configured`].
    pub async fn load(chain: &Path, key: &Path) -> Result<Self> {
        Ok(Self {
            rustls: configured(chain, key).await?,
            chain: chain.to_owned(),
            key: key.to_owned(),
        })
    }

    /// What TLS connections use. It stays up to date.
    #[must_use]
    pub fn rustls(&self) -> RustlsConfig {
        self.rustls.clone()
    }

    /// Reads both anew. A certificate that cannot be used is reported, and the one in use stays.
    async fn renew(&self, ends: &IntGauge) {
        match self
            .rustls
            .reload_from_pem_file(&self.chain, &self.key)
            .await
        {
            Ok(()) => {
                tracing::info!("the certificate was read anew");
                self.tell_end(ends);
            }
            Err(error) => {
                tracing::error!(%error, "the new certificate cannot be used; the old one stays");
            }
        }
    }

    fn tell_end(&self, ends: &IntGauge) {
        match ends_at_s(&self.chain) {
            Ok(ends_at_s) => {
                ends.set(ends_at_s);
                let days = days_left(ends_at_s, unix_now_ms());
                if days < 0 {
                    tracing::error!("the certificate has expired: browsers refuse it");
                } else if days < SOON_DAYS {
                    tracing::warn!(days, "the certificate expires soon");
                }
            }
            Err(error) => tracing::error!(%error, "when the certificate expires is not known"),
        }
    }
}

/// When a chain's first certificate, the service's own, expires (RFC 5280, section 4.1.2.5), Unix seconds.
///
/// # Errors
/// The file cannot be read, or holds no certificate.
pub fn ends_at_s(chain: &Path) -> Result<i64> {
    let no_certificate = || format!("{} holds no certificate", chain.display());
    let first = CertificateDer::from_pem_file(chain).with_context(no_certificate)?;
    let (_, first) = x509_parser::parse_x509_certificate(&first).with_context(no_certificate)?;
    Ok(first.validity().not_after.timestamp())
}

/// Whole days until a time, Unix seconds; below 0 once it has passed.
#[must_use]
pub fn days_left(ends_at_s: i64, now_ms: u64) -> i64 {
    let now_s = i64::try_from(now_ms / 1_000).unwrap_or(i64::MAX);
    ends_at_s.saturating_sub(now_s).div_euclid(24 * 60 * 60)
}

/// Each time the process gets SIGHUP, as renewal tools and `systemctl reload` send it, reads the certificate anew, if
/// there is one. A gauge tells when the one in use expires.
///
/// # Errors
/// A metric is named twice.
pub fn renew_on_hangup(
    mut hangups: Signal,
    certificate: Option<Certificate>,
    metrics: &Metrics,
) -> Result<()> {
    let ends = match &certificate {
        None => None,
        Some(certificate) => {
            let ends = metrics.gauge(
                "tls_certificate_expires_at_seconds",
                "When the certificate in use expires, Unix seconds.",
            )?;
            certificate.tell_end(&ends);
            Some(ends)
        }
    };
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            match (&certificate, &ends) {
                (Some(certificate), Some(ends)) => certificate.renew(ends).await,
                _ => tracing::info!("there is no certificate to be read anew"),
            }
        }
    });
    Ok(())
}

/// A certificate of our own for `address`, kept in `dir` and made there at the first call, so that a
/// phone that has trusted it once need not be asked again.
///
/// # Errors
/// The folder cannot be written, or the certificate not made.
pub async fn self_made(dir: &Path, address: IpAddr) -> Result<RustlsConfig> {
    let certificate = dir.join(format!("lan-{address}.pem").replace(':', "_"));
    let key = certificate.with_extension("key");
    if !certificate.is_file() || !key.is_file() {
        let made = rcgen::generate_simple_self_signed(vec![address.to_string()])
            .context("a certificate of our own cannot be made")?;
        crate::private_file::write(&key, made.signing_key.serialize_pem().as_bytes())?;
        std::fs::write(&certificate, made.cert.pem())
            .with_context(|| format!("cannot write {}", certificate.display()))?;
    }
    configured(&certificate, &key).await
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10));

    #[tokio::test]
    async fn a_self_made_certificate_is_made_once_and_its_key_is_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        install_crypto();
        let dir = tempfile::tempdir().unwrap();
        self_made(dir.path(), ADDRESS).await.unwrap();
        let certificate = dir.path().join("lan-192.0.2.10.pem");
        let made = std::fs::read(&certificate).unwrap();
        self_made(dir.path(), ADDRESS).await.unwrap();
        assert_eq!(std::fs::read(&certificate).unwrap(), made);
        let key = std::fs::metadata(certificate.with_extension("key")).unwrap();
        assert_eq!(key.permissions().mode() & 0o077, 0);
    }

    #[tokio::test]
    async fn a_key_of_another_certificate_is_refused_by_name() {
        install_crypto();
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        self_made(one.path(), ADDRESS).await.unwrap();
        self_made(other.path(), ADDRESS).await.unwrap();
        let key = other.path().join("lan-192.0.2.10.key");
        let error = configured(&one.path().join("lan-192.0.2.10.pem"), &key).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("lan-192.0.2.10.pem"), "{error}");
    }

    #[test]
    fn the_days_of_a_certificate_run_out() {
        const DAY_S: i64 = 86_400;
        assert_eq!(days_left(20 * DAY_S, 0), 20);
        assert_eq!(days_left(DAY_S, 1_000), 0);
        assert_eq!(days_left(DAY_S, 86_401_000), -1);
    }

    #[test]
    fn a_certificate_tells_when_it_expires() {
        let dir = tempfile::tempdir().unwrap();
        let chain = dir.path().join("chain.pem");
        let mut parameters =
            rcgen::CertificateParams::new(vec!["visit.gov.test".to_owned()]).unwrap();
        parameters.not_after = rcgen::date_time_ymd(2026, 3, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        let made = parameters.self_signed(&key).unwrap();
        std::fs::write(&chain, made.pem()).unwrap();
        assert_eq!(ends_at_s(&chain).unwrap(), 1_772_323_200);
        std::fs::write(&chain, "no certificate").unwrap();
        assert!(ends_at_s(&chain).is_err());
    }
}
