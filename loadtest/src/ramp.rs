//! Ever more rooms until something gives, and what that was.

use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use tokio::time::sleep;

use crate::{
    crowd::Crowd,
    observer::{Observer, Sample},
    run::{Plan, Target},
    server::OwnServer,
    visits::Visit,
};

/// After new rooms: until it runs steadily again.
const SETTLING: Duration = Duration::from_secs(2);
/// How long each step is measured.
const MEASURED: Duration = Duration::from_secs(5);

/// A thread that works for more than this share of a core has no reserve, percent.
const THREAD_FULL_PERCENT: f64 = 92.0;
/// A machine with less idle time has no reserve, percent.
const MACHINE_FULL_PERCENT: f64 = 5.0;
/// Clients that send so late measure themselves, µs.
const CLIENT_LATE_US: f64 = 20_000.0;
/// More loss than this is heard and seen, of a thousand packets.
const LOST_PER_THOUSAND: f64 = 1.0;
/// A server that takes longer to pass on 99 of 100 packets holds up calls, µs.
const SERVER_LATE_US: f64 = 30_000.0;

/// What gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gave {
    /// The server.
    Server,
    /// The clients: with more of their threads, or another machine, more would have been possible.
    Client,
    /// The machine that both are on.
    Machine,
    /// Nothing until there were no more visits to fill.
    Nothing,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RampFigures {
    /// The most rooms that held.
    pub rooms: usize,
    /// What gave beyond.
    pub gave: Gave,
    /// In words.
    pub why: String,
    /// Every step: rooms, and what was seen.
    pub steps: Vec<Step>,
}

/// A number of rooms, and what was seen with it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Visits under way.
    pub rooms: usize,
    /// What was seen.
    #[serde(flatten)]
    pub seen: Sample,
}

/// What gave at this sample, and why; `None` when everything held.
#[must_use]
pub fn judge(seen: &Sample) -> Option<(Gave, String)> {
    let lost_per_thousand = seen.lost_per_s * 1_000.0 / seen.out_pps.max(1.0);
    if seen.busiest_client_thread_percent > THREAD_FULL_PERCENT {
        let percent = seen.busiest_client_thread_percent;
        return Some((
            Gave::Client,
            format!("a clients' thread works {percent} % of the time"),
        ));
    }
    if seen.busiest_server_thread_percent > THREAD_FULL_PERCENT {
        let percent = seen.busiest_server_thread_percent;
        return Some((
            Gave::Server,
            format!("a media thread works {percent} % of the time"),
        ));
    }
    if seen.idle_percent < MACHINE_FULL_PERCENT {
        let idle = seen.idle_percent;
        return Some((
            Gave::Machine,
            format!("the machine is idle {idle} % of the time"),
        ));
    }
    if seen.late_p99_us > CLIENT_LATE_US {
        let late = seen.late_p99_us / 1_000.0;
        return Some((Gave::Client, format!("clients send {late} ms late")));
    }
    if lost_per_thousand > LOST_PER_THOUSAND {
        return Some((
            Gave::Server,
            format!("{lost_per_thousand:.1} of 1000 packets are lost"),
        ));
    }
    if seen.latency_p99_us > SERVER_LATE_US {
        let late = seen.latency_p99_us / 1_000.0;
        return Some((
            Gave::Server,
            format!("1 of 100 packets takes {late} ms or more"),
        ));
    }
    None
}

/// How many rooms to try after so many held: a quarter more, and at least two.
#[must_use]
pub const fn next_step(rooms: usize) -> usize {
    let quarter = rooms / 4;
    rooms + if quarter > 2 { quarter } else { 2 }
}

