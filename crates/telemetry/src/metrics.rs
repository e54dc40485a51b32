//! The one registry behind `/metrics`.
//!
//! Names begin with `openvisit_`, units are base units (seconds, bytes) and stand last, counters end
//! in `_total`. No label tells one call, person or facility terminal from another: a label's values are
//! a short list known when the program is written.

use prometheus::core::Collector;
use prometheus::{
    CounterVec, Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts,
    Registry, TextEncoder,
};

/// Prefix of every metric of ours.
const NAMESPACE: &str = "openvisit";

/// A metric that could not be registered or rendered: a name used twice, or not a name.
#[derive(Debug, thiserror::Error)]
#[error("metrics: {0}")]
pub struct MetricsError(#[from] prometheus::Error);

/// The program's metrics. Cheap to clone; clones share the registry.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    registry: Registry,
}

impl Metrics {
    /// A registry of its own, with the process's CPU time, memory and file handles.
    ///
    /// # Errors
    /// Only where the process collector cannot be registered.
    pub fn new() -> Result<Self, MetricsError> {
        let metrics = Self::default();
        metrics.register(prometheus::process_collector::ProcessCollector::for_self())?;
        Ok(metrics)
    }

    /// The registry, for a crate that brings collectors of its own.
    #[must_use]
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// A counter `openvisit_{name}`.
    ///
    /// # Errors
    /// The name is taken or not a metric name.
    pub fn counter(&self, name: &str, help: &str) -> Result<IntCounter, MetricsError> {
        let counter = IntCounter::with_opts(Opts::new(name, help).namespace(NAMESPACE))?;
        self.register(counter.clone())?;
        Ok(counter)
    }

    /// A counter `openvisit_{name}` for each combination of label values.
    ///
    /// # Errors
    /// The name is taken, or a name is not one.
    pub fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntCounterVec, MetricsError> {
        let counters = IntCounterVec::new(Opts::new(name, help).namespace(NAMESPACE), labels)?;
        self.register(counters.clone())?;
        Ok(counters)
    }

    /// A counter `openvisit_{name}` of seconds, which come in fractions, for each combination of label values.
    ///
    /// # Errors
    /// The name is taken, or a name is not one.
    pub fn seconds(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<CounterVec, MetricsError> {
        let counters = CounterVec::new(Opts::new(name, help).namespace(NAMESPACE), labels)?;
        self.register(counters.clone())?;
        Ok(counters)
    }

    /// A gauge `openvisit_{name}`.
    ///
    /// # Errors
    /// The name is taken or not a metric name.
    pub fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, MetricsError> {
        let gauge = IntGauge::with_opts(Opts::new(name, help).namespace(NAMESPACE))?;
        self.register(gauge.clone())?;
        Ok(gauge)
    }

    /// A histogram `openvisit_{name}` with the given upper bounds of its buckets.
    ///
    /// # Errors
    /// The name is taken or not a metric name, or the bounds do not rise.
    pub fn histogram(
        &self,
        name: &str,
        help: &str,
        buckets: &[f64],
    ) -> Result<Histogram, MetricsError> {
        let options = HistogramOpts::new(name, help)
            .namespace(NAMESPACE)
            .buckets(buckets.to_vec());
        let histogram = Histogram::with_opts(options)?;
        self.register(histogram.clone())?;
        Ok(histogram)
    }

    /// All metrics in Prometheus' text format, version 0.0.4.
    ///
    /// # Errors
    /// A collector gave something that cannot be encoded.
    pub fn render(&self) -> Result<String, MetricsError> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn register(&self, collector: impl Collector + 'static) -> Result<(), MetricsError> {
        Ok(self.registry.register(Box::new(collector))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_thing_and_the_process_are_in_the_rendered_text() {
        let metrics = Metrics::new().unwrap();
        let joins = metrics
            .counters("joins_total", "Joins.", &["outcome"])
            .unwrap();
        joins.with_label_values(&["answered"]).inc_by(3);
        let text = metrics.render().unwrap();
        assert!(
            text.contains("openvisit_joins_total{outcome=\"answered\"} 3"),
            "{text}"
        );
        assert!(text.contains("process_resident_memory_bytes"), "{text}");
    }

    #[test]
    fn a_name_used_twice_is_refused() {
        let metrics = Metrics::new().unwrap();
        metrics.gauge("rooms", "Rooms.").unwrap();
        assert!(metrics.gauge("rooms", "Rooms.").is_err());
    }
}
