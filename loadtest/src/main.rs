//! `loadtest`: loads a server with synthetic participants and tells what that took.

mod cli;

use clap::{Parser, Subcommand};
use loadtest::{janus, relay, rush};
use tracing_subscriber::EnvFilter;

use crate::cli::{bots::Bots, run::Run, visits::Visits};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Loads a server with synthetic participants that join through the real door.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: Run,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a load; this is what happens without a command, too.
    Run(Run),
    /// Seats participants in one visit; they send a moving picture and a voice.
    Bots(Bots),
    /// Carries datagrams to a server as a bad network would.
    Relay(relay::command::Arguments),
    /// Adds visits to a server's data folder and prints what its people open, a line of JSON each.
    Visits(Visits),
    /// Runs the synthetic load on a Janus of its own, for comparison.
    Janus(janus::command::Arguments),
    /// Lets thousands of people want a seat at the moment at which a day opens for booking.
    Rush(rush::command::Arguments),
    /// Asks about addresses with and without an account, and tells whether the time of an answer tells them apart.
    Probe(rush::probe::command::Arguments),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env();
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|_| EnvFilter::new("off,loadtest=info")))
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    let arguments = Arguments::parse();
    match arguments.command.unwrap_or(Command::Run(arguments.run)) {
        Command::Run(run) => run.run().await,
        Command::Bots(bots) => bots.run().await,
        Command::Relay(arguments) => relay::command::run(&arguments),
        Command::Visits(visits) => visits.run().await,
        Command::Janus(arguments) => janus::command::run(&arguments).await,
        Command::Rush(arguments) => rush::command::run(&arguments).await,
        Command::Probe(arguments) => rush::probe::command::run(&arguments).await,
    }
}
