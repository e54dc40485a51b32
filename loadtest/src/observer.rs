//! Looks at everybody once a second: what clients counted, what the server used.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde::Serialize;

use crate::{
    figures::rounded,
    histogram::Histogram,
    lean::fleet::Counted,
    process::{Machine, Memory, Process},
};

/// One second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Sample {
    /// When it ended, s since the first look.
    pub at_s: f64,
    /// People in calls.
    pub people: usize,
    /// Packets of RTP a second that clients sent.
    pub in_pps: f64,
    /// Packets of RTP a second that clients received.
    pub out_pps: f64,
    /// The server's CPU in percent of one core.
    pub server_cpu_percent: f64,
    /// The clients' CPU in percent of one core.
    pub client_cpu_percent: f64,
    /// The server's busiest thread, percent of one core.
    pub busiest_server_thread_percent: f64,
    /// The clients' busiest thread, percent of one core.
    pub busiest_client_thread_percent: f64,
    /// The machine's idleness, percent.
    pub idle_percent: f64,
    /// The server's resident memory, KiB.
    pub rss_kib: u64,
    /// The median of the forward latency, µs.
    pub latency_p50_us: f64,
    /// Its 99th percentile, µs.
    pub latency_p99_us: f64,
    /// How late clients sent their media at worst of 100 times, µs.
    pub late_p99_us: f64,
    /// Packets a second that were missing at the end of it and not before.
    pub lost_per_s: f64,
}

/// Counters at one moment, and the latencies since the moment before.
#[derive(Clone, Debug)]
pub struct Look {
    /// The moment.
    pub at: Instant,
    /// What clients counted.
    pub counted: Counted,
    /// The server's CPU time, where its process is known.
    pub server_cpu: Option<Duration>,
    /// The server's memory.
    pub memory: Option<Memory>,
    /// The server's CPU time by threads, ns.
    pub server_threads: BTreeMap<u32, u64>,
    /// The clients' CPU time.
    pub client_cpu: Duration,
    /// The clients' CPU time by threads, ns.
    pub client_threads: BTreeMap<u32, u64>,
    /// The machine.
    pub machine: Machine,
}

/// Whoever looks.
pub struct Observer {
    start: Instant,
    server: Option<Process>,
    own: Process,
    before: Look,
}

impl Observer {
    /// Looks for the first time, when clients have counted this.
    ///
    /// # Errors
    /// A process is gone.
    pub fn start(counted: Counted, server_pid: Option<u32>) -> anyhow::Result<Self> {
        let mut server = server_pid.map(Process::new);
        let mut own = Process::own();
        let before = look(counted, server.as_mut(), &mut own)?;
        Ok(Self {
            start: before.at,
            server,
            own,
            before,
        })
    }

    /// The last look.
    #[must_use]
    pub const fn latest(&self) -> &Look {
        &self.before
    }

    /// Looks again, when clients have counted this.
    ///
    /// # Errors
    /// A process is gone.
    pub fn sample(&mut self, counted: Counted) -> anyhow::Result<Sample> {
        let now = look(counted, self.server.as_mut(), &mut self.own)?;
        let sample = now.since(&self.before, self.start);
        self.before = now;
        Ok(sample)
    }
}

fn look(counted: Counted, server: Option<&mut Process>, own: &mut Process) -> anyhow::Result<Look> {
    let at = Instant::now();
    let (server_cpu, memory, server_threads) = match server {
        Some(server) => (
            Some(server.cpu()?),
            Some(server.memory()?),
            server.threads(),
        ),
        None => (None, None, BTreeMap::new()),
    };
    Ok(Look {
        at,
        counted,
        server_cpu,
        server_threads,
        memory,
        client_cpu: own.cpu()?,
        client_threads: own.threads(),
        machine: Machine::look()?,
    })
}

impl Look {
    fn since(&self, before: &Self, start: Instant) -> Sample {
        let length = self.at.saturating_duration_since(before.at).as_secs_f64();
        let (now, then) = (&self.counted, &before.counted);
        let percent = |now: Duration, then: Duration| {
            rounded(now.saturating_sub(then).as_secs_f64() * 100.0 / length)
        };
        let server = self.server_cpu.zip(before.server_cpu);
        Sample {
            at_s: rounded(self.at.saturating_duration_since(start).as_secs_f64()),
            people: now.connected,
            in_pps: rate(now.meter.rtp_sent - then.meter.rtp_sent, length),
            out_pps: rate(now.meter.rtp_received - then.meter.rtp_received, length),
            server_cpu_percent: server.map_or(0.0, |(now, then)| percent(now, then)),
            client_cpu_percent: percent(self.client_cpu, before.client_cpu),
            idle_percent: rounded(self.machine.idle_percent_since(before.machine)),
            rss_kib: self.memory.map_or(0, |memory| memory.resident_kib),
            latency_p50_us: quantile(&now.meter.latency, 0.5) / 1_000.0,
            latency_p99_us: quantile(&now.meter.latency, 0.99) / 1_000.0,
            late_p99_us: quantile(&now.late_us, 0.99),
            lost_per_s: rate(now.came.lost.saturating_sub(then.came.lost), length),
            busiest_server_thread_percent: busiest(
                &self.server_threads,
                &before.server_threads,
                length,
            ),
            busiest_client_thread_percent: busiest(
                &self.client_threads,
                &before.client_threads,
                length,
            ),
        }
    }
}

/// The CPU time of the busiest thread between two looks, percent of one core.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn busiest(now: &BTreeMap<u32, u64>, then: &BTreeMap<u32, u64>, length: f64) -> f64 {
    let used = now
        .iter()
        .map(|(thread, used)| used.saturating_sub(then.get(thread).copied().unwrap_or(0)));
    rounded(used.max().unwrap_or(0) as f64 / 1e7 / length)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn rate(count: u64, seconds: f64) -> f64 {
    (count as f64 / seconds).round()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn quantile(histogram: &Histogram, share: f64) -> f64 {
    histogram.quantile(share).unwrap_or(0) as f64
}
