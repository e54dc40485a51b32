//! The program's entry.

use std::time::Duration;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long what still runs may take once the program is through, such as a file that a disk does not give.
const LEFT_OVER: Duration = Duration::from_secs(1);

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(openvisit::cli::Cli::parse().run());
    runtime.shutdown_timeout(LEFT_OVER);
    ended
}
