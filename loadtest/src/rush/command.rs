//! `loadtest rush`: thousands want a seat at the moment at which a day opens for booking, or sign in before it.

use std::{num::NonZeroU16, time::Duration};

use anyhow::ensure;
use clap::Args;

use super::{
    RushPlan, StoreKind, rush,
    sign_in::{SignInPlan, sign_in},
};

/// What `loadtest rush` is told at its start.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The service's database.
    #[arg(long, value_enum, default_value_t = StoreKind::Sqlite)]
    store: StoreKind,
    /// How many want a seat, or sign in.
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
    /// They sign in instead: who is told to come back does so.
    #[arg(long, conflicts_with_all = ["seats", "rounds"])]
    sign_in: bool,
    /// From how many networks they sign in; without it, each from one of their own, as far as there are so many.
    #[arg(long, requires = "sign_in")]
    networks: Option<NonZeroU16>,
    /// Print the figures as one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Runs it and prints its figures.
///
/// # Errors
/// A seat was sold twice or to nobody, or somebody did not get in or met a fault.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut progress = |line: &str| eprintln!("{line}");
    if arguments.sign_in {
        let figures = sign_in(&arguments.sign_in_plan(), &mut progress).await?;
        print(arguments.json, &figures.json()?, &figures.table());
        ensure!(
            figures.is_clean(),
            "somebody did not get in, was sent away for longer than promised, or met a fault"
        );
    } else {
        let figures = rush(&arguments.rush_plan(), &mut progress).await?;
        print(arguments.json, &figures.json()?, &figures.table());
        ensure!(
            figures.is_clean(),
            "a seat was doubled, lost or mistold, or somebody met a fault"
        );
    }
    Ok(())
}

impl Arguments {
    fn rush_plan(&self) -> RushPlan {
        RushPlan {
            store: self.store,
            people: self.people,
            seats: self.seats,
            within: self.within(),
            rounds: self.rounds,
        }
    }

    fn sign_in_plan(&self) -> SignInPlan {
        SignInPlan {
            store: self.store,
            people: self.people,
            networks: self.networks.unwrap_or(NonZeroU16::MAX),
            within: self.within(),
        }
    }

    const fn within(&self) -> Duration {
        Duration::from_secs(self.within_seconds)
    }
}

fn print(json: bool, line: &str, table: &str) {
    if json {
        println!("{line}");
    } else {
        print!("{table}");
    }
}
