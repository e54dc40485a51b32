//! `loadtest rush`: thousands want a seat at the moment at which a day opens for booking.

use std::time::Duration;

use anyhow::bail;
use clap::Args;

use super::{RushPlan, StoreKind, rush};

/// What `loadtest rush` is told at its start.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The service's database.
    #[arg(long, value_enum, default_value_t = StoreKind::Sqlite)]
    store: StoreKind,
    /// How many want a seat.
    #[arg(long, default_value_t = 5000)]
    people: usize,
    /// How many seats the day has: ten for each terminal.
    #[arg(long, default_value_t = 400)]
    seats: usize,
    /// Within which time they come; 0: all in the same instant.
    #[arg(long, default_value_t = 0)]
    within_seconds: u64,
    /// How often.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// Print the figures as one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Runs it and prints its figures.
///
/// # Errors
/// A seat was sold twice or to nobody, or somebody met a fault.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let plan = RushPlan {
        store: arguments.store,
        people: arguments.people,
        seats: arguments.seats,
        within: Duration::from_secs(arguments.within_seconds),
        rounds: arguments.rounds,
    };
    let figures = rush(&plan, &mut |line| eprintln!("{line}")).await?;
    if arguments.json {
        println!("{}", figures.json()?);
    } else {
        print!("{}", figures.table());
    }
    if !figures.is_clean() {
        bail!("a seat was doubled, lost or mistold, or somebody met a fault");
    }
    Ok(())
}
