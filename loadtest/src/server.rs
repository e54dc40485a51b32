//! A server process of one's own: `openvisit serve` in a folder that goes away with it.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, bail};
use openvisit::keys::{self, KeyRings};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::{
    door::BaseUrl,
    metrics, process,
    visits::{self, DATABASE, KEYS, Visit},
};

const STARTING: Duration = Duration::from_secs(20);
const STOPPING: Duration = Duration::from_secs(15);
/// The longest that a link can say.
const VISIT_MINUTES: u64 = 240;

/// The running server.
pub struct OwnServer {
    child: Child,
    /// Where it is.
    pub base: BaseUrl,
    /// Its process.
    pub pid: u32,
    /// Its visits, nobody in them yet.
    pub visits: Vec<Visit>,
    /// The address of its store.
    pub store: String,
    /// Its keys.
    pub keys: KeyRings,
    /// What its pages' addresses begin with.
    pub url: String,
    folder: TempDir,
}

/// How to start it.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The program; without one, the one built beside this.
    pub program: Option<PathBuf>,
    /// Media threads; 0: one for each core.
    pub media_threads: usize,
    /// Visits to begin with, in the store of its own folder.
    pub rooms: usize,
    /// The address of its store; without one, a SQLite file in its own folder.
    pub store: Option<String>,
    /// What it logs.
    pub log: String,
}

impl OwnServer {
    /// Starts it, and waits until it is ready.
    ///
    /// # Errors
    /// The program is not built, or does not get ready.
    pub async fn start(options: &ServerOptions) -> anyhow::Result<Self> {
        let program = match &options.program {
            Some(program) => program.clone(),
            None => built_beside().await?,
        };
        let folder = tempfile::tempdir()?;
        // Given back at once; the server takes it a moment later.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let url = format!("http://127.0.0.1:{port}");
        let keys = keys::load_or_create(&folder.path().join(KEYS), &mut rand::rng())?;
        let store = match &options.store {
            Some(store) => store.clone(),
            None => format!("sqlite:{}", path_text(folder.path(), DATABASE)?),
        };
        let config = folder.path().join("openvisit.toml");
        let settings = settings(folder.path(), port, &url, &store, options)?;
        std::fs::write(&config, settings)?;
        let visits = match options.rooms {
            0 => Vec::new(),
            rooms => visits::add(folder.path(), &url, rooms, VISIT_MINUTES).await?,
        };
        let program = std::path::absolute(program)?;
        let child = Command::new(&program)
            // What it writes beside its store goes away with the folder, too.
            .current_dir(folder.path())
            .arg("serve")
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let pid = child.id().context("the server ended at once")?;
        let mut server = Self {
            child,
            base: url.parse()?,
            pid,
            visits,
            store,
            keys,
            url,
            folder,
        };
        server.wait_until_ready().await?;
        Ok(server)
    }

    /// Adds visits.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn add_visits(&self, count: usize) -> anyhow::Result<Vec<Visit>> {
        visits::add(self.folder.path(), &self.url, count, VISIT_MINUTES).await
    }

    async fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let until = Instant::now() + STARTING;
        loop {
            if metrics::get(&self.base, "/readyz").await.is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server did not start: {status}");
            }
            if Instant::now() > until {
                bail!("the server was not ready within {} s", STARTING.as_secs());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks it to stop, and waits for that.
    ///
    /// # Errors
    /// It does not.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        process::end(&mut self.child, "the server", STOPPING).await
    }
}

fn settings(
    folder: &Path,
    port: u16,
    url: &str,
    store: &str,
    options: &ServerOptions,
) -> anyhow::Result<String> {
    Ok(format!(
        "[http]\nbind = '127.0.0.1:{port}'\npublic_url = '{url}'\nweb_root = '{}'\n\
         [media]\nthreads = {}\n[store]\nurl = '{store}'\n[keys]\nfile = '{}'\n\
         [logs]\nfilter = '{}'\n",
        path_text(folder, "web")?,
        options.media_threads,
        path_text(folder, KEYS)?,
        options.log,
    ))
}

fn path_text(folder: &Path, name: &str) -> anyhow::Result<String> {
    let path = folder.join(name);
    let text = path
        .to_str()
        .context("the temporary folder's name is not text")?;
    Ok(text.to_owned())
}

/// The `openvisit` beside this program. Under cargo it is built first, so that it is never an old one.
async fn built_beside() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().context("this program lies nowhere")?;
    let folder = if folder.ends_with("deps") {
        folder.parent().context("this program lies nowhere")?
    } else {
        folder
    };
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--package", "openvisit"]);
        if folder.ends_with("release") {
            build.arg("--release");
        }
        if !build.stdout(Stdio::null()).status().await?.success() {
            bail!("the server could not be built");
        }
    }
    let program = folder.join("openvisit");
    if !program.is_file() {
        bail!(
            "{} is not built: cargo build --package openvisit",
            program.display()
        );
    }
    Ok(program)
}
