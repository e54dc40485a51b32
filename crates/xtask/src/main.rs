//! The project's commands. `cargo xtask demo` shows it, `cargo xtask test` proves it.

mod bench;
mod codegen;
mod company;
mod demo;
mod deny;
mod load;
mod marked;
mod places;
mod profile;
mod programs;
mod shell;
mod system;
mod tally;
mod test;
mod tools;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and start it with a visit that is open now.
    Demo(demo::Options),
    /// Run every test there is.
    Test(test::Options),
    /// Write what is generated from the Rust types.
    Codegen(codegen::Options),
    /// Take the pictures of every page anew.
    Screenshots,
    /// Measure the time from Join to the first picture, over twenty joins.
    MeasureJoin,
    /// Measure what bad networks do to a call, in real browsers.
    MeasureNetwork,
    /// Run the benchmarks, and whole servers under load beside the least possible and beside Janus.
    Bench(bench::Options),
    /// Tell what the media threads' time is spent on under load.
    Profile(profile::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Codegen(options) => codegen::run(&options),
        Command::Screenshots => web::run_tagged("@screenshots"),
        Command::MeasureJoin => web::run_tagged("@measure"),
        Command::MeasureNetwork => web::run_tagged("@network"),
        Command::Bench(options) => bench::run(&options),
        Command::Profile(options) => profile::run(&options),
    }
}
