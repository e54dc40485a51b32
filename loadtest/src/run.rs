//! One load: people join, it runs steadily, everything is counted, everybody leaves.

use std::{sync::Arc, time::Duration};

use anyhow::bail;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::{
    burst::{IN_A_VISIT, burst},
    crowd::{Arrivals, Crowd, Host, Place},
    door::{BaseUrl, Trust},
    figures::{Figures, Percentiles, WholeRun, rounded},
    flood::flood,
    histogram::Histogram,
    lean::fleet::Counted,
    metrics::ServerMetrics,
    observer::{Look, Observer, Sample},
    performer::{MediaKind, Performer},
    process::{Memory, udp_dropped},
    relay::impairment::Impairment,
    routes::Routes,
    visits::Visit,
};

/// After nobody sends any more: everything sent arrives, and the server publishes its counts, which it
/// does once a second.
const DRAINING: Duration = Duration::from_millis(500);
const DRAINED_AT_LEAST: usize = 3;
const DRAINED_AT_MOST: usize = 20;

pub(crate) const RECEIVED: &str = "sfu_rtp_packets_received_total";
pub(crate) const SENT: &str = "sfu_rtp_packets_sent_total";

/// What to run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Visits.
    pub rooms: usize,
    /// People in each, 1 to 4.
    pub participants: usize,
    /// From the last join to the steady window, s: caches fill, estimators settle. At least 1.
    pub warm_up_seconds: u64,
    /// The steady window, s.
    pub seconds: u64,
    /// What people send.
    pub media: MediaKind,
    /// Threads that all clients run on.
    pub client_threads: usize,
    /// People who join within a second.
    pub joins_a_second: f64,
    /// What the network between clients and server does.
    pub impairment: Option<Impairment>,
    /// People who come all at once after the steady window, into visits of their own.
    pub burst: usize,
    /// Datagrams a second that strangers send to the media ports after the steady window.
    pub flood: u64,
}

impl Plan {
    /// The visits that it takes.
    #[must_use]
    pub const fn visits(&self) -> usize {
        self.rooms + self.burst.div_ceil(IN_A_VISIT)
    }
}

/// Where to run it.
pub struct Target {
    /// The service.
    pub base: BaseUrl,
    /// Whom to believe that they are the service.
    pub trust: Trust,
    /// Its process, if it is on this machine.
    pub pid: Option<u32>,
    /// As many visits as there are rooms, nobody in them.
    pub visits: Vec<Visit>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The figures.
    pub figures: Figures,
    /// Every second.
    pub samples: Vec<Sample>,
    /// Which of them are in the steady window.
    pub steady_from_s: f64,
    /// How people came in.
    pub arrivals: Arrivals,
}

impl Target {
    /// Where its clients go, through a network that is as bad as this.
    ///
    /// # Errors
    /// The service's host is not known.
    pub async fn place(&self, impairment: Option<Impairment>) -> anyhow::Result<Place> {
        Ok(Place {
            base: self.base.clone(),
            trust: self.trust.clone(),
            local: self.base.local_address().await?,
            routes: Arc::new(Routes::through(impairment)),
        })
    }
}

/// Runs it; `progress` hears a line at a time.
///
/// # Errors
/// The service cannot be reached, there are too few visits, or nobody gets in.
pub async fn run(
    plan: &Plan,
    target: &Target,
    progress: &mut (dyn FnMut(&str) + Send),
) -> anyhow::Result<Outcome> {
    if target.visits.len() < plan.visits() {
        bail!(
            "{} visits are not enough: it takes {}",
            target.visits.len(),
            plan.visits()
        );
    }
    let place = target.place(plan.impairment).await?;
    let performer = Performer::new(plan.media)?;
    let crowd = Crowd::new(place, performer, plan.client_threads)?;
    let host = crowd.host(&target.visits[..plan.rooms]);
    measure(plan, crowd, &host, target.pid, Some(target), progress).await
}

