//! What a rush is told by.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use serde::Serialize;

use super::{
    RushPlan,
    ledger::Ledger,
    person::{Kind, Story},
    round::Round,
};
use crate::histogram::Histogram;

/// All rounds together.
#[derive(Clone, Debug, Default)]
pub struct RushFigures {
    times: BTreeMap<Kind, Histogram>,
    /// What looked like a fault, and how often.
    pub faults: BTreeMap<String, usize>,
    /// Round by round.
    pub rounds: Vec<RoundFigures>,
}

/// One round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RoundFigures {
    /// From the opening to the last seat's answer, ms; none where seats are left.
    pub sold_out_ms: Option<u64>,
    /// From the opening to the last answer, ms.
    pub lasted_ms: u64,
    /// Seats that are sold.
    pub sold: usize,
    /// Seats sold to two.
    pub doubled: usize,
    /// Seats that nobody has although somebody went without.
    pub lost: usize,
    /// People who were told of a visit that is not there, or the other way round.
    pub mistold: usize,
    /// The service's CPU time, ms.
    pub service_cpu_ms: u64,
    /// The people's, ms.
    pub client_cpu_ms: u64,
}

/// The times of one kind of request, ms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Times {
    /// How many.
    pub count: u64,
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl Times {
    /// What was counted, in microseconds; none where nothing was.
    pub(super) fn of(times: &Histogram) -> Option<Self> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "minutes at most, in microseconds"
        )]
        let quantile = |share| times.quantile(share).map(|us| us as f64 / 1000.0);
        Some(Self {
            count: times.count(),
            p50: quantile(0.5)?,
            p95: quantile(0.95)?,
            p99: quantile(0.99)?,
            max: quantile(1.0)?,
        })
    }

    /// What a table of them begins with.
    pub(super) fn heading(of: &str) -> String {
        format!(
            "| {of} | Count | p50 ms | p95 ms | p99 ms | longest ms |\n|---|---|---|---|---|---|\n"
        )
    }

    /// Its line in a table.
    pub(super) fn row(&self, name: &str) -> String {
        format!(
            "| {name} | {} | {:.0} | {:.0} | {:.0} | {:.0} |",
            self.count, self.p50, self.p95, self.p99, self.max
        )
    }
}

impl RushFigures {
    /// Adds a round, held against the store's own account of it.
    pub fn add(&mut self, round: &Round<Story>, ledger: &Ledger, plan: &RushPlan) {
        for (kind, took) in round.stories.iter().flat_map(|story| &story.requests) {
            self.times.entry(*kind).or_default().record(us(*took));
        }
        for fault in round.stories.iter().filter_map(|story| story.fault.clone()) {
            *self.faults.entry(fault).or_default() += 1;
        }
        let told: Vec<_> = round
            .stories
            .iter()
            .filter_map(|story| story.visit.as_ref())
            .collect();
        let visits: Vec<&str> = told.iter().map(|(visit, _)| &**visit).collect();
        let last = told.iter().map(|(_, at)| *at).max();
        let sold = ledger.sold.len();
        self.rounds.push(RoundFigures {
            sold_out_ms: last
                .filter(|_| sold == plan.seats)
                .map(|at| ms(at.saturating_duration_since(round.opened))),
            lasted_ms: ms(round.lasted),
            sold,
            doubled: ledger.doubled(),
            lost: plan.seats.min(plan.people).saturating_sub(sold),
            mistold: ledger.mistold(&visits),
            service_cpu_ms: ms(round.service_cpu),
            client_cpu_ms: ms(round.client_cpu),
        });
    }

    /// Whether every seat was sold once and nobody met a fault.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let clean = |round: &RoundFigures| round.doubled + round.lost + round.mistold == 0;
        self.faults.is_empty() && self.rounds.iter().all(clean)
    }

    /// The times of a kind of request.
    #[must_use]
    pub fn times(&self, kind: Kind) -> Option<Times> {
        Times::of(self.times.get(&kind)?)
    }

    /// One line for programs.
    ///
    /// # Errors
    /// Never, as all keys are words.
    pub fn json(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Line<'a> {
            requests: BTreeMap<&'static str, Times>,
            rounds: &'a [RoundFigures],
            faults: &'a BTreeMap<String, usize>,
        }
        let requests = KINDS.into_iter();
        let requests = requests.filter_map(|(kind, _, word)| Some((word, self.times(kind)?)));
        serde_json::to_string(&Line {
            requests: requests.collect(),
            rounds: &self.rounds,
            faults: &self.faults,
        })
    }

    /// For people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = Times::heading("Request");
        let mut line = |text: String| {
            table.push_str(&text);
            table.push('\n');
        };
        for (kind, name, _) in KINDS {
            if let Some(times) = self.times(kind) {
                line(times.row(name));
            }
        }
        for (number, round) in (1..).zip(&self.rounds) {
            let sold_out = round.sold_out_ms.map_or("not sold out".to_owned(), |ms| {
                format!("sold out after {ms} ms")
            });
            let mut text = format!(
                "round {number}: {} sold, {} doubled, {} lost, {} mistold; {sold_out}, last answer \
                 after {} ms",
                round.sold, round.doubled, round.lost, round.mistold, round.lasted_ms
            );
            let (service, client) = (round.service_cpu_ms, round.client_cpu_ms);
            let _ = write!(
                text,
                "; CPU {service} ms the service, {client} ms the people"
            );
            line(text);
        }
        for (fault, times) in &self.faults {
            line(format!("fault: {fault}, {times} times"));
        }
        table
    }
}

const KINDS: [(Kind, &str, &str); 4] = [
    (
        Kind::FirstSlots,
        "the slots, connecting included",
        "first_slots",
    ),
    (Kind::SlotsAgain, "the slots again", "slots_again"),
    (Kind::Booked, "a booking that got its seat", "booked"),
    (
        Kind::Refused,
        "a booking of a slot that was full by then",
        "refused",
    ),
];

/// Whole microseconds.
pub(super) fn us(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Whole milliseconds.
pub(super) fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
