//! A PostgreSQL server of one's own, for tests and benchmarks: its own data folder, reached by a Unix socket
//! only.

use std::{
    fs,
    io::{self, BufRead, BufReader},
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
pub struct PostgresServer {
    server: Child,
    folder: TempDir,
}

/// Whether a commit waits for the disk (`fsync`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// As in operation.
    WaitsForDisk,
    /// Nothing needs to outlive the machine.
    DoesNotWait,
}

impl PostgresServer {
    /// Makes a cluster and starts its server.
    ///
    /// # Errors
    /// PostgreSQL's server programs are not there, or do not do it.
    pub fn start(commit: Commit) -> io::Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("openvisit-pg-").tempdir()?;
        if root() {
            chown(folder.path(), Some(UNPRIVILEGED), Some(UNPRIVILEGED))?;
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
            .output()?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&made.stderr);
            return Err(io::Error::other(format!("initdb: {said}")));
        }
        let fsync = match commit {
            Commit::WaitsForDisk => "fsync=on",
            Commit::DoesNotWait => "fsync=off",
        };
        let mut server = command(&programs.join("postgres"), folder.path())
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses="])
            .args(["-c", fsync])
            .stderr(Stdio::piped())
            .spawn()?;
        wait_until_ready(&mut server)?;
        Ok(Self { server, folder })
    }

    /// The address of a new, empty database.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn new_database(&self, name: &str) -> Result<String, sqlx::Error> {
        let server = sqlx::PgPool::connect(&self.url("postgres")).await?;
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE \"{name}\""));
        sqlx::query(create).execute(&server).await?;
        server.close().await;
        Ok(self.url(name))
    }

    fn url(&self, database: &str) -> String {
        let socket = self.folder.path().to_string_lossy().replace('/', "%2F");
        format!("postgres://openvisit@localhost/{database}?host={socket}")
    }
}

impl Drop for PostgresServer {
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

/// Reads the server's log until it takes connections, and goes on reading behind the caller, so that the
/// server is never held up by a full pipe.
fn wait_until_ready(server: &mut Child) -> io::Result<()> {
    let log = server.stderr.take();
    let log = log.ok_or_else(|| io::Error::other("the server has no log"))?;
    let mut log = BufReader::new(log).lines();
    let mut said = String::new();
    let ready = log.by_ref().map_while(Result::ok).any(|line| {
        said += &line;
        said.push('\n');
        line.contains("database system is ready to accept connections")
    });
    if !ready {
        let why = format!("the PostgreSQL server stopped:\n{said}");
        return Err(io::Error::other(why));
    }
    std::thread::spawn(move || log.for_each(drop));
    Ok(())
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
fn programs() -> io::Result<PathBuf> {
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
        .ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotFound,
                "PostgreSQL's server programs (initdb, postgres) are not there: \
                 install them, for example with `apt-get install postgresql`",
            )
        })
}
