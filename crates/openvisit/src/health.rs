//! What a supervisor and Prometheus ask.
//!
//! `/healthz`: the process answers; restarting it would not help. `/readyz`: new visits can be let in:
//! the store can be written to and nobody has asked the process to stop. It is answered from what is known
//! ([`crate::pulse`]), whatever the store does. `/metrics`: Prometheus' text format.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use telemetry::Metrics;

use crate::pulse::Pulse;

/// What the answers rest on. Clones share it.
#[derive(Clone)]
pub struct Health {
    pulse: Pulse,
    metrics: Metrics,
    stopping: Arc<AtomicBool>,
}

impl Health {
    /// Of a process that has just started.
    #[must_use]
    pub fn new(pulse: Pulse, metrics: Metrics) -> Self {
        Self {
            pulse,
            metrics,
            stopping: Arc::default(),
        }
    }

    /// From now on the process is not ready: load balancers send nobody here any more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// `/healthz` and `/readyz`.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .with_state(self)
    }

    /// `/metrics`.
    pub fn metrics_route(self) -> Router {
        Router::new()
            .route("/metrics", get(metrics))
            .with_state(self)
    }
}

async fn ready(State(health): State<Health>) -> Response {
    let not_ready = |why| (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    if health.stopping.load(Ordering::Relaxed) {
        return not_ready("stopping\n");
    }
    if !health.pulse.is_well(Instant::now()) {
        return not_ready("the store cannot be written to\n");
    }
    "ready\n".into_response()
}

async fn metrics(State(health): State<Health>) -> Response {
    match health.metrics.render() {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn status(health: &Health, path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let routes = health
            .clone()
            .routes()
            .merge(health.clone().metrics_route());
        routes.oneshot(request).await.unwrap().status()
    }

    fn health() -> (Health, Pulse) {
        let pulse = Pulse::new(Instant::now());
        let health = Health::new(pulse.clone(), Metrics::new().unwrap());
        (health, pulse)
    }

    #[tokio::test]
    async fn a_stopping_process_is_healthy_but_not_ready() {
        let (health, _) = health();
        assert_eq!(status(&health, "/readyz").await, StatusCode::OK);
        health.stop();
        assert_eq!(
            status(&health, "/readyz").await,
            StatusCode::SERVICE_UNAVAILABLE
        );
        assert_eq!(status(&health, "/healthz").await, StatusCode::OK);
    }

    #[tokio::test]
    async fn without_a_store_that_writes_the_process_is_not_ready_but_tells_its_metrics() {
        let (health, pulse) = health();
        pulse.note(false, Instant::now());
        assert_eq!(
            status(&health, "/readyz").await,
            StatusCode::SERVICE_UNAVAILABLE
        );
        assert_eq!(status(&health, "/metrics").await, StatusCode::OK);
    }
}
