//! Whether a service could be built of a configuration, as far as that shows without starting one.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use booking_server::Messaging;

use crate::config::Config;
use crate::private_file::{Meant, is_open_to_others};
use crate::tls::{Certificate, SOON_DAYS};
use crate::{keys, tls};

/// Builds what `serve` would, but listens nowhere, opens no store and sends nothing. What is to be known beside, in
/// words; `now_ms` is Unix milliseconds.
///
/// # Errors
/// What cannot work, in words that name the field.
pub async fn check(config: &Config, now_ms: u64) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    telemetry::logs::check(&config.logs.filter).context("logs.filter")?;
    let pages = &config.http.web_root;
    ensure!(
        pages.join("index.html").is_file(),
        "http.web_root: the built pages are not in {}",
        pages.display()
    );
    Messaging::check(&config.messages, &config.http.public_url)?;
    if let (Some(chain), Some(key)) = (&config.http.tls_certificate, &config.http.tls_key) {
        Certificate::load(chain, key)
            .await
            .context("http.tls_certificate")?;
        let days = tls::days_left(tls::ends_at_s(chain)?, now_ms);
        if days < 0 {
            notes.push("the certificate has expired: browsers refuse it".to_owned());
        } else if days < SOON_DAYS {
            notes.push(format!("the certificate expires in {days} days"));
        }
    }
    if config.keys.file.exists() {
        keys::load(&config.keys.file).context("keys.file")?;
    }
    for file in key_files_open_to_others(config) {
        let file = file.display();
        notes.push(format!(
            "others than its owner can read the key file {file}"
        ));
    }
    if let Some(what) = config.messages.reaching_nobody() {
        notes.push(format!("{what} reach nobody: `local` in [messages]"));
    }
    Ok(notes)
}

/// The files of keys that are there and that others can read. A certificate's key may be a group's, as renewal tools
/// write it.
pub(crate) fn key_files_open_to_others(config: &Config) -> Vec<PathBuf> {
    let own = Some((&config.keys.file, Meant::Owner));
    let certificates = config.http.tls_key.as_ref().map(|key| (key, Meant::Group));
    let files = [own, certificates].into_iter().flatten();
    files
        .filter(|(file, meant)| is_open_to_others(file, *meant).is_ok_and(|open| open))
        .map(|(file, _)| file.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::net::{IpAddr, Ipv4Addr};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use booking_server::EmailWay;

    use super::*;

    /// Makes a configuration one that cannot work.
    type Break = fn(&mut Config);

    /// What can be used: built pages, and a certificate with its key.
    async fn usable(folder: &Path) -> Config {
        tls::install_crypto();
        let mut config = Config::default();
        fs::write(folder.join("index.html"), "").unwrap();
        config.http.web_root = folder.to_owned();
        config.keys.file = folder.join("keys.json");
        keys::load_or_create(&config.keys.file, &mut rand::rng()).unwrap();
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        tls::self_made(folder, address).await.unwrap();
        config.http.tls_certificate = Some(folder.join("lan-127.0.0.1.pem"));
        config.http.tls_key = Some(folder.join("lan-127.0.0.1.key"));
        config
    }

    #[tokio::test]
    async fn what_can_be_used_is_told_from_what_cannot() {
        let folder = tempfile::tempdir().unwrap();
        let good = usable(folder.path()).await;
        let notes = check(&good, 0).await.unwrap();
        assert_eq!(
            notes,
            ["text messages and letters reach nobody: `local` in [messages]"]
        );

        let broken: [(&str, Break); 5] = [
            ("http.web_root", |config| {
                config.http.web_root = "nowhere".into();
            }),
            ("http.tls_certificate", |config| {
                config.http.tls_certificate = Some("nowhere.pem".into());
            }),
            ("messages.smtp", |config| {
                config.messages.email = EmailWay::Smtp;
                config.messages.smtp.host = "mail.test".into();
                config.messages.smtp.from = "visits at visit.test".into();
            }),
            ("logs.filter", |config| config.logs.filter = "inf".into()),
            ("keys.file", |config| {
                config.keys.file = config.http.web_root.join("index.html");
            }),
        ];
        for (field, breaks) in broken {
            let mut config = good.clone();
            breaks(&mut config);
            let refused = check(&config, 0).await.unwrap_err();
            let said = format!("{refused:#}");
            assert!(said.contains(field), "{said}");
        }
    }

    #[tokio::test]
    async fn an_expired_certificate_and_a_key_that_others_read_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let config = usable(folder.path()).await;
        fs::set_permissions(&config.keys.file, Permissions::from_mode(0o644)).unwrap();
        // Those that are made here are good until the year 4096.
        let notes = check(&config, 70_000_000_000_000).await.unwrap();
        assert!(notes[0].contains("expired"), "{notes:?}");
        assert!(notes[1].contains("keys.json"), "{notes:?}");
    }
}
