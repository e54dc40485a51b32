//! Many people at once: whether those who are in calls already notice.

use std::time::Duration;

use anyhow::bail;
use serde::Serialize;
use tokio::time::sleep;

use crate::{
    crowd::{Crowd, Place},
    figures::{Percentiles, rounded},
    observer::Observer,
    performer::{MediaKind, Performer},
    visits::Visit,
};

/// How long running calls are watched, from the first of the newcomers on.
const WATCHED: Duration = Duration::from_secs(4);

/// People in each of the newcomers' visits.
pub const IN_A_VISIT: usize = 4;

/// What came of it. The newcomers send nothing: what running calls notice is their joining.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BurstFigures {
    /// Newcomers, all within a second.
    pub people: usize,
    /// Those who did not get in.
    pub failed: usize,
    /// From opening the websocket until media may flow, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_ms: Option<Percentiles>,
    /// How long running calls were watched, s.
    pub seconds: f64,
    /// Packets that running calls lost meanwhile.
    pub lost: u64,
    /// Freezes in running calls meanwhile.
    pub freezes: u64,
    /// The forward latency in running calls meanwhile, µs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_latency_us: Option<Percentiles>,
    /// Server CPU meanwhile, s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_cpu_s: Option<f64>,
}

/// Sends `people` into `visits` within a second, and watches `crowd`.
///
/// # Errors
/// There are too few visits, or a thread or process is gone.
pub async fn burst(
    crowd: &Crowd,
    observer: &mut Observer,
    place: &Place,
    visits: &[Visit],
    people: usize,
) -> anyhow::Result<BurstFigures> {
    let rooms = people.div_ceil(IN_A_VISIT);
    if visits.len() < rooms {
        bail!(
            "{} visits are not enough for {people} newcomers",
            visits.len()
        );
    }
    let mut newcomers = Crowd::new(place.clone(), Performer::new(MediaKind::None)?, 1)?;
    observer.sample(crowd.count().await?)?;
    let before = observer.latest().clone();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let a_second = people as f64;
    let told = &mut |_| {};
    let coming = newcomers.fill(&visits[..rooms], 0, IN_A_VISIT, a_second, told);
    // Whoever takes longer than calls are watched is waited for all the same.
    tokio::join!(coming, sleep(WATCHED));
    observer.sample(crowd.count().await?)?;
    let after = observer.latest();
    let arrivals = newcomers.arrivals().await?;
    let came = after.counted.came.since(before.counted.came);
    let used = after.server_cpu.zip(before.server_cpu);
    let figures = BurstFigures {
        people: rooms * IN_A_VISIT,
        failed: arrivals.failed,
        join_ms: Percentiles::of_waiting(&arrivals.join_us, 1_000.0),
        seconds: rounded((after.at - before.at).as_secs_f64()),
        lost: came.lost,
        freezes: came.freezes,
        forward_latency_us: Percentiles::of_latency(&after.counted.meter.latency, 1_000.0),
        server_cpu_s: used.map(|(after, before)| rounded((after - before).as_secs_f64())),
    };
    newcomers.go_home().await;
    Ok(figures)
}
