//! `cargo xtask profile`: what the media threads' time is spent on, for each packet that leaves.
//!
//! The server runs under an exact load while `perf` looks several thousand times a second at what
//! each of its threads is at. What a packet costs is the server process's own CPU time, as in
//! `cargo xtask bench`; how it divides is counted in the looks.

mod shares;

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{load, marked, places, shell};
use shares::Shares;

/// How often a second it is looked.
const LOOKS: &str = "4999";

/// `cargo xtask profile`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Rooms of four.
    #[arg(long, default_value_t = 16)]
    rooms: usize,
    /// How long the load lasts, seconds.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

#[derive(Deserialize)]
struct Load {
    cpu_us_per_packet_out: f64,
}

/// Measures, prints the table, and writes it into `docs/performance.md`.
pub(crate) fn run(options: &Options) -> Result<()> {
    if shell::output_of("perf", &["--version"]).is_none() {
        bail!("perf is not installed; on Debian: apt-get install linux-perf");
    }
    load::build()?;

    let folder = places::target().join("profile");
    std::fs::create_dir_all(&folder)?;
    let record = folder.join("perf.data");
    // Being looked at costs time too, so what a packet costs is measured without.
    let unseen = figures(Command::new(load::program()), options)?;
    let mut perf = Command::new("perf");
    perf.args(["record", "--quiet", "-F", LOOKS, "-g", "-o"])
        .arg(&record)
        .arg("--")
        .arg(load::program());
    figures(perf, options)?;

    let looks = Command::new("perf")
        .args(["script", "-F", "comm,pid,ip,sym", "-i"])
        .arg(&record)
        .output()
        .context("perf cannot be started")?;
    let shares =
        Shares::of(&String::from_utf8_lossy(&looks.stdout)).context("perf saw no media thread")?;
    let table = format!(
        "{} rooms of four, {} looks a second, {} looks at the media threads:\n\n{}",
        options.rooms,
        LOOKS,
        shares.looks(),
        shares.table(unseen.cpu_us_per_packet_out)
    );
    println!("{table}");
    let page = places::root().join("docs/performance.md");
    marked::replace(&page, "profile", &table)
}

fn figures(mut command: Command, options: &Options) -> Result<Load> {
    load::of_rooms(&mut command, "run", options.rooms, options.seconds);
    shell::figures(&mut command)
}
