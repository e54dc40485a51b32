//! Joins and leaves without end: what one costs, and what is left behind in memory.
//!
//! Everybody joins, stays a moment and hangs up, again and again: the first time with the link, then with
//! the grant, as a page does. A first part lets caches and pools grow to their size; what memory there is
//! when all have left is held against what there is when all have left again after the rest.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use serde::Serialize;
use tokio::{task::JoinSet, time::sleep};

use crate::{
    crowd::{Crowd, Place, entry},
    entrance::{Entrance, VisitEntrance},
    figures::{Percentiles, rounded},
    histogram::Histogram,
    performer::Performer,
    process::Process,
    run::Target,
};

/// The first part, of all joins.
const FIRST_PART: usize = 10;
/// After all have left: rooms end, and memory is given back.
const SETTLING: Duration = Duration::from_secs(3);

/// What to do.
#[derive(Clone, Debug)]
pub struct ChurnPlan {
    /// How many joins, and as many leaves.
    pub joins: usize,
    /// Visits that people come and go in.
    pub rooms: usize,
    /// People in each, 1 to 4.
    pub participants: usize,
    /// How long everybody stays.
    pub hold: Duration,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ChurnFigures {
    /// Joins that led into a call, each followed by a leave.
    pub joins: usize,
    /// Joins that did not.
    pub failed: usize,
    /// Joins a second.
    pub joins_per_s: f64,
    /// From opening the websocket until media may flow, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_ms: Option<Percentiles>,
    /// Server CPU, user and system, for one join and one leave, ms.
    pub cpu_ms_per_join: f64,
    /// The server's memory before anybody came, KiB.
    pub rss_kib_before: u64,
    /// The same when all have left after the first tenth, KiB.
    pub rss_kib_after_first_tenth: u64,
    /// The same when all have left at the end, KiB.
    pub rss_kib_at_the_end: u64,
    /// How much more that is than after the first tenth, percent.
    pub growth_percent: f64,
}

impl ChurnFigures {
    /// For people.
    #[must_use]
    pub fn table(&self) -> String {
        format!(
            "joins and leaves                  {} ({} failed), {} a second\n\
             server CPU a join                 {} ms\n\
             server memory                     {} KiB before, {} KiB after a tenth, {} KiB at the end: {} %\n",
            self.joins,
            self.failed,
            self.joins_per_s,
            self.cpu_ms_per_join,
            self.rss_kib_before,
            self.rss_kib_after_first_tenth,
            self.rss_kib_at_the_end,
            self.growth_percent,
        )
    }
}

/// What one part came to.
#[derive(Default)]
struct Part {
    joined: usize,
    failed: usize,
    join_us: Histogram,
}

/// Does it; `progress` hears a line at a time.
///
/// # Errors
/// The server's process is not known or gone, or there are too few visits.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub async fn churn(
    plan: &ChurnPlan,
    target: &Target,
    place: Place,
    performer: Performer,
    progress: &mut (dyn FnMut(&str) + Send),
) -> anyhow::Result<ChurnFigures> {
    let pid = target
        .pid
        .context("joins are measured by the server's process")?;
    let visits = target
        .visits
        .get(..plan.rooms)
        .context("there are too few visits")?;
    let mut server = Process::new(pid);
    let crowd = Arc::new(Crowd::new(place.clone(), performer, 1)?);
    let people: Vec<_> = visits
        .iter()
        .enumerate()
        .flat_map(|(room, visit)| {
            (0..plan.participants).map(move |seat| (room, seat, entry(visit, seat)))
        })
        .map(|(room, seat, entry)| {
            let entrance = VisitEntrance::new(place.base.clone(), place.trust.clone(), entry);
            (room, seat, entrance)
        })
        .collect();

    let before = server.memory()?.resident_kib;
    let first = plan.joins.div_ceil(FIRST_PART);
    let (warm, people) = part(&crowd, people, first, plan.hold).await?;
    sleep(SETTLING).await;
    let after_first = server.memory()?.resident_kib;
    progress(&format!(
        "{} joins and leaves, {after_first} KiB",
        warm.joined
    ));
    let cpu_before = server.cpu()?;
    let began = Instant::now();
    let (rest, _) = part(&crowd, people, plan.joins - first, plan.hold).await?;
    let took = began.elapsed().as_secs_f64();
    sleep(SETTLING).await;
    let cpu = server.cpu()?.saturating_sub(cpu_before).as_secs_f64();
    let end = server.memory()?.resident_kib;
    Ok(ChurnFigures {
        joins: warm.joined + rest.joined,
        failed: warm.failed + rest.failed,
        joins_per_s: rounded(rest.joined as f64 / took),
        join_ms: Percentiles::of_waiting(&rest.join_us, 1_000.0),
        cpu_ms_per_join: rounded(cpu * 1_000.0 / rest.joined.max(1) as f64),
        rss_kib_before: before,
        rss_kib_after_first_tenth: after_first,
        rss_kib_at_the_end: end,
        growth_percent: rounded((end as f64 / after_first as f64 - 1.0) * 100.0),
    })
}

type Person = (usize, usize, VisitEntrance);

/// Lets people come and go until there have been so many joins; returns them, all outside.
async fn part(
    crowd: &Arc<Crowd>,
    people: Vec<Person>,
    joins: usize,
    hold: Duration,
) -> anyhow::Result<(Part, Vec<Person>)> {
    let left = Arc::new(AtomicUsize::new(joins));
    let mut tasks = JoinSet::new();
    for (room, seat, mut entrance) in people {
        let (crowd, left) = (Arc::clone(crowd), Arc::clone(&left));
        tasks.spawn(async move {
            let mut part = Part::default();
            let take = |left: usize| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
            {
                match crowd.visit(room, seat, &mut entrance, hold).await {
                    Ok(waited) => {
                        part.joined += 1;
                        let us = u64::try_from(waited.as_micros()).unwrap_or(u64::MAX);
                        part.join_us.record(us);
                    }
                    Err(error) => {
                        part.failed += 1;
                        tracing::warn!(room, seat, "a join failed: {error:#}");
                        // Whatever is still open is given up.
                        let _ = entrance.leave().await;
                    }
                }
            }
            (part, (room, seat, entrance))
        });
    }
    let mut all = Part::default();
    let mut people = vec![];
    while let Some(done) = tasks.join_next().await {
        let (part, person) = done?;
        all.joined += part.joined;
        all.failed += part.failed;
        all.join_us.merge(&part.join_us);
        people.push(person);
    }
    Ok((all, people))
}
