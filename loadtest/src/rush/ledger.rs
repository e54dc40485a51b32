//! What the store says was sold on the day that opened.

use std::collections::BTreeSet;

use sqlx::{AnyPool, Row};

use super::place::Place;

/// A seat that is kept for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// The visit.
    pub visit: String,
    /// Who booked it.
    pub applicant: String,
    /// Where.
    pub terminal: String,
    /// When.
    pub starts_at_ms: i64,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// In no order.
    pub sold: Vec<Sold>,
}

impl Ledger {
    /// How many were sold beyond one for each terminal and start.
    #[must_use]
    pub fn doubled(&self) -> usize {
        let seat = |sold: &Sold| (sold.terminal.clone(), sold.starts_at_ms);
        let seats: BTreeSet<_> = self.sold.iter().map(seat).collect();
        self.sold.len() - seats.len()
    }

    /// How many people were told of a visit that is not here, or have one that nobody was told of.
    #[must_use]
    pub fn mistold(&self, told: &[&str]) -> usize {
        let here: BTreeSet<&str> = self.sold.iter().map(|sold| &*sold.visit).collect();
        let told: BTreeSet<&str> = told.iter().copied().collect();
        here.symmetric_difference(&told).count()
    }
}

/// Reads it.
///
/// # Errors
/// The database does not answer.
pub async fn read(database: &AnyPool, place: &Place) -> anyhow::Result<Ledger> {
    let first = place.slots.iter().map(|slot| slot.starts_at_ms).min();
    let rows = sqlx::query(
        "SELECT id, applicant_id, terminal_id, starts_at_ms FROM visit
         WHERE facility_id = $1 AND starts_at_ms >= $2
           AND state IN ('held', 'confirmed', 'flagged', 'in_session')",
    )
    .bind(place.facility.to_string())
    .bind(i64::try_from(first.unwrap_or_default())?)
    .fetch_all(database)
    .await?;
    let sold = rows
        .iter()
        .map(|row| {
            Ok(Sold {
                visit: row.try_get("id")?,
                applicant: row.try_get("applicant_id")?,
                terminal: row.try_get("terminal_id")?,
                starts_at_ms: row.try_get("starts_at_ms")?,
            })
        })
        .collect::<Result<_, sqlx::Error>>()?;
    Ok(Ledger { sold })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sold(visit: &str, terminal: &str, starts_at_ms: i64) -> Sold {
        Sold {
            visit: visit.into(),
            applicant: "somebody".into(),
            terminal: terminal.into(),
            starts_at_ms,
        }
    }

    #[test]
    fn a_terminal_that_is_sold_twice_for_one_start_is_doubled() {
        let ledger = Ledger {
            sold: vec![sold("a", "1", 0), sold("b", "1", 10), sold("c", "1", 10)],
        };
        assert_eq!(ledger.doubled(), 1);
    }

    #[test]
    fn what_is_told_and_what_is_sold_are_the_same() {
        let ledger = Ledger {
            sold: vec![sold("a", "1", 0), sold("b", "2", 0)],
        };
        assert_eq!(ledger.mistold(&["b", "a"]), 0);
        assert_eq!(ledger.mistold(&["a"]), 1);
        assert_eq!(ledger.mistold(&["a", "b", "c"]), 1);
    }
}
