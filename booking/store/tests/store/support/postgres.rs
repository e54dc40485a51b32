//! A PostgreSQL server that lives as long as a test: its own data folder, reached by a Unix socket only.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// Neither `initdb` nor `postgres` runs as root; by custom this is `nobody`.
const UNPRIVILEGED: u32 = 65534;

/// A running server. Dropped, it stops and leaves nothing behind.
pub(crate) struct Postgres {
    server: Child,
    folder: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts its server.
    pub(crate) fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new()
            .prefix("openvisit-pg-")
            .tempdir()
            .unwrap();
        if root() {
            chown(folder.path(), Some(UNPRIVILEGED), Some(UNPRIVILEGED)).unwrap();
        }
        let data = folder.path().join("data");
        let made = command(&programs.join("initdb"), folder.path())
            .args([
                "--auth=trust",
                "--username=openvisit",
                "--encoding=UTF8",
                "--locale=C",
            ])
            .args(["--no-sync", "--pgdata"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let mut server = command(&programs.join("postgres"), folder.path())
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses="])
            .args(["-c", "fsync=off"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until_ready(&mut server);
        Self { server, folder }
    }

    /// The address of a new, empty database.
    pub(crate) async fn new_database(&self, name: &str) -> String {
        let server = sqlx::PgPool::connect(&self.url("postgres")).await.unwrap();
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE \"{name}\""));
        sqlx::query(create).execute(&server).await.unwrap();
        server.close().await;
        self.url(name)
    }

    fn url(&self, database: &str) -> String {
        let socket = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://openvisit@localhost/{database}?host={socket}")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: sessions end, the server's processes end together.
        let asked = Command::new("kill")
            .args(["-INT", &self.server.id().to_string()])
            .status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// Reads the server's log until it takes connections, and goes on reading behind the test, so that the
/// server is never held up by a full pipe.
fn wait_until_ready(server: &mut Child) {
    let mut log = BufReader::new(server.stderr.take().unwrap()).lines();
    let mut said = String::new();
    let ready = log.by_ref().map_while(Result::ok).any(|line| {
        said += &line;
        said.push('\n');
        line.contains("database system is ready to accept connections")
    });
    assert!(ready, "the PostgreSQL server stopped:\n{said}");
    std::thread::spawn(move || log.for_each(drop));
}

fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    if root() {
        command.uid(UNPRIVILEGED).gid(UNPRIVILEGED);
    }
    command
}

fn root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|itself| itself.uid() == 0)
}

/// The folder with the server's programs: Debian keeps them out of the path.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let debian = versions.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others = std::env::split_paths(&path).collect::<Vec<_>>();
    debian
        .chain(others)
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        .expect(
            "these tests need PostgreSQL's server programs (initdb, postgres): \
             install them, for example with `apt-get install postgresql`",
        )
}
