//! What an operator sees of messages.

use prometheus::{IntCounterVec, IntGauge};
use telemetry::{Metrics, MetricsError};

#[derive(Clone, Debug)]
pub(super) struct MessageMetrics {
    pub(super) sent: IntCounterVec,
    pub(super) kept: IntCounterVec,
    pub(super) retried: IntCounterVec,
    pub(super) failed: IntCounterVec,
    pub(super) waiting: IntGauge,
    pub(super) oldest_seconds: IntGauge,
}

impl MessageMetrics {
    pub(super) fn new(metrics: &Metrics) -> Result<Self, MetricsError> {
        Ok(Self {
            sent: metrics.counters(
                "messages_sent_total",
                "Messages that a gateway took.",
                &["channel"],
            )?,
            kept: metrics.counters(
                "messages_kept_total",
                "Messages that stayed here, as the way `local` has it: they reached nobody.",
                &["channel"],
            )?,
            retried: metrics.counters(
                "messages_retried_total",
                "Attempts that failed and are made again.",
                &["channel"],
            )?,
            failed: metrics.counters(
                "messages_failed_total",
                "Messages that were refused or given up.",
                &["channel"],
            )?,
            waiting: metrics.gauge("messages_waiting", "Messages that wait to be sent.")?,
            oldest_seconds: metrics.gauge(
                "messages_oldest_waiting_seconds",
                "How long the oldest of them has waited.",
            )?,
        })
    }
}
