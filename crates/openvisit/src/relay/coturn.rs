//! coturn's configuration, made from ours.
//!
//! A relay sends datagrams to wherever a client wants, from the inside of whatever network it stands in. So
//! everything is denied (`denied-peer-ip`), and only the addresses of our media are allowed, which coturn
//! looks at first. The special ranges are denied once more, one by one: should somebody open the relay to
//! more, they stay shut.
//!
//! What one seat may take is bounded: the id in its username is one per seat, and coturn counts by it.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use grant::RelaySecret;
use ipnet::IpNet;

use super::{Transport, special};
use crate::config::Config;

/// The allocations that one seat may have at one time (coturn answers 486 to more). A browser makes one for each
/// address of the relay on each of the device's networks, and again at each ICE restart, while former ones of a
/// lost network last for up to ten minutes.
const SEAT_ALLOCATIONS: u32 = 32;
/// All allocations at one time: half of the ports below.
const ALLOCATIONS: u32 = 8_192;
/// Bytes a second, each way, for one allocation: more than three pictures of the largest kind, with their sound
/// and what is sent again.
const BYTES_PER_SECOND: u32 = 1_000_000;
/// The ports that coturn sends from (RFC 6335 section 6: those that nobody is given).
const PORTS: (u16, u16) = (49_152, 65_535);

/// The whole of `turnserver.conf` for a relay that serves `config`, and nobody else. It holds the secret.
///
/// # Errors
/// No relay is configured, its secret is not there yet, or coturn cannot be what is configured.
pub fn configuration(config: &Config) -> Result<String> {
    ensure!(
        !config.relay.urls.is_empty(),
        "relay.urls names no relay, so there is nothing to configure"
    );
    let secret = super::secret::load(&config.relay.secret_file)
        .context("the service makes the relay's secret when it starts with relay.urls")?;
    let sections = [
        identity(config, &secret),
        listeners(config)?,
        peers(&config.media_addresses())?,
        bounds(),
        CLOSED.to_owned(),
    ];
    Ok(sections.join("\n"))
}

fn identity(config: &Config, secret: &RelaySecret) -> String {
    let realm = config.http.public_url.split_once("://");
    let realm = realm.map_or("", |(_, host)| host);
    format!(
        "# coturn's configuration, made by `openvisit relay config`. It holds the secret that is shared with the\n\
         # service: keep it as a password.\n\
         realm={realm}\n\
         use-auth-secret\n\
         static-auth-secret={}\n\
         stale-nonce=600\n\
         fingerprint\n",
        secret.reveal()
    )
}

/// Where clients come in: no other way than those that they are told of.
fn listeners(config: &Config) -> Result<String> {
    let relay = &config.relay;
    let urls = relay.parsed_urls()?;
    let port_of = |encrypted: bool| {
        let mut ports: Vec<u16> = urls
            .iter()
            .filter(|url| url.encrypted == encrypted)
            .map(|url| url.port)
            .collect();
        ports.sort_unstable();
        ports.dedup();
        match *ports {
            [] => Ok(None),
            [port] => Ok(Some(port)),
            _ => bail!("relay.urls: coturn has one port for turn: and one for turns:"),
        }
    };
    let mut text = String::from("# Where clients come in.\n");
    for address in &relay.bind {
        line(&mut text, "listening-ip", address);
        line(&mut text, "relay-ip", address);
    }
    if let Some(port) = port_of(false)? {
        line(&mut text, "listening-port", port);
    }
    if let Some(port) = port_of(true)? {
        let (certificate, key) = certificate(config)?;
        line(&mut text, "tls-listening-port", port);
        line(&mut text, "cert", certificate.display());
        line(&mut text, "pkey", key.display());
        text.push_str("no-tlsv1\nno-tlsv1_1\n");
    }
    for (off, encrypted, transport) in [
        ("no-udp", false, Transport::Udp),
        ("no-tcp", false, Transport::Tcp),
        ("no-dtls", true, Transport::Udp),
        ("no-tls", true, Transport::Tcp),
    ] {
        let is_it =
            |url: &super::RelayUrl| (url.encrypted, url.transport) == (encrypted, transport);
        if !urls.iter().any(is_it) {
            text.push_str(off);
            text.push('\n');
        }
    }
    Ok(text)
}

fn certificate(config: &Config) -> Result<(&PathBuf, &PathBuf)> {
    let of = |certificate, key| Option::zip(certificate, key);
    let (relay, http) = (&config.relay, &config.http);
    of(relay.tls_certificate.as_ref(), relay.tls_key.as_ref())
        .or_else(|| of(http.tls_certificate.as_ref(), http.tls_key.as_ref()))
        .context("turns: needs relay.tls_certificate and relay.tls_key")
}

