//! What a supervisor and Prometheus ask.
//!
//! `/healthz`: the process answers; restarting it would not help. `/readyz`: new visits can be let in:
//! the store answers and nobody has asked the process to stop. `/metrics`: Prometheus' text format.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use booking_store::Store;
use telemetry::Metrics;

/// What the answers rest on. Clones share it.
#[derive(Clone)]
pub struct Health {
    store: Store,
    metrics: Metrics,
    stopping: Arc<AtomicBool>,
}

impl Health {
    /// Of a process that has just started.
    #[must_use]
    pub fn new(store: Store, metrics: Metrics) -> Self {
        Self {
            store,
            metrics,
            stopping: Arc::default(),
        }
    }

    /// From now on the process is not ready: load balancers send nobody here any more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// The three addresses.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .with_state(self)
    }
}

async fn ready(State(health): State<Health>) -> Response {
    if health.stopping.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match health.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready: the store does not answer");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the store does not answer\n",
            )
                .into_response()
        }
    }
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
    use tower::ServiceExt;

    use super::*;

    async fn status(health: &Health, address: &str) -> StatusCode {
        let request = Request::get(address).body(Body::empty()).unwrap();
        let answer = health.clone().routes().oneshot(request).await.unwrap();
        answer.status()
    }

    async fn health(dir: &tempfile::TempDir) -> Health {
        let store = Store::sqlite(&dir.path().join("store.sqlite"))
            .await
            .unwrap();
        Health::new(store, Metrics::new().unwrap())
    }

    #[tokio::test]
    async fn a_stopping_process_is_alive_and_not_ready() {
        let dir = tempfile::tempdir().unwrap();
        let health = health(&dir).await;
        assert_eq!(status(&health, "/readyz").await, StatusCode::OK);
        health.stop();
        assert_eq!(
            status(&health, "/readyz").await,
            StatusCode::SERVICE_UNAVAILABLE
        );
        assert_eq!(status(&health, "/healthz").await, StatusCode::OK);
    }

    #[tokio::test]
    async fn without_its_store_the_process_is_not_ready_and_still_tells_its_metrics() {
        let dir = tempfile::tempdir().unwrap();
        let health = health(&dir).await;
        health.store.close().await;
        assert_eq!(
            status(&health, "/readyz").await,
            StatusCode::SERVICE_UNAVAILABLE
        );
        assert_eq!(status(&health, "/metrics").await, StatusCode::OK);
    }
}
