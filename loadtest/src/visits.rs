//! Visits to join: what each seat opens, as lines of JSON, and how such visits come into a data folder.
//!
//! A data folder is what a server of `openvisit serve` has: its database and its key file. Visits are
//! made by the product's own code, so links and secrets are real in every respect.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use booking_server::{DemoPlan, LinkIssuer, seed_demo};
use booking_store::Store;
use openvisit::keys;
use protocol::Locale;
use rand::{SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use crate::lean::fleet::unix_ns;

/// The database of a data folder.
pub const DATABASE: &str = "openvisit.sqlite";
/// The key file of a data folder.
pub const KEYS: &str = "keys.json";

/// What the people of one visit hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The terminal's secret.
    pub terminal: String,
    /// The visitors' links, by seat.
    pub links: Vec<String>,
}

/// Reads visits, a line each.
///
/// # Errors
/// A line is not one.
pub fn read(lines: &str) -> anyhow::Result<Vec<Visit>> {
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    lines
        .enumerate()
        .map(|(number, line)| {
            serde_json::from_str(line).with_context(|| format!("line {}", number + 1))
        })
        .collect()
}

/// Adds visits that are open now and last `minutes` to a data folder; a server may be running on it.
/// Links begin with `public_url`.
///
/// # Errors
/// The folder is not a server's, or the store refuses.
pub async fn add(
    folder: &Path,
    public_url: &str,
    count: usize,
    minutes: u64,
) -> anyhow::Result<Vec<Visit>> {
    let keys = keys::load(&folder.join(KEYS))?.links;
    let store = Store::sqlite(&folder.join(DATABASE)).await?;
    let issuer = LinkIssuer::new(store.clone(), Arc::new(keys), public_url);
    let mut rng = StdRng::from_os_rng();
    let mut visits = Vec::with_capacity(count);
    for _ in 0..count {
        let now_ms = unix_ns() / 1_000_000;
        let plan = DemoPlan::open_now(now_ms, minutes * 60_000, Locale::En);
        let visit = seed_demo(&issuer, plan, &mut rng).await?;
        visits.push(Visit {
            terminal: visit.terminal.reveal().to_owned(),
            links: visit.links.into_iter().map(|link| link.url).collect(),
        });
    }
    store.close().await;
    Ok(visits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn added_visits_are_read_back_from_their_lines() {
        let folder = tempfile::tempdir().unwrap();
        keys::load_or_create(&folder.path().join(KEYS), &mut rand::rng()).unwrap();
        let visits = add(folder.path(), "http://127.0.0.1:1", 2, 30)
            .await
            .unwrap();
        assert_eq!(visits.len(), 2);
        assert!(visits.iter().all(|visit| visit.links.len() == 3));
        assert_ne!(visits[0], visits[1]);
        let lines: Vec<_> = visits
            .iter()
            .map(|visit| serde_json::to_string(visit).unwrap())
            .collect();
        assert_eq!(read(&lines.join("\n")).unwrap(), visits);
        assert!(read("{}").is_err());
    }
}
