//! What an operator sees of signaling.

use prometheus::{CounterVec, Histogram, IntCounter, IntCounterVec, IntGauge};
use serde::Serialize;
use signaling_core::TimeSpent;
use telemetry::{Metrics, MetricsError};

/// Seconds; the aim is one second to the first picture, of which joining is the smaller part.
const JOIN_SECONDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Clone, Debug)]
pub(crate) struct SignalingMetrics {
    pub(crate) connections: IntGauge,
    pub(crate) terminals: IntGauge,
    pub(crate) rooms: IntGauge,
    pub(crate) phone_tests: IntGauge,
    pub(crate) joins: IntCounterVec,
    pub(crate) join_seconds: Histogram,
    pub(crate) refusals: IntCounterVec,
    pub(crate) ends: IntCounterVec,
    pub(crate) foreign_origins: IntCounter,
    pub(crate) slow_readers: IntCounter,
    pub(crate) steps_lost: IntCounter,
    visit_seconds: CounterVec,
}

impl SignalingMetrics {
    pub(crate) fn new(metrics: &Metrics) -> Result<Self, MetricsError> {
        Ok(Self {
            connections: metrics.gauge("signaling_connections", "Open websockets.")?,
            terminals: metrics.gauge("signaling_terminals", "Terminals that are connected.")?,
            rooms: metrics.gauge("signaling_rooms", "Visits that somebody has joined.")?,
            phone_tests: metrics.gauge("signaling_phone_tests", "Tests of phones that run.")?,
            joins: metrics.counters(
                "signaling_joins_total",
                "Joins, by what let the person in.",
                &["credential"],
            )?,
            join_seconds: metrics.histogram(
                "signaling_join_seconds",
                "From hello, or a terminal's offer, to joined; without the wait for the window.",
                &JOIN_SECONDS,
            )?,
            refusals: metrics.counters(
                "signaling_refusals_total",
                "Requests that were not met, by error code.",
                &["code"],
            )?,
            ends: metrics.counters(
                "signaling_ends_total",
                "Ends of a participant's call, by reason.",
                &["reason"],
            )?,
            foreign_origins: metrics.counter(
                "signaling_foreign_origins_total",
                "Websocket requests of pages that are not ours.",
            )?,
            slow_readers: metrics.counter(
                "signaling_slow_readers_total",
                "Connections cut because they did not read.",
            )?,
            steps_lost: metrics.counter(
                "signaling_steps_lost_total",
                "Steps of visits that could not be noted in the audit trail.",
            )?,
            visit_seconds: metrics.seconds(
                "signaling_visit_seconds_total",
                "What the time of visits was spent on, from the agreed minute on: together, or without one side.",
                &["spent"],
            )?,
        })
    }

    pub(crate) fn count(&self, spent: &TimeSpent) {
        let kinds = [
            ("together", spent.together),
            ("without_inmate", spent.without_inmate),
            ("without_visitors", spent.without_visitors),
        ];
        for (kind, time) in kinds {
            let seconds = self.visit_seconds.with_label_values(&[kind]);
            seconds.inc_by(time.as_secs_f64());
        }
    }
}

/// A code of the protocol as a label, spelt as on the wire.
pub(crate) fn label(code: impl Serialize) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "other".to_owned(),
    }
}
