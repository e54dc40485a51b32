//! HTTPS by rustls, with a configured certificate or a self-made one.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum_server::tls_rustls::RustlsConfig;

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

/// Reads the certificate anew each time the process gets SIGHUP, as renewal tools send it. A
/// certificate that cannot be used is reported and the one in use stays.
pub fn reload_on_hangup(config: RustlsConfig, certificate: PathBuf, key: PathBuf) -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            match config.reload_from_pem_file(&certificate, &key).await {
                Ok(()) => tracing::info!("the certificate was read anew"),
                Err(error) => {
                    tracing::error!(%error, "the new certificate cannot be used; the old one stays");
                }
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
}
