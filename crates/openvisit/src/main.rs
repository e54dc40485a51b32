//! The program's entry.

use clap::Parser;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    openvisit::cli::Cli::parse().run().await
}
