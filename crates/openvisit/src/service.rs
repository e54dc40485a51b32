//! The composition root: opens the parts, puts them together, serves, stops in good order.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use booking_server::{
    Booking, BookingSettings, Jobs, LinkIssuer, Messaging, PasswordCost, keep_audit_sealed,
};
use booking_store::Store;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use sfu_server::{Sfu, SfuConfig};
use signaling_server::{Signaling, SignalingParts, SignalingSettings};
use telemetry::Metrics;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::health::Health;
use crate::keys::{self, KeyRings};
use crate::live::SignalingVisits;
use crate::{assets, forwarded, headers, listener, private_file, tls};

/// How long the head of a request may take to come.
const REQUEST_HEAD: Duration = Duration::from_secs(15);
/// How long connections may take to close when the process stops.
const CLOSING: Duration = Duration::from_secs(5);

/// What outlives a request: the store and the keys.
pub struct Parts {
    pub(crate) store: Store,
    pub(crate) keys: KeyRings,
}

/// A service that listens.
pub struct Service {
    router: Router,
    health: Health,
    signaling: Signaling,
    messaging: Messaging,
    jobs: Jobs,
    store: Store,
    listener: TcpListener,
    certificate: Option<RustlsConfig>,
}

/// Serves what `config` says until the process is asked to stop.
///
/// # Errors
/// Whatever keeps the service from starting.
pub async fn serve(config: &Config) -> Result<()> {
    let parts = Parts::open(config).await?;
    let listener = listener::listen(config.http.bind)?;
    let certificate = match (&config.http.tls_certificate, &config.http.tls_key) {
        (Some(certificate), Some(key)) => {
            let loaded = tls::configured(certificate, key).await?;
            tls::reload_on_hangup(loaded.clone(), certificate.clone(), key.clone())?;
            Some(loaded)
        }
        _ => None,
    };
    let service = Service::start(config, parts, listener, certificate).await?;
    tracing::info!(address = %config.http.bind, url = config.http.public_url, "ready");
    service.run_until_stopped().await
}

impl Parts {
    /// Opens the store and reads the keys; makes both at the first start.
    ///
    /// # Errors
    /// The store cannot be reached, or the key file not read.
    pub async fn open(config: &Config) -> Result<Self> {
        if let Some(path) = config.store.url.strip_prefix("sqlite:")
            && let Some(dir) = Path::new(path).parent()
        {
            private_file::folder(dir)?;
        }
        Ok(Self {
            store: Store::open(&config.store.url).await?,
            keys: keys::load_or_create(&config.keys.file, &mut rand::rng())?,
        })
    }

    /// What makes and sends links.
    #[must_use]
    pub fn issuer(&self, config: &Config) -> LinkIssuer {
        LinkIssuer::new(
            self.store.clone(),
            Arc::new(self.keys.links.clone()),
            &config.http.public_url,
        )
    }
}

impl Service {
    /// Starts the media threads and puts everything behind one router.
    ///
    /// # Errors
    /// A media port is taken, the relay's secret cannot be read, or a metric is named twice.
    pub async fn start(
        config: &Config,
        parts: Parts,
        listener: TcpListener,
        certificate: Option<RustlsConfig>,
    ) -> Result<Self> {
        let Parts { store, keys } = parts;
        let metrics = Metrics::new()?;
        let sfu = Sfu::start(SfuConfig {
            bind: config.media.bind,
            first_port: config.media.first_port,
            threads: config.media.threads,
            announced: config.media.announced.clone(),
            tcp_port: config.media.tcp_port,
            metrics: metrics.clone(),
            ..SfuConfig::default()
        })?;
        let links = Arc::new(keys.links);
        let settings = SignalingSettings {
            allowed_origins: config.http.origins(),
            relay: config.relay.for_signaling()?,
            build: assets::build(&config.http.web_root),
            ..SignalingSettings::default()
        };
        let parts = SignalingParts {
            visits: Arc::new(store.clone()),
            links: Arc::clone(&links),
            grants: Arc::new(keys.grants),
            sfu: Arc::new(sfu),
            metrics: metrics.clone(),
        };
        let signaling = Signaling::start(settings, parts)?;
        let live = Arc::new(SignalingVisits(signaling.clone()));
        let settings = BookingSettings {
            public_url: config.http.public_url.clone(),
            origins: config.http.origins(),
            demo_outbox: config.http.outbox_page,
            password_cost: PasswordCost::default(),
            documents: config.documents.settings(),
            messages: config.messages.clone(),
        };
        tokio::spawn(keep_audit_sealed(
            store.clone(),
            keys.vault.clone(),
            metrics.clone(),
        ));
        let booking = Booking::new(store.clone(), links, keys.vault, live, &settings);
        let messaging =
            Messaging::start(&store, &config.messages, &config.http.public_url, &metrics)?;
        let jobs = Jobs::start(&store, booking_server::jobs(&booking));
        let health = Health::new(store.clone(), metrics);
        let router = Router::new()
            .merge(signaling.routes())
            .merge(booking_server::router(booking))
            .merge(health.clone().routes())
            .merge(assets::routes(&config.http.web_root));
        Ok(Self {
            router: forwarded::believing(
                headers::secured(router, &config.http.public_url)?,
                &config.http.trusted_proxies,
            ),
            health,
            signaling,
            messaging,
            jobs,
            store,
            listener,
            certificate,
        })
    }

    /// Serves until SIGTERM or SIGINT; then tells everybody in a call that they may come back, and ends.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn run_until_stopped(self) -> Result<()> {
        let handle = Handle::<SocketAddr>::new();
        let stopper = tokio::spawn({
            let (handle, health, signaling) = (handle.clone(), self.health, self.signaling);
            async move {
                stop_requested().await?;
                tracing::info!("stopping");
                health.stop();
                signaling.stop().await;
                handle.graceful_shutdown(Some(CLOSING));
                anyhow::Ok(signaling)
            }
        });
        self.listener.set_nonblocking(true)?;
        let app = self
            .router
            .into_make_service_with_connect_info::<SocketAddr>();
        match self.certificate {
            Some(certificate) => {
                let mut server = axum_server::from_tcp_rustls(self.listener, certificate)?;
                patient(server.http_builder());
                server.handle(handle).serve(app).await?;
            }
            None => {
                let mut server = axum_server::from_tcp(self.listener)?;
                patient(server.http_builder());
                server.handle(handle).serve(app).await?;
            }
        }
        let signaling = stopper.await??;
        self.jobs.stop().await;
        self.messaging.stop().await;
        signaling.flush().await;
        self.store.close().await;
        Ok(())
    }
}

/// Bounds how long a client may take over the head of a request, and stay without one.
fn patient(builder: &mut Builder<TokioExecutor>) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(REQUEST_HEAD);
}

/// Waits for SIGTERM or SIGINT.
async fn stop_requested() -> Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(())
}
