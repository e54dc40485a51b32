//! Looks at everybody once a second: what clients counted, what the server used.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::{
    crowd::Crowd,
    figures::rounded,
    histogram::Histogram,
    lean::fleet::Counted,
    process::{Machine, Process},
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
    /// Packets that were missing at the end of it and not before.
    pub lost: u64,
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
    /// The server's memory, KiB.
    pub rss_kib: Option<u64>,
    /// The clients' CPU time.
    pub client_cpu: Duration,
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
    /// Looks for the first time.
    ///
    /// # Errors
    /// A process or thread is gone.
    pub async fn start(crowd: &Crowd, server_pid: Option<u32>) -> anyhow::Result<Self> {
        let mut server = server_pid.map(Process::new);
        let mut own = Process::own();
        let before = look(crowd, server.as_mut(), &mut own).await?;
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

    /// Looks again.
    ///
    /// # Errors
    /// A process or thread is gone.
    pub async fn sample(&mut self, crowd: &Crowd) -> anyhow::Result<Sample> {
        let now = look(crowd, self.server.as_mut(), &mut self.own).await?;
        let sample = now.since(&self.before, self.start);
        self.before = now;
        Ok(sample)
    }
}

async fn look(
    crowd: &Crowd,
    server: Option<&mut Process>,
    own: &mut Process,
) -> anyhow::Result<Look> {
    let counted = crowd.count().await?;
    let at = Instant::now();
    let (server_cpu, rss_kib) = match server {
        Some(server) => (Some(server.cpu()?), Some(server.rss_kib()?)),
        None => (None, None),
    };
    Ok(Look {
        at,
        counted,
        server_cpu,
        rss_kib,
        client_cpu: own.cpu()?,
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
            rss_kib: self.rss_kib.unwrap_or(0),
            latency_p50_us: quantile(&now.meter.latency, 0.5) / 1_000.0,
            latency_p99_us: quantile(&now.meter.latency, 0.99) / 1_000.0,
            late_p99_us: quantile(&now.late_us, 0.99),
            lost: now.came.lost.saturating_sub(then.came.lost),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn rate(count: u64, seconds: f64) -> f64 {
    (count as f64 / seconds).round()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn quantile(histogram: &Histogram, share: f64) -> f64 {
    histogram.quantile(share).unwrap_or(0) as f64
}
