//! What the SFU publishes, in base units and without a label a call.
//!
//! Media threads count in plain numbers of their own and publish the differences about once a
//! second: nothing here is touched for a packet.

use std::time::Duration;

use prometheus::{Histogram, IntCounter, IntGauge, local::LocalHistogram};
use telemetry::{Metrics, MetricsError};

use crate::{
    counters::{Counters, ROOM_COUNTERS, Refused},
    engine::{Engine, Population},
    socket::Sent,
};

/// From 10 µs to 160 ms: how long media may be held up by a turn of the loop.
const TURN_BUCKETS: [f64; 8] = [
    0.000_01, 0.000_04, 0.000_16, 0.000_64, 0.002_5, 0.01, 0.04, 0.16,
];

/// The metrics of all media threads.
#[derive(Clone, Debug)]
pub(crate) struct SfuMetrics {
    rooms: IntGauge,
    participants: IntGauge,
    /// In the order of [`values`].
    counters: Vec<IntCounter>,
    /// In the order of [`Refused::ALL`].
    refused: Vec<IntCounter>,
    /// In the order of [`ROOM_COUNTERS`].
    room_counters: Vec<IntCounter>,
    restarts: IntCounter,
    turns: Histogram,
}

/// What a media thread counts outside the rooms: name, help, value.
fn values(counters: &Counters, sent: &Sent) -> [(&'static str, &'static str, u64); 11] {
    [
        (
            "sfu_datagrams_received_total",
            "Datagrams received.",
            counters.datagrams_received,
        ),
        (
            "sfu_received_bytes_total",
            "Bytes of datagrams received.",
            counters.bytes_received,
        ),
        (
            "sfu_datagrams_sent_total",
            "Datagrams sent.",
            sent.datagrams,
        ),
        (
            "sfu_sent_bytes_total",
            "Bytes of datagrams sent.",
            sent.bytes,
        ),
        (
            "sfu_datagrams_unsent_total",
            "Datagrams that the queue or the kernel had no place for.",
            sent.lost,
        ),
        ("sfu_joins_total", "Seats taken.", counters.joins),
        (
            "sfu_offers_refused_total",
            "Offers that could not be answered.",
            counters.offers_refused,
        ),
        (
            "sfu_handshakes_completed_total",
            "DTLS handshakes completed.",
            counters.handshakes_completed,
        ),
        (
            "sfu_handshakes_failed_total",
            "Connections that closed before their keys were agreed.",
            counters.handshakes_failed,
        ),
        (
            "sfu_connections_lost_total",
            "Connections that closed by themselves after their keys were agreed.",
            counters.connections_lost,
        ),
        (
            "sfu_protect_failed_total",
            "Packets that could not be encrypted.",
            counters.protect_failed,
        ),
    ]
}

impl SfuMetrics {
    pub(crate) fn new(metrics: &Metrics) -> Result<Self, MetricsError> {
        let counters = values(&Counters::default(), &Sent::default())
            .into_iter()
            .map(|(name, help, _)| metrics.counter(name, help))
            .collect::<Result<_, _>>()?;
        let refused = metrics.counters(
            "sfu_datagrams_refused_total",
            "Datagrams that disturbed nobody, by the reason why they were refused.",
            &["reason"],
        )?;
        let dropped = metrics.counters(
            "sfu_packets_dropped_total",
            "RTP packets not forwarded, by reason.",
            &["reason"],
        )?;
        let room_counters = ROOM_COUNTERS
            .iter()
            .map(|counter| {
                if counter.reason.is_empty() {
                    metrics.counter(&format!("sfu_{}_total", counter.name), counter.help)
                } else {
                    Ok(dropped.with_label_values(&[counter.reason]))
                }
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            rooms: metrics.gauge("sfu_rooms", "Visits with a room.")?,
            participants: metrics.gauge("sfu_participants", "Seats taken now.")?,
            counters,
            refused: Refused::ALL
                .iter()
                .map(|(_, name)| refused.with_label_values(&[*name]))
                .collect(),
            room_counters,
            restarts: metrics.counter(
                "sfu_media_thread_restarts_total",
                "Media threads that failed and were restarted; every one is a defect.",
            )?,
            turns: metrics.histogram(
                "sfu_media_turn_seconds",
                "How long one turn of a media thread's loop worked: a batch in, its consequences out.",
                &TURN_BUCKETS,
            )?,
        })
    }
}

/// One media thread's way to the metrics.
#[derive(Debug)]
pub(crate) struct Publisher {
    metrics: SfuMetrics,
    turns: LocalHistogram,
    /// What the current engine had counted when it was last published.
    counters: Counters,
    population: Population,
    /// What the socket did, ever, and what of it is published.
    sent: Sent,
    sent_published: Sent,
}

impl Publisher {
    pub(crate) fn new(metrics: SfuMetrics) -> Self {
        Self {
            turns: metrics.turns.local(),
            metrics,
            counters: Counters::default(),
            population: Population::default(),
            sent: Sent::default(),
            sent_published: Sent::default(),
        }
    }

    pub(crate) fn count_sent(&mut self, sent: Sent) {
        self.sent.datagrams += sent.datagrams;
        self.sent.bytes += sent.bytes;
        self.sent.lost += sent.lost;
    }

    pub(crate) fn count_turn(&self, worked: Duration) {
        self.turns.observe(worked.as_secs_f64());
    }

    pub(crate) fn publish(&mut self, engine: &Engine) {
        let (counters, population) = (engine.counters(), engine.population());
        self.publish_counters(counters);
        self.publish_population(population);
        self.turns.flush();
    }

    /// The engine is gone, and a new one counts from zero.
    pub(crate) fn restarted(&mut self, engine: &Engine) {
        self.metrics.restarts.inc();
        self.publish_counters(engine.counters());
        self.publish_population(Population::default());
        self.counters = Counters::default();
    }

    fn publish_counters(&mut self, counters: Counters) {
        let now = values(&counters, &self.sent);
        let before = values(&self.counters, &self.sent_published);
        for ((metric, now), before) in self.metrics.counters.iter().zip(now).zip(before) {
            metric.inc_by(now.2 - before.2);
        }
        for (metric, (reason, _)) in self.metrics.refused.iter().zip(Refused::ALL) {
            metric.inc_by(counters.refused(reason) - self.counters.refused(reason));
        }
        let rooms = counters.rooms.values().iter();
        for ((metric, now), before) in self
            .metrics
            .room_counters
            .iter()
            .zip(rooms)
            .zip(self.counters.rooms.values())
        {
            metric.inc_by(now - before);
        }
        self.counters = counters;
        self.sent_published = self.sent;
    }

    fn publish_population(&mut self, population: Population) {
        self.metrics
            .rooms
            .add(difference(population.rooms, self.population.rooms));
        self.metrics.participants.add(difference(
            population.participants,
            self.population.participants,
        ));
        self.population = population;
    }
}

fn difference(now: usize, before: usize) -> i64 {
    now.cast_signed() as i64 - before.cast_signed() as i64
}
