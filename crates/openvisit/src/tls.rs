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
