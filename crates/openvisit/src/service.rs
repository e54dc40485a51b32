//! The composition root: opens the parts, puts them together, serves, stops in good order.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum_server::tls_rustls::RustlsConfig;
use axum_server::{Handle, Server};
use booking_server::{
    Booking, BookingSettings, Jobs, Messaging, PasswordCost, count_self_tests, keep_audit_sealed,
};
use hyper_util::rt::TokioTimer;
use sfu_server::{Sfu, SfuConfig};
use signaling_server::{Signaling, SignalingParts, SignalingSettings};
use telemetry::Metrics;
use telemetry::clock::WallClock;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::config::Config;
use crate::health::Health;
use crate::live::SignalingVisits;
use crate::parts::{OpenStore, Parts};
use crate::pulse::Heart;
use crate::tls::Certificate;
use crate::{assets, forwarded, headers, listener, tls, usable};

/// How long the head of a request may take to come.
const REQUEST_HEAD: Duration = Duration::from_secs(15);
/// How long connections may take to close when the process stops.
const CLOSING: Duration = Duration::from_secs(5);
/// How long everything together may take then: less than a supervisor waits.
const STOPPING: Duration = Duration::from_secs(8);

/// A service that listens.
pub struct Service {
    router: Router,
    health: Health,
    signaling: Signaling,
    messaging: Messaging,
    jobs: Jobs,
    heart: Heart,
    metrics: Metrics,
    store: OpenStore,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    certificate: Option<RustlsConfig>,
    stop: StopSignals,
}

/// Serves what `config` says until the process is asked to stop.
///
/// # Errors
/// Whatever keeps the service from starting.
pub async fn serve(config: &Config) -> Result<()> {
    // Heard from the first moment on: unheard, it would end the process.
    let hangups = signal(SignalKind::hangup())?;
    tell_what_reaches_nobody(config);
    let parts = Parts::open(config).await?;
    tell_what_others_can_read(config);
    let listener = listener::listen(config.http.bind)?;
    let certificate = match (&config.http.tls_certificate, &config.http.tls_key) {
        (Some(chain), Some(key)) => Some(Certificate::load(chain, key).await?),
        _ => None,
    };
    let rustls = certificate.as_ref().map(Certificate::rustls);
    let service = Service::start(config, parts, listener, rustls).await?;
    tls::renew_on_hangup(hangups, certificate, &service.metrics)?;
    tracing::info!(address = %config.http.bind, url = config.http.public_url, "ready");
    service.run_until_stopped().await
}

/// Whoever is reached at an address of HTTPS expects messages to go out.
fn tell_what_reaches_nobody(config: &Config) {
    let Some(what) = config.messages.reaching_nobody() else {
        return;
    };
    if !config.http.public_url.starts_with("https://") {
        return;
    }
    let file = &config.messages.file;
    if file.as_os_str().is_empty() {
        tracing::warn!("{what} reach nobody: they are only marked as sent (`local` in [messages])");
    } else {
        tracing::warn!(
            file = %file.display(),
            "{what} reach nobody: they are only written to a file (`local` in [messages])"
        );
    }
}

