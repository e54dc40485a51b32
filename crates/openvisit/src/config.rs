//! What an operator can set, and its defaults.
//!
//! A TOML file first, then environment variables on top: `OPENVISIT_HTTP__BIND=0.0.0.0:443` sets
//! `bind` in `[http]`. A field that does not exist is refused, so that a slip of the pen is noticed at
//! the start and not in the middle of a visit.

mod store;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use booking_server::{DocumentSettings, MessageSettings, RetentionSettings, ScannerSettings};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

pub use store::Store;

use crate::relay::{Relay, RelayError};

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where browsers connect.
    pub http: Http,
    /// Where media flows.
    pub media: Media,
    /// The way for networks that let nothing else through.
    pub relay: Relay,
    /// What is stored, and where.
    pub store: Store,
    /// What applicants upload.
    pub documents: Documents,
    /// The keys that sign links and grants.
    pub keys: Keys,
    /// The ways by which messages leave.
    pub messages: MessageSettings,
    /// How long people are known.
    pub retention: RetentionSettings,
    /// What is written to standard error.
    pub logs: Logs,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            http: Http::default(),
            media: Media::default(),
            relay: Relay::default(),
            store: Store::default(),
            documents: Documents::default(),
            keys: Keys::default(),
            messages: MessageSettings {
                file: PathBuf::from("data/outbox.jsonl"),
                ..MessageSettings::default()
            },
            retention: RetentionSettings::default(),
            logs: Logs::default(),
        }
    }
}

/// `[http]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// The address to listen on.
    pub bind: SocketAddr,
    /// How the outside reaches us, such as `https://visit.example`; links begin with it, and only
    /// pages of this origin may open the websocket.
    pub public_url: String,
    /// The built web client.
    pub web_root: PathBuf,
    /// A certificate chain in PEM. With `tls_key`, the service speaks HTTPS itself.
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's key in PEM.
    pub tls_key: Option<PathBuf>,
    /// The proxies in front, as networks: what they say of where a request comes from is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether `/outbox` shows the messages that would have been sent. For demonstrations only.
    pub outbox_page: bool,
    /// An address of its own for `/metrics`, which `bind` then does not have.
    pub metrics_bind: Option<SocketAddr>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: "http://127.0.0.1:8080".to_owned(),
            web_root: PathBuf::from("web-client/dist"),
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            outbox_page: false,
            metrics_bind: None,
        }
    }
}

impl Http {
    /// The origins (RFC 6454) of our pages: the public one, and on this machine itself also its other
    /// name.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        let mut origins = vec![self.public_url.clone()];
        if let Some(port) = self.public_url.strip_prefix("http://127.0.0.1:") {
            origins.push(format!("http://localhost:{port}"));
        }
        origins
    }
}

/// `[media]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// The address that media threads bind.
    pub bind: IpAddr,
    /// The addresses that clients are told. Empty: the one bound.
    pub announced: Vec<IpAddr>,
    /// The first thread's UDP port; the next threads take the next ports. 0: any free ones.
    pub first_port: u16,
    /// How many media threads. 0: one for each core.
    pub threads: usize,
    /// The TCP port for clients that UDP does not let through, on `bind`. 0: any free one; left out:
    /// there is none.
    pub tcp_port: Option<u16>,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            announced: Vec::new(),
            first_port: 0,
            threads: 0,
            tcp_port: None,
        }
    }
}

/// `[documents]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Documents {
    /// The folder of the sealed files. Made when it is first needed, for the service's own user.
    pub folder: PathBuf,
    /// A virus scanner's program and arguments, such as `["clamdscan", "--no-summary", "-"]`. It reads a file
    /// on its standard input and ends with 0 (nothing found) or 1 (something found). Empty: none is asked.
    pub scanner: Vec<String>,
    /// How long the scanner may take, seconds.
    pub scanner_seconds: u64,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("data/documents"),
            scanner: Vec::new(),
            scanner_seconds: 60,
        }
    }
}

impl Documents {
    /// The same for the API.
    #[must_use]
    pub fn settings(&self) -> DocumentSettings {
        let scanner = (!self.scanner.is_empty()).then(|| ScannerSettings {
            command: self.scanner.clone(),
            answer_within: Duration::from_secs(self.scanner_seconds),
        });
        // This program, even where its file has been replaced by a newer one.
        let reader = ["/proc/self/exe", "clean-document"].map(str::to_owned);
        DocumentSettings {
            folder: self.folder.clone(),
            scanner,
            reader: Some(reader.into()),
        }
    }
}

/// `[keys]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// The file that holds the key rings. Made at the first start, readable by its owner only.
    pub file: PathBuf,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            file: PathBuf::from("data/keys.json"),
        }
    }
}

/// `[logs]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Logs {
    /// Which lines, such as `info` or `info,sfu_server=debug`.
    pub filter: String,
    /// `text` or `json`.
    pub format: telemetry::logs::Format,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            format: telemetry::logs::Format::default(),
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file that cannot be read, a field that does not exist, a value of the wrong kind.
    #[error("configuration: {0}")]
    Unreadable(#[from] Box<figment::Error>),
    /// Values that do not go together.
    #[error("configuration: {0}")]
    Contradiction(&'static str),
    /// A relay that cannot be.
    #[error("configuration: {0}")]
    Relay(#[from] RelayError),
}

impl Config {
    /// Reads `file` if one is named, then the environment, and checks that the values go together.
    ///
    /// # Errors
    /// Whatever cannot be used, in words that name the field.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let config = Self::read(file)?;
        config.check()?;
        Ok(config)
    }

    /// Reads `file` if one is named, then the environment, for who uses but a part of it.
    ///
    /// # Errors
    /// A file that cannot be read, a field that does not exist, a value of the wrong kind.
    pub fn read(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let config = figment
            .merge(Env::prefixed("OPENVISIT_").split("__"))
            .extract();
        Ok(config.map_err(Box::new)?)
    }

    /// The addresses that media is sent to, as clients are told.
    #[must_use]
    pub fn media_addresses(&self) -> Vec<IpAddr> {
        if self.media.announced.is_empty() {
            vec![self.media.bind]
        } else {
            self.media.announced.clone()
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        if self.http.tls_certificate.is_some() != self.http.tls_key.is_some() {
            return Err(ConfigError::Contradiction(
                "http.tls_certificate and http.tls_key are set together or not at all",
            ));
        }
        let origin = self.http.public_url.strip_prefix("https://");
        let origin = origin.or_else(|| self.http.public_url.strip_prefix("http://"));
        let is_part = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if origin.is_none_or(|host| host.is_empty() || !host.chars().all(is_part)) {
            return Err(ConfigError::Contradiction(
                "http.public_url is a scheme and a host without a path, such as https://visit.example",
            ));
        }
        self.messages.check().map_err(ConfigError::Contradiction)?;
        self.retention.check().map_err(ConfigError::Contradiction)?;
        if self.media.bind.is_unspecified() && self.media.announced.is_empty() {
            return Err(ConfigError::Contradiction(
                "media.announced must name the addresses that clients reach when media.bind is unspecified",
            ));
        }
        self.relay.check()?;
        if self.media.announced.iter().any(IpAddr::is_unspecified) {
            return Err(ConfigError::Contradiction(
                "media.announced names addresses that clients can reach, which 0.0.0.0 and :: are not",
            ));
        }
        let schemes = ["sqlite:", "postgres://", "postgresql://"];
        if !schemes
            .iter()
            .any(|scheme| self.store.url.starts_with(scheme))
        {
            return Err(ConfigError::Contradiction(
                "store.url begins with sqlite: or postgres://",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
