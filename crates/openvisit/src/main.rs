//! The program's entry.

use clap::Parser;

fn main() -> anyhow::Result<()> {
    openvisit::cli::Cli::parse().run()
}