/// Whom coturn may send to.
fn peers(media: &[IpAddr]) -> Result<String> {
    let mut text = String::from("# Whom it may send to: our media, and nobody else.\n");
    for address in media {
        line(&mut text, "allowed-peer-ip", address);
    }
    if media.iter().any(IpAddr::is_loopback) {
        text.push_str("allow-loopback-peers\n");
    }
    text.push_str("# Everybody else.\n");
    for all in EVERYBODY {
        line(&mut text, "denied-peer-ip", all);
    }
    text.push_str("# And these, should somebody open it to more.\n");
    for (net, why) in special::RANGES {
        writeln!(text, "# {why}")?;
        line(&mut text, "denied-peer-ip", special_range(net)?);
    }
    text.push_str("no-multicast-peers\nno-tcp-relay\nno-dynamic-ip-list\nno-dynamic-realms\n");
    Ok(text)
}

/// As coturn writes a range: its first and its last address. One that begins with the unspecified address would
/// hold every address of the other family too (coturn 4.6), and that address itself is refused in any case.
fn special_range(net: &str) -> Result<String> {
    let net: IpNet = net.parse()?;
    let first = match net.network() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::from(Ipv4Addr::from_bits(1)),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::from(Ipv6Addr::from_bits(1)),
        first => first,
    };
    Ok(format!("{first}-{}", net.broadcast()))
}

fn bounds() -> String {
    let (first, last) = PORTS;
    format!(
        "# How much one seat may take, and all of them.\n\
         user-quota={SEAT_ALLOCATIONS}\n\
         total-quota={ALLOCATIONS}\n\
         max-bps={BYTES_PER_SECOND}\n\
         min-port={first}\n\
         max-port={last}\n"
    )
}

/// Every address.
const EVERYBODY: [&str; 2] = [
    "0.0.0.0-255.255.255.255",
    "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

/// What coturn offers besides, and does not here.
const CLOSED: &str = "\
# Nothing else.
no-cli
no-stun
no-rfc5780
no-stun-backward-compatibility
response-origin-only-with-rfc5780
no-software-attribute
log-file=stdout
simple-log
";

fn line(text: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{name}={value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A configuration with a secret in place.
    fn config(folder: &tempfile::TempDir, urls: &[&str]) -> Config {
        let mut config = Config::default();
        config.relay.urls = urls.iter().map(|&url| url.to_owned()).collect();
        config.relay.secret_file = folder.path().join("relay.secret");
        config.relay.for_signaling().unwrap();
        config
    }

    fn lines(config: &Config) -> Vec<String> {
        let text = configuration(config).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(str::to_owned).collect()
    }

    fn has(lines: &[String], wanted: &str) -> bool {
        lines.iter().any(|line| line == wanted)
    }

    #[test]
    fn only_the_ways_that_clients_are_told_of_are_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut tls = config(&folder, &["turns:relay.example:443?transport=tcp"]);
        tls.http.tls_certificate = Some("chain.pem".into());
        tls.http.tls_key = Some("key.pem".into());
        tls.relay.bind = vec!["192.0.2.11".parse().unwrap()];
        let lines_of_tls = lines(&tls);
        for wanted in [
            "tls-listening-port=443",
            "cert=chain.pem",
            "pkey=key.pem",
            "listening-ip=192.0.2.11",
            "relay-ip=192.0.2.11",
            "no-udp",
            "no-tcp",
            "no-dtls",
        ] {
            assert!(has(&lines_of_tls, wanted), "{wanted}");
        }
        assert!(!has(&lines_of_tls, "no-tls"));
        tls.relay.tls_certificate = Some("relay.pem".into());
        tls.relay.tls_key = Some("relay-key.pem".into());
        assert!(has(&lines(&tls), "cert=relay.pem"), "its own comes first");

        let plain = config(&folder, &["turn:relay.example"]);
        let plain = lines(&plain);
        assert!(has(&plain, "listening-port=3478") && has(&plain, "no-tls"));
        assert!(!has(&plain, "no-udp"));
    }

    #[test]
    fn our_media_is_allowed_and_loopback_only_where_it_is_our_media() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&folder, &["turn:relay.example"]);
        config.media.announced = vec!["192.0.2.7".parse().unwrap(), "2001:db8::7".parse().unwrap()];
        let open = lines(&config);
        assert!(has(&open, "allowed-peer-ip=192.0.2.7"));
        assert!(has(&open, "allowed-peer-ip=2001:db8::7"));
        assert!(!has(&open, "allow-loopback-peers"));
        assert!(has(&open, "denied-peer-ip=169.254.0.0-169.254.255.255"));
        config.media.announced.clear();
        let here = lines(&config);
        assert!(has(&here, "allowed-peer-ip=127.0.0.1") && has(&here, "allow-loopback-peers"));
    }

    #[test]
    fn what_coturn_cannot_be_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let refused =
            |urls: &[&str]| format!("{:#}", configuration(&config(&folder, urls)).unwrap_err());
        assert!(refused(&[]).contains("names no relay"));
        assert!(refused(&["turn:a.example:1", "turn:a.example:2"]).contains("one port"));
        assert!(refused(&["turns:a.example"]).contains("relay.tls_certificate"));
        let mut early = config(&folder, &["turn:a.example"]);
        early.relay.secret_file = folder.path().join("not-there");
        let error = format!("{:#}", configuration(&early).unwrap_err());
        assert!(error.contains("not-there"), "{error}");
    }
}
