//! What is generated from the Rust types, and the proof that it is up to date.

use anyhow::{Result, ensure};

use crate::places;

/// `cargo xtask codegen`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail if the committed file differs.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Writes the web client's message types, or compares them.
pub(crate) fn run(options: &Options) -> Result<()> {
    let file = places::web_client().join("src/lib/protocol.generated.ts");
    let generated = protocol::typescript();
    if options.check {
        ensure!(
            std::fs::read_to_string(&file).is_ok_and(|committed| committed == generated),
            "{} is not what the Rust types say. Run: cargo xtask codegen",
            file.display()
        );
    } else {
        std::fs::write(&file, generated)?;
    }
    Ok(())
}
