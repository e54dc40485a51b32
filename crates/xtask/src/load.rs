//! The load tester, built and run on the server that was built beside it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{places, shell};

/// What tells the load tester that cargo runs it, so that it builds the server; we have.
const BUILDS: &str = "CARGO";

/// Builds the load tester and the server, as they are released.
pub(crate) fn build() -> Result<()> {
    let build = ["build", "--release", "-p", "openvisit", "-p", "loadtest"];
    shell::run_aside(&mut shell::command(&places::root(), "cargo", &build))
}

/// The load tester, once it is built.
pub(crate) fn program() -> PathBuf {
    places::target().join("release/loadtest")
}

/// Has `command`, the load tester or what runs it, print the figures of so many rooms for so many seconds.
/// `kind` is its own command: `run` for our server, `janus` for Janus.
pub(crate) fn of_rooms(command: &mut Command, kind: &str, rooms: usize, seconds: u64) {
    command
        .env_remove(BUILDS)
        .args([kind, "--json"])
        .args(["--rooms", &rooms.to_string()])
        .args(["--seconds", &seconds.to_string()]);
    if kind == "run" {
        command.args(["--media", "synthetic"]);
    }
}
