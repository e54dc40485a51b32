//! The program and the synthetic participants, running side by side until one asks us to end.
//!
//! Whoever starts us may end us from the keyboard or by a signal to us alone; neither child outlives us.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

use crate::demo::{Doors, Options};

/// Starts the program, then the participants, and waits for the program's end or for ours.
pub(crate) fn run(options: &Options) -> Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(stay(options))
}

async fn stay(options: &Options) -> Result<()> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut service = Command::from(options.service())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("the program cannot be started")?;
    let Some(doors) = ready(&mut service, options).await? else {
        let status = service.wait().await?;
        ensure!(status.success(), "the program failed ({status})");
        return Ok(());
    };
    let mut bots = Command::from(options.participants(&doors))
        .kill_on_drop(true)
        .spawn()
        .context("the participants cannot be started")?;

    let ended = tokio::select! {
        status = service.wait() => Some(status?),
        _ = interrupted.recv() => None,
        _ = terminated.recv() => None,
    };
    // The participants first, so that they hang up rather than look for a service that is gone.
    end(&mut bots).await?;
    end(&mut service).await?;
    if let Some(status) = ended {
        ensure!(status.success(), "the program failed ({status})");
    }
    Ok(())
}

/// Reads the line with which the program says that it is ready; `None` if it ended instead.
async fn ready(service: &mut Child, options: &Options) -> Result<Option<Doors>> {
    let output = service.stdout.take().context("the program has an output")?;
    let mut line = String::new();
    if BufReader::new(output).read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let doors: Doors =
        serde_json::from_str(&line).context("the program did not say that it is ready")?;
    doors.announce(options, &line)?;
    Ok(Some(doors))
}

/// Asks a child to end, and waits until it has.
async fn end(child: &mut Child) -> Result<()> {
    if let Some(id) = child.id() {
        Command::new("kill").arg(id.to_string()).status().await?;
    }
    child.wait().await?;
    Ok(())
}
