//! Janus itself: the Debian package's program with settings of our own, in a folder that goes away.
//!
//! What is set beside the defaults, and why: ICE lite as our server has it; one event loop for each core
//! instead of a thread for each connection, if asked for; no other plugins, transports and event
//! handlers than those in use; a log of errors only. Encryption, NACK and everything else is as it comes.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, bail};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use super::api::Session;
use crate::process;

const STARTING: Duration = Duration::from_secs(20);
const STOPPING: Duration = Duration::from_secs(10);
const PROGRAM: &str = "janus";
const PLUGIN: &str = "libjanus_videoroom.so";
const TRANSPORT: &str = "libjanus_websockets.so";

/// The running Janus.
#[derive(Debug)]
pub struct Janus {
    child: Child,
    /// Its process.
    pub pid: u32,
    /// Everything goes over this.
    pub session: Session,
    _folder: TempDir,
}

impl Janus {
    /// Starts it and opens a session. `event_loops` 0: a thread for each connection, the default.
    ///
    /// # Errors
    /// When it is not installed, or does not get ready.
    pub async fn start(event_loops: usize) -> anyhow::Result<Self> {
        let modules = modules()?;
        let folder = tempfile::tempdir()?;
        // Given back at once; Janus takes it a moment later.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        std::fs::write(
            folder.path().join("janus.jcfg"),
            settings(&modules, event_loops)?,
        )?;
        std::fs::write(
            folder.path().join("janus.transport.websockets.jcfg"),
            format!(
                "general: {{ json = \"compact\", ws = true, ws_port = {port}, \
                 ws_ip = \"127.0.0.1\", wss = false }}\n"
            ),
        )?;
        let mut child = Command::new(PROGRAM)
            .arg("--configs-folder")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("janus cannot be started. On Debian: apt-get install janus")?;
        let pid = child.id().context("Janus ended at once")?;
        let session = open_when_ready(&mut child, &format!("ws://127.0.0.1:{port}")).await?;
        Ok(Self {
            child,
            pid,
            session,
            _folder: folder,
        })
    }

    /// Asks it to stop, and waits for that.
    ///
    /// # Errors
    /// When it does not.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        process::end(&mut self.child, "Janus", STOPPING).await
    }
}

async fn open_when_ready(child: &mut Child, url: &str) -> anyhow::Result<Session> {
    let until = Instant::now() + STARTING;
    loop {
        let failure = match Session::open(url).await {
            Ok(session) => return Ok(session),
            Err(failure) => failure,
        };
        if let Some(status) = child.try_wait()? {
            bail!("Janus did not start: {status}");
        }
        if Instant::now() > until {
            return Err(failure);
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Where the package put its plugins and transports: below the machine's own folder of libraries.
fn modules() -> anyhow::Result<PathBuf> {
    let found = std::fs::read_dir("/usr/lib")?
        .flatten()
        .map(|folder| folder.path().join("janus"))
        .find(|folder| folder.join("plugins").join(PLUGIN).exists());
    found.context("Janus is not installed. On Debian: apt-get install janus")
}

fn settings(modules: &Path, event_loops: usize) -> anyhow::Result<String> {
    let path = |path: &Path| path.to_str().map(str::to_owned).context("not a text path");
    let others = |kind: &str, used: &str| -> anyhow::Result<String> {
        let names = std::fs::read_dir(modules.join(kind))?.flatten();
        let names = names.filter_map(|entry| entry.file_name().into_string().ok());
        let unused: Vec<_> = names
            .filter(|name| name.ends_with(".so") && name != used)
            .collect();
        Ok(unused.join(","))
    };
    let event_loops = match event_loops {
        0 => String::new(),
        some => format!("event_loops = {some}\n"),
    };
    Ok(format!(
        "general: {{\nplugins_folder = \"{}\"\n\
         transports_folder = \"{}\"\nevents_folder = \"{}\"\nloggers_folder = \"{}\"\n\
         debug_level = 2\nsession_timeout = 0\n{event_loops}}}\n\
         nat: {{ ice_lite = true }}\nmedia: {{ ipv6 = false }}\n\
         plugins: {{ disable = \"{}\" }}\ntransports: {{ disable = \"{}\" }}\n\
         events: {{ broadcast = false }}\n",
        path(&modules.join("plugins"))?,
        path(&modules.join("transports"))?,
        path(&modules.join("events"))?,
        path(&modules.join("loggers"))?,
        others("plugins", PLUGIN)?,
        others("transports", TRANSPORT)?,
    ))
}