/// Adds rooms, beginning with the plan's; a server of our own makes visits for them.
///
/// # Errors
/// A process or thread is gone.
pub async fn ramp(
    plan: &Plan,
    crowd: &mut Crowd,
    target: &Target,
    server: Option<&OwnServer>,
    progress: &mut (dyn FnMut(&str) + Send),
) -> anyhow::Result<RampFigures> {
    let mut observer = Observer::start(crowd.count().await?, target.pid)?;
    let mut visits = target.visits.iter().cloned();
    let mut figures = RampFigures {
        rooms: 0,
        gave: Gave::Nothing,
        why: "there were no more visits to fill".to_owned(),
        steps: vec![],
    };
    let mut filled = 0;
    let mut wanted = plan.rooms;
    loop {
        let new = new_visits(&mut visits, server, wanted - filled).await?;
        if new.len() < wanted - filled {
            return Ok(figures);
        }
        crowd
            .fill(
                &new,
                filled,
                plan.participants,
                plan.joins_a_second,
                &mut |_| {},
            )
            .await;
        filled = wanted;
        sleep(SETTLING).await;
        observer.sample(crowd.count().await?)?;
        sleep(MEASURED).await;
        let seen = observer.sample(crowd.count().await?)?;
        progress(&format!(
            "{filled} rooms: out {}/s, server {} %, busiest thread {} %, clients {} %, idle {} %, p99 {} µs",
            seen.out_pps,
            seen.server_cpu_percent,
            seen.busiest_server_thread_percent,
            seen.client_cpu_percent,
            seen.idle_percent,
            seen.latency_p99_us,
        ));
        figures.steps.push(Step {
            rooms: filled,
            seen,
        });
        let missing = filled * plan.participants - crowd.seated();
        let gave = if missing > 0 {
            Some((Gave::Server, format!("{missing} people did not get in")))
        } else {
            judge(&seen)
        };
        if let Some((gave, why)) = gave {
            (figures.gave, figures.why) = (gave, why);
            return Ok(figures);
        }
        figures.rooms = filled;
        wanted = next_step(filled);
    }
}

async fn new_visits(
    given: &mut (dyn Iterator<Item = Visit> + Send),
    server: Option<&OwnServer>,
    count: usize,
) -> anyhow::Result<Vec<Visit>> {
    let mut visits: Vec<_> = given.take(count).collect();
    if let Some(server) = server
        && visits.len() < count
    {
        let more = server.add_visits(count - visits.len()).await;
        visits.extend(more.context("no more visits could be made")?);
    }
    Ok(visits)
}

impl RampFigures {
    /// For people.
    #[must_use]
    pub fn table(&self) -> String {
        let gave = match self.gave {
            Gave::Server => "the server gave",
            Gave::Client => "the clients gave",
            Gave::Machine => "the machine gave",
            Gave::Nothing => "nothing gave",
        };
        format!("{} rooms held; then {gave}: {}\n", self.rooms, self.why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Sample {
        Sample {
            out_pps: 10_000.0,
            busiest_server_thread_percent: 40.0,
            busiest_client_thread_percent: 40.0,
            idle_percent: 40.0,
            latency_p99_us: 500.0,
            late_p99_us: 1_000.0,
            ..Sample::default()
        }
    }

    fn gave(change: impl FnOnce(&mut Sample)) -> Option<Gave> {
        let mut seen = sound();
        change(&mut seen);
        judge(&seen).map(|(gave, _)| gave)
    }

    #[test]
    fn what_has_reserves_holds() {
        assert_eq!(judge(&sound()), None);
        assert_eq!(gave(|seen| seen.lost_per_s = 9.0), None);
    }

    #[test]
    fn the_one_without_reserves_gave() {
        assert_eq!(
            gave(|s| s.busiest_server_thread_percent = 95.0),
            Some(Gave::Server)
        );
        assert_eq!(
            gave(|s| s.busiest_client_thread_percent = 95.0),
            Some(Gave::Client)
        );
        assert_eq!(gave(|s| s.idle_percent = 3.0), Some(Gave::Machine));
        assert_eq!(gave(|s| s.late_p99_us = 50_000.0), Some(Gave::Client));
        assert_eq!(gave(|s| s.lost_per_s = 11.0), Some(Gave::Server));
        assert_eq!(gave(|s| s.latency_p99_us = 50_000.0), Some(Gave::Server));
    }

    #[test]
    fn late_clients_are_blamed_before_the_latency_that_they_measure() {
        let both = |seen: &mut Sample| {
            seen.late_p99_us = 50_000.0;
            seen.latency_p99_us = 50_000.0;
        };
        assert_eq!(gave(both), Some(Gave::Client));
    }

    #[test]
    fn steps_grow_with_the_rooms() {
        assert_eq!([next_step(4), next_step(16), next_step(100)], [6, 20, 125]);
    }
}
