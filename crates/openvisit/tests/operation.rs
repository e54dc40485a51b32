//! The running program, as a supervisor and an operator meet it.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use postgres_server::{Commit, PostgresServer};
use sqlx::Connection as _;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
};

/// `openvisit serve`, running.
struct Serving {
    process: Child,
    folder: Arc<TempDir>,
    port: u16,
}

/// What it says once it serves.
const READY: &str = ": ready address=";

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openvisit"));
    command.current_dir(folder);
    command.env("OPENVISIT_MEDIA__THREADS", "1");
    command.env("NO_COLOR", "1");
    command
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

impl Serving {
    /// Starts it in a folder, with some settings, and waits until it is ready.
    fn start(folder: &Arc<TempDir>, settings: &[(&str, &str)]) -> Self {
        let mut serving = Self::begin(folder, settings);
        serving.says(READY);
        serving
    }

    /// Starts it where it is to end by itself: how, and what it said.
    fn refused(folder: &Arc<TempDir>) -> (ExitStatus, String) {
        let mut serving = Self::begin(folder, &[]);
        loop {
            if let Some(ended) = serving.process.try_wait().unwrap() {
                return (ended, serving.log());
            }
            assert!(!serving.log().contains(READY), "it serves");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn begin(folder: &Arc<TempDir>, settings: &[(&str, &str)]) -> Self {
        let port = free_port();
        let mut command = program(folder.path());
        command.arg("serve");
        command.env("OPENVISIT_HTTP__BIND", format!("127.0.0.1:{port}"));
        command.env(
            "OPENVISIT_HTTP__PUBLIC_URL",
            format!("http://127.0.0.1:{port}"),
        );
        for (name, value) in settings {
            command.env(name, value);
        }
        let log = File::create(folder.path().join("log")).unwrap();
        Self {
            process: command.stderr(log).spawn().unwrap(),
            folder: folder.clone(),
            port,
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// An answer, head and body; empty where nothing listens.
    fn answer(&self, path: &str) -> String {
        answer(self.port, path)
    }

    fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Until this stands in the log; whoever ends instead is no service.
    fn says(&mut self, text: &str) {
        while !self.log().contains(text) {
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn stop(&mut self) -> ExitStatus {
        self.signal("-TERM");
        self.process.wait().unwrap()
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already where the test came to its end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn answer(port: u16, path: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return String::new();
    };
    let asked = write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    );
    asked.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// What was printed, and whether it went well.
fn admin(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = program(folder)
        .arg("admin")
        .args(arguments)
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(printed).unwrap())
}

fn folder() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

#[test]
fn a_copy_is_put_back_while_the_service_runs_and_after_it_was_killed() {
    let folder = folder();
    let mut serving = Serving::start(&folder, &[]);
    let done = |arguments: &[&str]| {
        let (well, said) = admin(folder.path(), arguments);
        assert!(well, "{said}");
        said
    };
    let facilities = |serving: &Serving| serving.answer("/api/facilities");
    done(&["add-facility", "--name", "甲監獄"]);
    done(&["backup", "copy.sqlite"]);
    done(&["add-facility", "--name", "乙監獄"]);
    assert!(facilities(&serving).contains("乙監獄"));
    let restore = ["restore", "copy.sqlite", "--replace"];
    // Another address than the service's: that it listens does not tell that it uses the store.
    assert!(done(&restore).contains("goes on with it"));
    let told = facilities(&serving);
    assert!(
        told.contains("甲監獄") && !told.contains("乙監獄"),
        "{told}"
    );
    assert!(serving.answer("/readyz").contains(" 200 "));
    done(&["add-facility", "--name", "丙監獄"]);
    assert!(facilities(&serving).contains("丙監獄"));
    assert!(done(&["verify-audit"]).contains("is whole"));

    serving.kill();
    assert!(done(&restore).contains("put back"));
    let mut kept: Vec<String> = files(&folder.path().join("data"));
    kept.retain(|name| name.contains(".before-"));
    assert_eq!(kept.len(), 2, "what lay beside it is in the file: {kept:?}");
    let mut again = Serving::start(&folder, &[]);
    assert!(!facilities(&again).contains("丙監獄"));
    assert!(again.stop().success());
}

#[tokio::test]
async fn a_copy_stands_under_its_name_whole_or_not_at_all() {
    let folder = folder();
    assert!(Serving::start(&folder, &[]).stop().success());
    // Large enough to be stopped within.
    let store = folder.path().join("data/openvisit.sqlite");
    let url = format!("sqlite://{}", store.display());
    let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let ballast = "CREATE TABLE ballast AS WITH RECURSIVE row (number) AS
                   (SELECT 1 UNION ALL SELECT number + 1 FROM row WHERE number < 4000)
                   SELECT number, randomblob(16384) AS content FROM row";
    sqlx::query(ballast).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
    let mut backup = program(folder.path())
        .args(["admin", "backup", "copy.sqlite"])
        .spawn()
        .unwrap();
    while !files(folder.path())
        .iter()
        .any(|name| name.starts_with("copy.sqlite"))
    {
        assert!(backup.try_wait().unwrap().is_none(), "no copy was begun");
    }
    backup.kill().unwrap();
    backup.wait().unwrap();
    if folder.path().join("copy.sqlite").exists() {
        let (well, said) = admin(folder.path(), &["restore", "copy.sqlite", "--replace"]);
        assert!(well, "{said}");
    } else {
        assert!(admin(folder.path(), &["backup", "copy.sqlite"]).0);
    }
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_service_does_not_start_beside_lost_keys() {
    let folder = folder();
    assert!(Serving::start(&folder, &[]).stop().success());
    let keys = folder.path().join("data/keys.json");
    fs::rename(&keys, folder.path().join("kept")).unwrap();
    let (ended, said) = Serving::refused(&folder);
    assert!(!ended.success());
    assert!(said.contains("keys.json is not there"), "{said}");
    assert!(!keys.exists());
    fs::rename(folder.path().join("kept"), &keys).unwrap();
    assert!(Serving::start(&folder, &[]).stop().success());
}

#[test]
fn older_keys_are_kept_while_a_process_seals_with_one() {
    let folder = folder();
    let mut serving = Serving::start(&folder, &[]);
    assert!(admin(folder.path(), &["rotate-keys"]).0);
    let (well, said) = admin(folder.path(), &["reseal", "--forget"]);
    assert!(!well && said.contains("seals with an older key"), "{said}");
    assert!(serving.stop().success());
    let mut again = Serving::start(&folder, &[]);
    let (well, said) = admin(folder.path(), &["reseal", "--forget"]);
    assert!(
        well && said.contains("1 older keys are forgotten"),
        "{said}"
    );
    assert!(again.stop().success());
    assert!(Serving::start(&folder, &[]).stop().success());
}

#[test]
fn a_service_without_a_certificate_of_its_own_outlives_a_reload() {
    let mut serving = Serving::start(&folder(), &[]);
    serving.signal("-HUP");
    serving.says("there is no certificate to be read anew");
    assert!(serving.answer("/readyz").starts_with("HTTP/1.1 200"));
    assert!(serving.stop().success());
}

/// A certificate that expires on the first day of a year, and its key, in the folder.
fn certify(folder: &Path, expires: i32) -> [PathBuf; 2] {
    let mut parameters = rcgen::CertificateParams::new(vec!["visit.gov.test".into()]).unwrap();
    parameters.not_after = rcgen::date_time_ymd(expires, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let chain = parameters.self_signed(&key).unwrap();
    let [chain_file, key_file] = ["chain.pem", "key.pem"].map(|name| folder.join(name));
    fs::write(&chain_file, chain.pem()).unwrap();
    fs::write(&key_file, key.serialize_pem()).unwrap();
    [chain_file, key_file]
}

#[test]
fn an_expired_certificate_is_told_and_a_renewed_one_is_read() {
    let folder = folder();
    let [chain, key] = certify(folder.path(), 2020);
    let port = free_port();
    let settings = [
        ("OPENVISIT_HTTP__TLS_CERTIFICATE", chain.to_str().unwrap()),
        ("OPENVISIT_HTTP__TLS_KEY", key.to_str().unwrap()),
        ("OPENVISIT_HTTP__METRICS_BIND", &format!("127.0.0.1:{port}")),
    ];
    let mut serving = Serving::start(&folder, &settings);
    let expires = "openvisit_tls_certificate_expires_at_seconds";
    assert!(serving.log().contains("the certificate has expired"));
    serving.says("metrics have an address of their own");
    let metrics = answer(port, "/metrics");
    assert!(
        metrics.contains(&format!("{expires} 1577836800\n")),
        "{metrics}"
    );
    certify(folder.path(), 2120);
    serving.signal("-HUP");
    serving.says("the certificate was read anew");
    while !answer(port, "/metrics").contains(&format!("{expires} 4733510400\n")) {
        assert!(serving.process.try_wait().unwrap().is_none());
    }
    assert!(serving.stop().success());
}

#[test]
fn metrics_stand_at_an_address_of_their_own_where_one_is_set() {
    let port = free_port();
    let address = format!("127.0.0.1:{port}");
    let mut serving = Serving::start(&folder(), &[("OPENVISIT_HTTP__METRICS_BIND", &address)]);
    assert!(serving.answer("/metrics").starts_with("HTTP/1.1 404"));
    serving.says("metrics have an address of their own");
    let metrics = answer(port, "/metrics");
    assert!(
        metrics.contains("openvisit_jobs_failed_total{job=\"join_links\"}"),
        "{metrics}"
    );
    assert!(answer(port, "/readyz").starts_with("HTTP/1.1 404"));
    assert!(serving.stop().success());
}

#[test]
fn a_connection_without_a_request_is_closed() {
    let serving = Serving::start(&folder(), &[]);
    let connections = ["", "P", "GET / HTTP/1.1\r\nHost:"].map(|said| {
        let mut stream = TcpStream::connect(("127.0.0.1", serving.port)).unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        stream
    });
    for mut stream in connections {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(!rest.starts_with(b"HTTP/1.1 200"));
    }
}

#[test]
fn messages_that_reach_nobody_are_told_at_the_start() {
    let settings = [("OPENVISIT_HTTP__PUBLIC_URL", "https://visit.gov.test")];
    let mut serving = Serving::start(&folder(), &settings);
    serving.says("text messages and letters reach nobody");
    assert!(serving.stop().success());
}

/// Passes on what it hears, until it is told to be silent, as a network or a machine that hangs is.
struct Line {
    silent: Arc<AtomicBool>,
    folder: TempDir,
}

impl Line {
    /// A line to the server whose socket lies in `to`.
    fn lay(to: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let silent = Arc::new(AtomicBool::new(false));
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let (quiet, to) = (silent.clone(), to.join(SOCKET));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = UnixStream::connect(&to).await.unwrap();
                let (near_reads, near_writes) = near.into_split();
                let (far_reads, far_writes) = far.into_split();
                tokio::spawn(pass_on(near_reads, far_writes, quiet.clone()));
                tokio::spawn(pass_on(far_reads, near_writes, quiet.clone()));
            }
        });
        Self { silent, folder }
    }
}

/// The name of PostgreSQL's socket.
const SOCKET: &str = ".s.PGSQL.5432";

async fn pass_on(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    silent: Arc<AtomicBool>,
) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if silent.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_is_told_and_does_not_hold_up_the_end() {
    let server = PostgresServer::start(Commit::DoesNotWait).unwrap();
    let url = server.new_database("hangs").await.unwrap();
    let (base, socket) = url.split_once("?host=").unwrap();
    let line = Line::lay(&PathBuf::from(socket.replace("%2F", "/")));
    let host = line.folder.path().to_string_lossy().replace('/', "%2F");
    let url = format!("{base}?host={host}");
    let ended = tokio::task::spawn_blocking({
        let silent = line.silent.clone();
        move || {
            let mut serving = Serving::start(&folder(), &[("OPENVISIT_STORE__URL", &url)]);
            silent.store(true, Ordering::Relaxed);
            serving.says("the store cannot be written to");
            let ready = serving.answer("/readyz");
            assert!(ready.starts_with("HTTP/1.1 503"), "{ready}");
            let ended = serving.stop();
            assert!(
                serving.log().contains("not everything ended in time"),
                "{}",
                serving.log()
            );
            ended
        }
    });
    assert!(ended.await.unwrap().success());
}

#[test]
fn a_configuration_that_cannot_work_is_told_before_the_start() {
    let folder = folder();
    let check = || {
        let mut command = program(folder.path());
        command.args(["config", "check"]);
        command.env("OPENVISIT_HTTP__WEB_ROOT", folder.path());
        command
    };
    let refused = check().output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("http.web_root"));
    File::create(folder.path().join("index.html")).unwrap();
    let checked = check().output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
    let refused = check()
        .env("OPENVISIT_LOGS__FILTER", "inf")
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("logs.filter"));
}

/// How the process ends that reads a document, and what it says.
fn clean(document: &[u8]) -> (Option<i32>, Vec<u8>) {
    let mut command = program(Path::new("."));
    command.args(["clean-document", "identity"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut reader = command.spawn().unwrap();
    reader.stdin.take().unwrap().write_all(document).unwrap();
    let ended = reader.wait_with_output().unwrap();
    (ended.status.code(), ended.stdout)
}

#[test]
fn a_document_that_asks_for_more_memory_than_there_is_ends_nothing_but_its_reader() {
    let (code, said) = clean(include_bytes!("pixel.png"));
    assert_eq!(code, Some(0));
    assert!(said.starts_with(b"image/png\n\x89PNG"));
    assert_eq!(clean(b"<html>").0, Some(10));
    // A table of references (ISO 32000-1, 7.5.8) whose first column is 2^46 bytes wide.
    let bomb = "%PDF-1.5\n1 0 obj\n<< /Type /XRef /W [70368744177664 0 0] /Size 1 /Root 1 0 R /Length 0 >>\n\
                stream\n\nendstream\nendobj\nstartxref\n9\n%%EOF\n";
    assert_eq!(clean(bomb.as_bytes()).0, None, "it is ended by a signal");
}
