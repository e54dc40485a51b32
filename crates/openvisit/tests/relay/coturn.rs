//! coturn, started for one test.

use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use grant::{RelayCredential, RelayCredentials, RelaySecret};
use ids::{Seat, VisitId};
use telemetry::clock::unix_now_ms;
use tempfile::TempDir;

use crate::client::Client;

/// Where media is in these tests: another address of this machine than the relay's.
pub(crate) const MEDIA: &str = "127.0.0.2";
const HOUR_MS: u64 = 3_600_000;

pub(crate) struct Coturn {
    pub(crate) configuration: String,
    pub(crate) port: u16,
    secret: RelaySecret,
    child: Child,
    folder: TempDir,
}

impl Coturn {
    /// coturn as `openvisit relay config` wants it, with the given scheme's port and what carries it.
    pub(crate) fn start(scheme: &str, transport: &str) -> Self {
        Self::changed(scheme, transport, |configuration| configuration)
    }

    /// The same by an operator who has changed the configuration.
    pub(crate) fn changed(
        scheme: &str,
        transport: &str,
        change: impl FnOnce(String) -> String,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let secret = RelaySecret::generate(&mut rand::rng());
        std::fs::write(folder.path().join("relay.secret"), secret.reveal()).unwrap();
        certificate(folder.path());
        let port = free_port();
        let addresses = if has_ipv6() {
            r#""127.0.0.1", "::1""#
        } else {
            r#""127.0.0.1""#
        };
        let config = format!(
            "[relay]\n\
             urls = ['{scheme}:127.0.0.1:{port}?transport={transport}']\n\
             secret_file = 'relay.secret'\n\
             bind = [{addresses}]\n\
             tls_certificate = 'chain.pem'\n\
             tls_key = 'key.pem'\n\
             [media]\n\
             bind = '0.0.0.0'\n\
             announced = ['{MEDIA}']\n"
        );
        std::fs::write(folder.path().join("openvisit.toml"), config).unwrap();
        let configuration = change(printed(folder.path()));
        std::fs::write(folder.path().join("turnserver.conf"), &configuration).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let made = Command::new("turnadmin")
            .args(["--userdb=turndb", "--list"])
            .current_dir(folder.path())
            .output()
            .expect("coturn is installed: apt-get install coturn");
        assert!(made.status.success(), "{made:?}");
        let child = Command::new("turnserver")
            .args(["-c", "turnserver.conf", "--pidfile=", "--userdb=turndb"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("coturn is installed: apt-get install coturn");
        Self {
            configuration,
            port,
            secret,
            child,
            folder,
        }
    }

    /// Panics once coturn has ended.
    pub(crate) fn still_runs(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            panic!("coturn has ended, {status}");
        }
    }

    /// What coturn has said, for somebody who wonders why a test fails.
    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// A client with the credential of a seat of a visit that goes on.
    pub(crate) fn seat(&mut self, number: u8) -> Client {
        let credential = self.credential(number, HOUR_MS);
        self.client(credential)
    }

    pub(crate) fn client(&mut self, credential: RelayCredential) -> Client {
        Client::by_udp(self, credential)
    }

    /// The credential of a seat whose slot ends so long from now.
    pub(crate) fn credential(&self, number: u8, ends_in_ms: u64) -> RelayCredential {
        self.credential_at(number, unix_now_ms() + ends_in_ms)
    }

    /// The credential of a seat whose slot ends at a moment that may be long ago.
    pub(crate) fn credential_at(&self, number: u8, ends_at_ms: u64) -> RelayCredential {
        let credentials = RelayCredentials::new(self.secret.clone(), 6 * HOUR_MS);
        let visit: VisitId = "01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55".parse().unwrap();
        let seat = Seat::try_from(number).unwrap();
        credentials.issue(visit, seat, ends_at_ms, unix_now_ms())
    }

    /// Everything that is denied, as first and last addresses.
    pub(crate) fn denied(&self) -> Vec<(String, String)> {
        let lines = self.configuration.lines();
        lines
            .filter_map(|line| line.strip_prefix("denied-peer-ip=")?.split_once('-'))
            .map(|(first, last)| (first.to_owned(), last.to_owned()))
            .collect()
    }

    pub(crate) fn seat_allocations(&self) -> usize {
        let mut lines = self.configuration.lines();
        let quota = lines.find_map(|line| line.strip_prefix("user-quota="));
        quota.unwrap().parse().unwrap()
    }

    /// The certificate that it shows, in DER.
    pub(crate) fn certificate(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("chain.der")).unwrap()
    }
}

impl Drop for Coturn {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Whether this machine has IPv6 at all.
pub(crate) fn has_ipv6() -> bool {
    UdpSocket::bind("[::1]:0").is_ok()
}

fn printed(folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_openvisit"))
        .args(["relay", "config", "--config", "openvisit.toml"])
        .current_dir(folder)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

fn certificate(folder: &Path) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join("chain.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("chain.der"), made.cert.der()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
}

/// A port that neither a UDP nor a TCP socket has, below those that the system gives out (RFC 6335 section 6): a
/// client that comes before the relay would be given the relay's own, and meet itself.
fn free_port() -> u16 {
    loop {
        let port = rand::random_range(20_000..30_000);
        let place = ("127.0.0.1", port);
        if UdpSocket::bind(place).is_ok() && TcpListener::bind(place).is_ok() {
            return port;
        }
    }
}
