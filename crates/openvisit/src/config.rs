//! What an operator can set, and its defaults.
//!
//! A TOML file first, then environment variables on top: `OPENVISIT_HTTP__BIND=0.0.0.0:443` sets
//! `bind` in `[http]`. A field that does not exist is refused, so that a slip of the pen is noticed at
//! the start and not in the middle of a visit.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use booking_server::{DocumentSettings, MessageSettings, ScannerSettings};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use ipnet::IpNet;
use serde::{Deserialize, Serialize, Serializer};
use url::Url;

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

/// `[store]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// `sqlite:PATH` or `postgres://…`.
    #[serde(serialize_with = "shown")]
    pub url: String,
}

impl Store {
    /// The address as it may be shown, without a password; a SQLite store's as it is from the root on.
    #[must_use]
    pub fn shown(&self) -> String {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => std::path::absolute(path).map_or_else(
                |_| self.url.clone(),
                |path| format!("sqlite:{}", path.display()),
            ),
            None => without_password(&self.url),
        }
    }
}

fn shown<S: Serializer>(url: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if url.starts_with("sqlite:") {
        serializer.serialize_str(url)
    } else {
        serializer.serialize_str(&without_password(url))
    }
}

/// PostgreSQL takes a password before the host, and among the parameters.
fn without_password(url: &str) -> String {
    let Ok(mut shown) = Url::parse(url) else {
        return "(no address)".to_owned();
    };
    if shown.password().is_some() && shown.set_password(Some("(set)")).is_err() {
        return "(no address)".to_owned();
    }
    let is_secret = |name: &str| name.to_lowercase().contains("password");
    if shown.query_pairs().any(|(name, _)| is_secret(&name)) {
        let parameters: Vec<(String, String)> = shown.query_pairs().into_owned().collect();
        let parameters = parameters.into_iter().map(|(name, value)| {
            let value = if is_secret(&name) {
                "(set)".to_owned()
            } else {
                value
            };
            (name, value)
        });
        let mut masked = shown.clone();
        masked.query_pairs_mut().clear().extend_pairs(parameters);
        shown = masked;
    }
    shown.to_string()
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: "sqlite:data/openvisit.sqlite".to_owned(),
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
        DocumentSettings {
            folder: self.folder.clone(),
            scanner,
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
mod tests {
    use super::*;

    fn load(toml: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("openvisit.toml");
        std::fs::write(&file, toml).unwrap();
        Config::load(Some(&file))
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        assert_eq!(load("").unwrap(), Config::default());
    }

    #[test]
    fn the_example_of_a_facility_is_usable_as_it_is() {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/openvisit.toml");
        let config = Config::load(Some(Path::new(example))).unwrap();
        assert_eq!(config.http.public_url, "https://visit.example");
        assert_eq!(config.media.first_port, 40_000);
    }

    #[test]
    fn a_way_of_messages_without_what_it_needs_is_refused() {
        let error = load("[messages]\nsms = 'mitake'").unwrap_err();
        assert!(
            error.to_string().contains("messages.mitake.username"),
            "{error}"
        );
        let error = load("[messages]\nsms = 'pigeon'").unwrap_err();
        assert!(error.to_string().contains("pigeon"), "{error}");
    }

    #[test]
    fn messages_that_reach_nobody_stand_in_a_file_unless_it_is_named_away() {
        let file = |toml| load(toml).unwrap().messages.file;
        assert_eq!(file(""), Path::new("data/outbox.jsonl"));
        assert_eq!(
            file("[messages]\nemail = 'local'"),
            Path::new("data/outbox.jsonl")
        );
        assert_eq!(
            file("[messages]\nfile = '/srv/outbox.jsonl'"),
            Path::new("/srv/outbox.jsonl")
        );
        assert_eq!(file("[messages]\nfile = ''"), Path::new(""));
    }

    #[test]
    fn a_misspelt_field_is_refused_by_name() {
        let error = load("[http]\npublik_url = 'https://visit.example'").unwrap_err();
        assert!(error.to_string().contains("publik_url"), "{error}");
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        let error = load("[http]\ntls_certificate = 'chain.pem'").unwrap_err();
        assert!(error.to_string().contains("tls_key"), "{error}");
    }

    #[test]
    fn an_unspecified_media_address_needs_announced_ones() {
        assert!(load("[media]\nbind = '0.0.0.0'").is_err());
        assert!(load("[media]\nbind = '0.0.0.0'\nannounced = ['192.0.2.7']").is_ok());
    }

    #[test]
    fn an_announced_address_is_one_that_clients_can_reach() {
        for announced in ["0.0.0.0", "::"] {
            let error = load(&format!("[media]\nannounced = ['{announced}']")).unwrap_err();
            assert!(error.to_string().contains("media.announced"), "{error}");
        }
    }

    #[test]
    fn a_store_of_an_unknown_kind_is_refused() {
        let error = load("[store]\nurl = 'mysql://localhost/visits'").unwrap_err();
        assert!(error.to_string().contains("store.url"), "{error}");
    }

    #[test]
    fn who_uses_but_a_part_is_not_asked_for_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("openvisit.toml");
        std::fs::write(&file, "[messages]\nsms = 'mitake'").unwrap();
        assert!(Config::load(Some(&file)).is_err());
        assert!(Config::read(Some(&file)).is_ok());
    }

    #[test]
    fn the_password_of_a_store_is_not_shown() {
        for (url, shown) in [
            (
                "postgres://visits:s3cr3t@db/visits",
                "postgres://visits:(set)@db/visits",
            ),
            (
                "postgres://db/visits?user=visits&password=s3cr3t&sslmode=require",
                "postgres://db/visits?user=visits&password=%28set%29&sslmode=require",
            ),
            (
                "postgres://visits@localhost/visits?host=%2Frun",
                "postgres://visits@localhost/visits?host=%2Frun",
            ),
            ("sqlite:data/visits.sqlite", "sqlite:data/visits.sqlite"),
            ("postgres://visits:s3cr3t@[db/visits", "(no address)"),
        ] {
            let mut config = Config::default();
            config.store.url = url.to_owned();
            let printed = serde_json::to_value(&config).unwrap();
            assert_eq!(printed["store"]["url"], shown);
            assert!(!config.store.shown().contains("s3cr3t"));
        }
    }

    #[test]
    fn a_public_url_with_a_path_is_refused() {
        assert!(load("[http]\npublic_url = 'https://visit.example/app'").is_err());
        assert!(load("[http]\npublic_url = 'visit.example'").is_err());
        assert!(load("[http]\npublic_url = 'https://visit.example; script-src *'").is_err());
    }

    #[test]
    fn on_this_machine_both_of_its_names_are_ours() {
        let origins = Config::default().http.origins();
        assert_eq!(origins, ["http://127.0.0.1:8080", "http://localhost:8080"]);
        let public = load("[http]\npublic_url = 'https://visit.example'").unwrap();
        assert_eq!(public.http.origins(), ["https://visit.example"]);
    }

    #[test]
    fn a_relay_that_is_none_is_refused_by_name() {
        let error = load("[relay]\nurls = ['stun:relay.example']").unwrap_err();
        assert!(error.to_string().contains("stun:relay.example"), "{error}");
        assert!(load("[relay]\nurls = ['turns:relay.example:443?transport=tcp']").is_ok());
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error() {
        assert!(Config::load(Some(Path::new("no-such-file.toml"))).is_err());
    }
}
