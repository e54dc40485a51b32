//! Cargo's own tools that the tests call.

use anyhow::Result;

use crate::{places, shell};

/// A subcommand of cargo that a crate brings.
pub(crate) struct Tool {
    /// What follows `cargo`.
    pub(crate) subcommand: &'static str,
    /// The crate, with the version where that matters.
    pub(crate) package: &'static str,
}

/// Installs what the machine lacks. Without optimization: building a tool that runs for seconds takes
/// minutes with it.
pub(crate) fn install(tool: &Tool) -> Result<()> {
    if shell::output_of("cargo", &[tool.subcommand, "--version"]).is_some() {
        return Ok(());
    }
    let install = ["install", "--locked", "--debug", tool.package];
    shell::run_aside(
        shell::command(&places::root(), "cargo", &install)
            // What several tools need is built once.
            .env("CARGO_TARGET_DIR", places::target().join("tools"))
            .env("CARGO_PROFILE_DEV_DEBUG", "false"),
    )
}