/// Runs a load in a host's rooms. `pid` is the server's process, if it is on this machine; `ours` the
/// service, if it is one of ours: it tells what it counted, and a burst goes into its visits.
///
/// # Errors
/// Nobody gets in, a thread is gone, or a burst or a flood is to come upon a service that is not ours.
pub async fn measure(
    plan: &Plan,
    mut crowd: Crowd,
    host: &dyn Host,
    pid: Option<u32>,
    ours: Option<&Target>,
    progress: &mut (dyn FnMut(&str) + Send),
) -> anyhow::Result<Outcome> {
    if ours.is_none() && (plan.burst > 0 || plan.flood > 0) {
        bail!("a burst and a flood are for a service of ours only");
    }
    let metrics_before = metrics(ours).await;
    let dropped_before = udp_dropped()?;
    let mut observer = Observer::start(crowd.count().await?, pid)?;
    let nobody = match plan.media {
        MediaKind::None => nobody_there(&mut observer, &crowd, plan).await?,
        _ => None,
    };
    let idle = observer.latest().clone();

    let all = plan.rooms * plan.participants * host.guests_a_participant();
    crowd
        .fill_rooms(
            host,
            0..plan.rooms,
            plan.participants,
            plan.joins_a_second,
            &mut |count| {
                if count.is_multiple_of(all.div_ceil(10).max(1)) || count == all {
                    progress(&format!("joined {count}/{all}"));
                }
            },
        )
        .await;
    if crowd.seated() == 0 {
        bail!("nobody got in");
    }
    let mut samples = vec![observer.sample(crowd.count().await?)?];
    let joined = observer.latest().clone();
    let mut window = Window::default();
    let mut steady = None;
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    for second in 1..=plan.warm_up_seconds + plan.seconds {
        ticks.tick().await;
        let sample = observer.sample(crowd.count().await?)?;
        progress(&line(&sample));
        samples.push(sample);
        if second == plan.warm_up_seconds {
            steady = Some(observer.latest().clone());
            crowd.place().routes.black_out()?;
        } else if steady.is_some() {
            window.add(observer.latest());
        }
    }
    let end = observer.latest().clone();
    let steady = steady.unwrap_or_else(|| joined.clone());
    let arrivals = crowd.arrivals().await?;
    let newcomers = match (plan.burst, ours) {
        (0, _) | (_, None) => None,
        (people, Some(target)) => {
            progress(&format!("{people} people come at once"));
            let visits = &target.visits[plan.rooms..];
            Some(burst(&crowd, &mut observer, crowd.place(), visits, people).await?)
        }
    };
    let flooded = match (plan.flood, ours) {
        (0, _) | (_, None) => None,
        (a_second, Some(target)) => {
            progress(&format!("strangers send {a_second} datagrams a second"));
            Some(flood(&crowd, &mut observer, &target.base, a_second).await?)
        }
    };

    crowd.silence()?;
    let (drained, metrics_after) = drain(&crowd, ours, metrics_before.as_ref()).await?;
    let dropped = udp_dropped()?.saturating_sub(dropped_before);
    crowd.go_home().await;

    let steady_from_s = rounded((steady.at - idle.at).as_secs_f64());
    let mut figures = figures(plan, &[&idle, &joined, &steady, &end], &window, &arrivals);
    let server = metrics_before.zip(metrics_after);
    let difference = |name| {
        let (before, after) = server.as_ref()?;
        Some(after.since(before, name))
    };
    figures.impairment = plan.impairment.map(|network| network.to_string());
    figures.server_cpu_percent_of_core_with_nobody = nobody;
    figures.burst = newcomers;
    figures.flood = flooded;
    figures.whole_run = WholeRun {
        clients_sent: drained.meter.rtp_sent,
        server_received: difference(RECEIVED),
        server_sent: difference(SENT),
        clients_received: drained.meter.rtp_received,
        clients_padding_received: drained.meter.padding_received,
        dropped_by_the_system: dropped,
        clients_unsent: drained.unsent,
        clients_refused: drained.meter.refused,
        clients_failed: arrivals.failed + drained.failed,
    };
    Ok(Outcome {
        figures,
        samples,
        steady_from_s,
        arrivals,
    })
}

/// The server's CPU while nobody is there, percent of one core.
async fn nobody_there(
    observer: &mut Observer,
    crowd: &Crowd,
    plan: &Plan,
) -> anyhow::Result<Option<f64>> {
    sleep(Duration::from_secs(plan.warm_up_seconds)).await;
    observer.sample(crowd.count().await?)?;
    sleep(Duration::from_secs(plan.seconds)).await;
    let sample = observer.sample(crowd.count().await?)?;
    let known = observer.latest().server_cpu.is_some();
    Ok(known.then_some(sample.server_cpu_percent))
}

/// What a service of ours says that it counted.
async fn metrics(ours: Option<&Target>) -> Option<ServerMetrics> {
    ServerMetrics::fetch(&ours?.base).await.ok()
}

/// Waits until both ends' counts stand still: as a rule they are equal then.
async fn drain(
    crowd: &Crowd,
    ours: Option<&Target>,
    before: Option<&ServerMetrics>,
) -> anyhow::Result<(Counted, Option<ServerMetrics>)> {
    let mut round = 0;
    loop {
        round += 1;
        sleep(DRAINING).await;
        let after = metrics(ours).await;
        let counted = crowd.count().await?;
        let equal = before.zip(after.as_ref()).is_some_and(|(before, after)| {
            after.since(before, RECEIVED) == counted.meter.rtp_sent
                && after.since(before, SENT) == counted.meter.rtp_received
        });
        if round >= DRAINED_AT_LEAST && (equal || round == DRAINED_AT_MOST || after.is_none()) {
            return Ok((counted, after));
        }
    }
}

