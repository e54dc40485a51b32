//! The benchmarks.

use anyhow::Result;

use crate::{places, shell};

/// Runs every benchmark; figures worth keeping go into `docs/performance.md`.
pub(crate) fn run() -> Result<()> {
    let arguments = ["bench", "--package", "benches"];
    shell::run(&mut shell::command(&places::root(), "cargo", &arguments))
}
