//! The programs of the workspace that other steps run.

use std::path::PathBuf;

use anyhow::Result;

use crate::{places, shell};

/// Builds `openvisit` and `loadtest` with the features that the tests give them: so nothing is left to build
/// after the tests.
pub(crate) fn build() -> Result<()> {
    let tests = ["test", "--workspace", "--no-run", "--quiet"];
    shell::run_aside(&mut shell::command(&places::root(), "cargo", &tests))
}

/// The product.
pub(crate) fn openvisit() -> PathBuf {
    places::target().join("debug/openvisit")
}