/// What is drained at every look, put together again.
#[derive(Default)]
pub(crate) struct Window {
    latency: Histogram,
    latency_to_socket: Histogram,
    late_us: Histogram,
}

impl Window {
    pub(crate) fn add(&mut self, look: &Look) {
        self.latency.merge(&look.counted.meter.latency);
        self.latency_to_socket
            .merge(&look.counted.meter.latency_to_socket);
        self.late_us.merge(&look.counted.late_us);
    }
}

/// The figures of a load by four looks: before anybody came, when all had joined, and the steady
/// window's ends.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(crate) fn figures(
    plan: &Plan,
    [idle, joined, steady, end]: &[&Look; 4],
    window: &Window,
    arrivals: &Arrivals,
) -> Figures {
    let seconds = (end.at - steady.at).as_secs_f64();
    let cpu = |from: &Look, to: &Look| {
        let (from, to) = (from.server_cpu?, to.server_cpu?);
        Some(to.saturating_sub(from).as_secs_f64())
    };
    let sent = |from: &Look, to: &Look| to.counted.meter.rtp_sent - from.counted.meter.rtp_sent;
    let received =
        |from: &Look, to: &Look| to.counted.meter.rtp_received - from.counted.meter.rtp_received;
    let packets_out = received(steady, end);
    let came = end.counted.came.since(steady.counted.came);
    let server_cpu_s = cpu(steady, end);
    let a_packet_s = server_cpu_s
        .filter(|_| packets_out > 0)
        .map(|used| used / packets_out as f64);
    let joins = arrivals.join_us.count();
    let join_s = cpu(idle, joined)
        .zip(a_packet_s)
        .filter(|_| joins > 0)
        .map(|(used, each)| (used - each * received(idle, joined) as f64) / joins as f64);
    let a_room = |of: fn(&Memory) -> u64| {
        let (before, after) = (idle.memory?, end.memory?);
        let more = of(&after).saturating_sub(of(&before));
        Some(rounded(more as f64 / plan.rooms as f64))
    };
    let wanted = end.counted.meter.key_frames_wanted - steady.counted.meter.key_frames_wanted;
    Figures {
        rooms: plan.rooms,
        participants: plan.participants,
        client: "lean".to_owned(),
        media: plan.media.name().to_owned(),
        seconds: rounded(seconds),
        packets_in: sent(steady, end),
        packets_out,
        lost: came.lost,
        cpu_us_per_packet_out: a_packet_s.map(|each| rounded(each * 1e6)),
        server_cpu_s: server_cpu_s.map(rounded),
        server_cpu_percent_of_core: server_cpu_s.map(|used| rounded(used * 100.0 / seconds)),
        cpu_ms_per_join: join_s.map(|each| rounded(each * 1e3)),
        rss_kib_per_room: a_room(|memory| memory.resident_kib),
        anonymous_kib_per_room: a_room(|memory| memory.anonymous_kib),
        forward_latency_us: Percentiles::of_latency(&window.latency, 1_000.0),
        latency_to_socket_us: Percentiles::of_latency(&window.latency_to_socket, 1_000.0),
        join_ms: Percentiles::of_waiting(&arrivals.join_us, 1_000.0),
        first_frame_ms: Percentiles::of_waiting(&arrivals.first_frame_us, 1_000.0),
        freezes: came.freezes,
        concealed_audio_ratio: (came.sounds_due > 0)
            .then(|| ratio(came.sounds_concealed as f64 / came.sounds_due as f64)),
        withheld: came.withheld,
        key_frame_requests_per_publisher_s: rounded(
            wanted as f64 / seconds / end.counted.connected.max(1) as f64,
        ),
        key_frame_requests_of_a_publisher_joining_s: steady
            .counted
            .meter
            .key_frames_wanted_a_second,
        client_cpu_s: rounded((end.client_cpu - steady.client_cpu).as_secs_f64()),
        client_late_us: Percentiles::of_latency(&window.late_us, 1.0),
        machine_idle_percent: rounded(end.machine.idle_percent_since(steady.machine)),
        ..Figures::default()
    }
}

/// Six digits behind the point.
fn ratio(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

pub(crate) fn line(sample: &Sample) -> String {
    format!(
        "{:>5.1} s  {} people  in {:.0}/s  out {:.0}/s  server {:.1} %  clients {:.1} %  \
         idle {:.0} %  p50 {:.0} µs  p99 {:.0} µs  lost {}",
        sample.at_s,
        sample.people,
        sample.in_pps,
        sample.out_pps,
        sample.server_cpu_percent,
        sample.client_cpu_percent,
        sample.idle_percent,
        sample.latency_p50_us,
        sample.latency_p99_us,
        sample.lost_per_s,
    )
}
