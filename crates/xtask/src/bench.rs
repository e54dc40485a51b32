//! `cargo xtask bench`: what a packet costs, beside the least that it can cost and beside Janus.
//!
//! First every step by itself (criterion), then whole servers under load. The floor, our server and
//! Janus take turns, several times, so that all three meet the same machine in the same hour; only
//! figures of one run are put next to each other. The load is made up and of an exact shape, the clients
//! are the same for both servers, and the CPU time is the server process's own.

mod table;

use std::process::Command;

use anyhow::Result;

use crate::{load, marked, places, shell};
use table::{Floor, Load, Machine, Pace};

/// The benchmarks of single steps.
const STEPS: [&str; 5] = ["forward", "room", "srtp", "join", "links"];
/// The loads, in rooms of four.
const ROOMS: [usize; 2] = [8, 16];

/// `cargo xtask bench`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How long each server is measured each time, seconds.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// How often all take their turn.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=20))]
    rounds: u8,
    /// Leave the benchmarks of single steps out.
    #[arg(long)]
    servers_only: bool,
}

/// Runs everything, prints the comparison, and writes it into `docs/performance.md`.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !options.servers_only {
        let mut steps = vec!["bench", "--package", "benches"];
        steps.extend(STEPS.iter().flat_map(|step| ["--bench", step]));
        shell::run(&mut shell::command(&places::root(), "cargo", &steps))?;
    }
    let table = compare(options)?;
    println!("{table}");
    marked::replace(&places::root().join("docs/performance.md"), "bench", &table)
}

fn compare(options: &Options) -> Result<String> {
    load::build()?;
    let janus = shell::output_of("dpkg-query", &["-W", "-f", "${Version}", "janus"]);
    if janus.is_none() {
        eprintln!("Janus is not installed and left out. On Debian: apt-get install janus");
    }
    let mut paces: Vec<Pace> = ROOMS.map(Pace::of).into();
    let mut floors = Vec::new();
    for round in 1..=options.rounds {
        for pace in &mut paces {
            eprintln!("round {round}, {} rooms: the floor", pace.rooms);
            let floor = floor(pace.rooms)?;
            pace.floor
                .extend(Floor::at_pace(&floor, pace.rooms).cloned());
            floors.extend(floor);
            eprintln!("round {round}, {} rooms: OpenVisit", pace.rooms);
            pace.ours.push(load("run", pace.rooms, options)?);
            if janus.is_some() {
                eprintln!("round {round}, {} rooms: Janus", pace.rooms);
                pace.janus.push(load("janus", pace.rooms, options)?);
            }
        }
    }
    let machine = Machine {
        cores: std::thread::available_parallelism()?.get(),
        processor: processor(),
        janus,
        rounds: options.rounds,
        seconds: options.seconds,
    };
    table::write(&machine, &floors, &paces)
}

fn floor(rooms: usize) -> Result<Vec<Floor>> {
    let rooms = rooms.to_string();
    let arguments = [
        "bench",
        "--quiet",
        "--package",
        "benches",
        "--bench",
        "floor",
        "--",
        "--json",
        "--rooms",
        &rooms,
    ];
    shell::figures(&mut shell::command(&places::root(), "cargo", &arguments))
}

fn load(kind: &str, rooms: usize, options: &Options) -> Result<Load> {
    let mut command = Command::new(load::program());
    load::of_rooms(&mut command, kind, rooms, options.seconds);
    shell::figures(&mut command)
}

fn processor() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or("an unnamed processor".to_owned(), |(_, name)| {
        name.to_owned()
    })
}