/// Keys are their owner's alone.
fn tell_what_others_can_read(config: &Config) {
    for file in usable::key_files_open_to_others(config) {
        tracing::warn!(file = %file.display(), "others than its owner can read this key file");
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
        let Parts { store: open, keys } = parts;
        let store = open.store.clone();
        let metrics_listener = config.http.metrics_bind.map(listener::listen).transpose()?;
        let metrics = Metrics::new()?;
        // Before anything is sealed, so that the key in use is known.
        let heart = Heart::start(&store, keys.vault.current_key()).await?;
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
            clock: Arc::clone(WallClock::system()),
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
            retention: config.retention.clone(),
        };
        tokio::spawn(keep_audit_sealed(
            store.clone(),
            keys.vault.clone(),
            metrics.clone(),
        ));
        tokio::spawn(count_self_tests(store.clone(), metrics.clone()));
        let booking = Booking::new(store.clone(), links, keys.vault, live, &settings);
        let messaging =
            Messaging::start(&store, &config.messages, &config.http.public_url, &metrics)?;
        let jobs = Jobs::start(&store, booking_server::jobs(&booking), &metrics)?;
        let health = Health::new(heart.pulse.clone(), metrics.clone());
        let mut router = Router::new()
            .merge(signaling.routes())
            .merge(booking_server::router(booking))
            .merge(health.clone().routes())
            .merge(assets::routes(&config.http.web_root));
        if metrics_listener.is_none() {
            router = router.merge(health.clone().metrics_route());
        }
        Ok(Self {
            router: forwarded::believing(
                headers::secured(router, &config.http.public_url)?,
                &config.http.trusted_proxies,
            ),
            health,
            signaling,
            messaging,
            jobs,
            heart,
            metrics,
            store: open,
            listener,
            metrics_listener,
            certificate,
            stop: StopSignals::hear()?,
        })
    }

    /// Serves until SIGTERM or SIGINT; then tells everybody in a call that they may come back, and ends: what does not
    /// end in time, as it waits for a database that hangs, is left.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn run_until_stopped(self) -> Result<()> {
        let asked = Arc::new(Notify::new());
        let late = {
            let asked = asked.clone();
            async move {
                asked.notified().await;
                sleep(STOPPING).await;
            }
        };
        tokio::select! {
            ended = self.run(asked) => ended,
            () = late => {
                tracing::error!("not everything ended in time, and the rest is left");
                Ok(())
            }
        }
    }

    async fn run(self, asked: Arc<Notify>) -> Result<()> {
        let handle = Handle::<SocketAddr>::new();
        if let Some(listener) = self.metrics_listener {
            tokio::spawn(serve_metrics(listener, self.health.clone()));
        }
        let stopper = tokio::spawn({
            let (handle, health, signaling) = (handle.clone(), self.health, self.signaling);
            let stop = self.stop;
            async move {
                stop.requested().await;
                tracing::info!("stopping");
                asked.notify_one();
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
                let server = axum_server::from_tcp_rustls(self.listener, certificate)?;
                patient(server).handle(handle).serve(app).await?;
            }
            None => {
                let server = axum_server::from_tcp(self.listener)?;
                patient(server).handle(handle).serve(app).await?;
            }
        }
        let signaling = stopper.await??;
        tokio::join!(self.jobs.stop(), self.messaging.stop(), signaling.flush());
        self.heart.stop().await;
        self.store.close().await;
        Ok(())
    }
}

/// Serves the metrics at an address of their own, as long as the process runs.
async fn serve_metrics(listener: TcpListener, health: Health) -> Result<()> {
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "metrics have an address of their own");
    }
    listener.set_nonblocking(true)?;
    let app = health.metrics_route().into_make_service();
    let served = patient(axum_server::from_tcp(listener)?).serve(app).await;
    Ok(served.inspect_err(|error| tracing::error!(%error, "metrics are not served any more"))?)
}

/// Bounds how long a client may take over the head of a request, and stay without one.
fn patient<A>(mut server: Server<SocketAddr, A>) -> Server<SocketAddr, A> {
    let builder = server.http_builder();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(REQUEST_HEAD);
    server.first_request_timeout(REQUEST_HEAD)
}

/// SIGTERM and SIGINT, heard from where this is made: before, they end the process.
struct StopSignals {
    terminated: Signal,
    interrupted: Signal,
}

impl StopSignals {
    fn hear() -> Result<Self> {
        Ok(Self {
            terminated: signal(SignalKind::terminate())?,
            interrupted: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for one of them.
    async fn requested(mut self) {
        tokio::select! {
            _ = self.terminated.recv() => {}
            _ = self.interrupted.recv() => {}
        }
    }
}
