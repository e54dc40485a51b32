//! What thousands who sign in are told by.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use serde::Serialize;

use super::comer::Arrival;
use crate::{
    histogram::Histogram,
    rush::{
        figures::{Times, ms, us},
        round::Round,
    },
};

/// The service sends nobody away for longer, seconds.
const LONGEST_TURN_S: u64 = 120;

/// What became of all of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignInFigures {
    /// How many wanted in.
    pub people: usize,
    /// How many got in.
    pub signed_in: usize,
    /// By how many sessions the store has fewer or more.
    pub mistold: usize,
    /// From the moment at which somebody wanted in until they were, ms; none where nobody got in.
    pub wait_ms: Option<Times>,
    /// Each answer, connecting included, ms.
    pub answer_ms: Option<Times>,
    /// How often people were told to come back, all together.
    pub sent_away: usize,
    /// How often one of them was, at most.
    pub sent_away_most: usize,
    /// In how long somebody was to come back at most, seconds.
    pub longest_turn_s: u64,
    /// From the opening to the last answer, ms.
    pub lasted_ms: u64,
    /// The service's CPU time, ms.
    pub service_cpu_ms: u64,
    /// The people's, ms.
    pub client_cpu_ms: u64,
    /// What looked like a fault, and how often.
    pub faults: BTreeMap<String, usize>,
}

impl SignInFigures {
    /// Of what happened, and of how many sessions the store says have begun.
    #[must_use]
    pub fn of(round: &Round<Arrival>, kept: usize) -> Self {
        let stories = &round.stories;
        let signed_in = stories.iter().filter(|one| one.in_after.is_some()).count();
        let turns = || stories.iter().map(|one| &one.turns);
        let mut faults = BTreeMap::new();
        for fault in stories.iter().filter_map(|one| one.fault.clone()) {
            *faults.entry(fault).or_default() += 1;
        }
        Self {
            people: stories.len(),
            signed_in,
            mistold: signed_in.abs_diff(kept),
            wait_ms: times(stories.iter().filter_map(|one| one.in_after)),
            answer_ms: times(stories.iter().flat_map(|one| one.answers.iter().copied())),
            sent_away: turns().map(Vec::len).sum(),
            sent_away_most: turns().map(Vec::len).max().unwrap_or_default(),
            longest_turn_s: turns().flatten().max().map_or(0, Duration::as_secs),
            lasted_ms: ms(round.lasted),
            service_cpu_ms: ms(round.service_cpu),
            client_cpu_ms: ms(round.client_cpu),
            faults,
        }
    }

    /// Whether everybody got in, met no fault, and was told no longer time to come back than is promised.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.signed_in == self.people
            && self.mistold == 0
            && self.faults.is_empty()
            && self.longest_turn_s <= LONGEST_TURN_S
    }

    /// One line for programs.
    ///
    /// # Errors
    /// Never, as all keys are words.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// For people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = Times::heading("What");
        let rows = [
            ("until somebody is in", self.wait_ms),
            ("an answer, connecting included", self.answer_ms),
        ];
        for (name, times) in rows {
            if let Some(times) = times {
                table.push_str(&times.row(name));
                table.push('\n');
            }
        }
        let _ = writeln!(
            table,
            "{} of {} signed in, {} mistold; told to come back {} times, one of them {} times at most, {} s at \
             the longest; last answer after {} ms; CPU {} ms the service, {} ms the people",
            self.signed_in,
            self.people,
            self.mistold,
            self.sent_away,
            self.sent_away_most,
            self.longest_turn_s,
            self.lasted_ms,
            self.service_cpu_ms,
            self.client_cpu_ms
        );
        for (fault, times) in &self.faults {
            let _ = writeln!(table, "fault: {fault}, {times} times");
        }
        table
    }
}

fn times(all: impl Iterator<Item = Duration>) -> Option<Times> {
    let mut times = Histogram::default();
    all.for_each(|took| times.record(us(took)));
    Times::of(&times)
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    fn figures(stories: Vec<Arrival>, kept: usize) -> SignInFigures {
        let round = Round {
            opened: Instant::now(),
            stories,
            lasted: Duration::from_secs(9),
            service_cpu: Duration::ZERO,
            client_cpu: Duration::ZERO,
        };
        SignInFigures::of(&round, kept)
    }

    fn in_after(turns: &[u64]) -> Arrival {
        Arrival {
            turns: turns.iter().copied().map(Duration::from_secs).collect(),
            in_after: Some(Duration::from_secs(1)),
            ..Arrival::default()
        }
    }

    #[test]
    fn all_are_in_and_nobody_was_sent_away_for_longer_than_promised() {
        let all = figures(vec![in_after(&[]), in_after(&[120, 3])], 2);
        assert!(all.is_clean(), "{}", all.table());
        assert_eq!((all.sent_away, all.sent_away_most), (2, 2));
        assert!(!figures(vec![in_after(&[121])], 1).is_clean());
    }

    #[test]
    fn who_met_a_fault_or_is_not_known_to_the_store_is_told() {
        let fault = Arrival {
            fault: Some("503 unavailable".to_owned()),
            ..Arrival::default()
        };
        let met = figures(vec![in_after(&[]), fault], 1);
        assert!(!met.is_clean());
        assert_eq!((met.signed_in, met.mistold), (1, 0));
        assert!(met.table().contains("fault: 503 unavailable, 1 times"));
        let unknown = figures(vec![in_after(&[])], 0);
        assert_eq!((unknown.is_clean(), unknown.mistold), (false, 1));
    }
}
