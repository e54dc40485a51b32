//! `loadtest probe`: whether the time of an answer tells a stranger who has an account.

use anyhow::ensure;
use clap::Args;

use super::{
    ProbePlan,
    figures::{Compared, table},
    probe,
};
use crate::rush::StoreKind;

/// What `loadtest probe` is told at its start.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The service's database.
    #[arg(long, value_enum, default_value_t = StoreKind::Sqlite)]
    store: StoreKind,
    /// How many addresses of each kind.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(50..=5_000))]
    addresses: u32,
    /// What the order of the asks comes from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the figures as one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Runs it and prints its figures.
///
/// # Errors
/// The service does not start or answers otherwise than it should, or times differ by more than chance.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let plan = ProbePlan {
        store: arguments.store,
        addresses: arguments.addresses,
        seed: arguments.seed,
    };
    let compared = probe(&plan, &mut |line| eprintln!("{line}")).await?;
    if arguments.json {
        println!("{}", serde_json::to_string(&compared)?);
    } else {
        print!("{}", table(&compared));
    }
    ensure!(
        compared.iter().all(Compared::tells_nothing),
        "the time of an answer tells who has an account"
    );
    Ok(())
}
