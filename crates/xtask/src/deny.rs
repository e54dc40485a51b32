//! Licences, sources and banned crates, by cargo-deny.

use anyhow::Result;

use crate::tools::{self, Tool};
use crate::{places, shell};

/// The version whose configuration format `deny.toml` has.
const DENY: Tool = Tool {
    subcommand: "deny",
    package: "cargo-deny@0.20.2",
};

/// Checks the dependencies. Advisories are left to whoever can fetch their database:
/// `cargo deny check advisories`.
pub(crate) fn check() -> Result<()> {
    tools::install(&DENY)?;
    // A build downloads what this system needs; the check looks at the crates of every other one too.
    shell::run_aside(&mut shell::command(
        &places::root(),
        "cargo",
        &["fetch", "--locked"],
    ))?;
    let arguments = ["deny", "--offline", "check", "bans", "licenses", "sources"];
    shell::run_aside(&mut shell::command(&places::root(), "cargo", &arguments))
}
