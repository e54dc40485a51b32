//! Signaling as a whole: started, served, told what happens elsewhere, stopped.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use axum::{Router, routing::get};
use booking_domain::{TerminalPresence, Visits};
use grant::{GrantKeyRing, LinkKeyRing};
use ids::{PersonId, Seat, TerminalId, VisitId};
use protocol::EndReason;
use sfu_server::{Sfu, SfuEvent};
use telemetry::{Metrics, MetricsError, clock::WallClock};
use tokio::{
    sync::{Semaphore, mpsc, oneshot, watch},
    time::timeout,
};

use crate::{
    door,
    metrics::SignalingMetrics,
    phone_tests::{self, PhoneTests},
    recorder::Recorder,
    registry::Registry,
    relay::Relay,
    room::Command,
    schedule::Schedules,
    shared::Shared,
    standing,
    terminals::Terminals,
};

/// How long everybody may take to hear that the server stops.
const STOPPING: Duration = Duration::from_secs(3);
const TAIPEI_OFFSET_MS: u64 = 8 * 60 * 60 * 1000;

/// What a facility or an operator sets.
#[derive(Clone, Debug)]
pub struct SignalingSettings {
    /// The origins (RFC 6454) whose pages may open the websocket, such as `https://visit.example`.
    pub allowed_origins: Vec<String>,
    /// The relay that those who have a seat are told of.
    pub relay: Option<Relay>,
    /// The most websockets at one time.
    pub max_connections: usize,
    /// The most phones that test at one time: few, as each sends like a participant.
    pub max_phone_tests: usize,
    /// How far the facilities' clocks are ahead of UTC, ms: at their midnight a terminal's day ends.
    pub utc_offset_ms: u64,
    /// Which build of the pages is served, for terminals, which load themselves anew when it changes.
    pub build: Option<String>,
}

impl Default for SignalingSettings {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            relay: None,
            max_connections: 20_000,
            max_phone_tests: 16,
            utc_offset_ms: TAIPEI_OFFSET_MS,
            build: None,
        }
    }
}

/// What signaling works with.
pub struct SignalingParts {
    /// The store.
    pub visits: Arc<dyn Visits>,
    /// The keys of links.
    pub links: Arc<LinkKeyRing>,
    /// The keys of grants.
    pub grants: Arc<GrantKeyRing>,
    /// The media. Signaling takes its events.
    pub sfu: Arc<Sfu>,
    /// Where metrics are registered.
    pub metrics: Metrics,
    /// The time of day.
    pub clock: Arc<WallClock>,
}

/// Why signaling did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The metrics are registered already.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

/// Running signaling. Clones are the same.
#[derive(Clone)]
pub struct Signaling {
    shared: Arc<Shared>,
}

impl Signaling {
    /// Starts, inside a tokio runtime.
    ///
    /// # Errors
    /// See [`StartError`]; then nothing runs.
    pub fn start(settings: SignalingSettings, parts: SignalingParts) -> Result<Self, StartError> {
        let metrics = SignalingMetrics::new(&parts.metrics)?;
        let events = parts.sfu.take_events();
        let places = Semaphore::new(settings.max_connections.min(Semaphore::MAX_PERMITS));
        let clock = parts.clock;
        let visits = Arc::clone(&parts.visits);
        let recorder = Recorder::start(visits, metrics.clone(), Arc::clone(&clock));
        let terminals = Terminals::new(recorder.clone(), metrics.terminals.clone());
        let shared = Arc::new(Shared {
            recorder,
            terminals: Arc::new(terminals),
            phone_tests: Arc::new(PhoneTests::new(
                settings.max_phone_tests,
                metrics.phone_tests.clone(),
            )),
            settings,
            visits: parts.visits,
            links: parts.links,
            grants: parts.grants,
            sfu: parts.sfu,
            clock,
            metrics,
            registry: Registry::default(),
            schedules: Schedules::default(),
            places: Arc::new(places),
            stopping: watch::Sender::new(false),
            connections: AtomicU64::new(1),
        });
        tokio::spawn(hand_on(Arc::clone(&shared), events));
        tokio::spawn(standing::watch(Arc::clone(&shared)));
        Ok(Self { shared })
    }

    /// `GET /ws`.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/ws", get(door::open))
            .with_state(Arc::clone(&self.shared))
    }

    /// Ends a visit's call for everybody in it. From now on nobody joins it, grant or not.
    pub async fn end(&self, visit: VisitId, reason: EndReason) {
        if let Some(room) = self.shared.registry.get(visit) {
            room.tell(Command::end(reason)).await;
        }
    }

    /// A visit has another terminal from now on: the former one leaves its call.
    pub async fn moved(&self, visit: VisitId) {
        if let Some(room) = self.shared.registry.get(visit) {
            room.tell(Command::Moved).await;
        }
    }

    /// A newer link was issued for a seat: the device with an older one leaves, and its grant is void.
    pub async fn link_reissued(&self, visit: VisitId, seat: Seat, generation: u32) {
        if let Some(room) = self.shared.registry.get(visit) {
            room.tell(Command::Reissued { seat, generation }).await;
        }
    }

    /// The seats whose people are in the call, in order.
    pub async fn connected(&self, visit: VisitId) -> Vec<Seat> {
        let Some(room) = self.shared.registry.get(visit) else {
            return Vec::new();
        };
        let (reply, answer) = oneshot::channel();
        room.tell(Command::Connected(reply)).await;
        answer.await.unwrap_or_default()
    }

    /// Whether a terminal's page is connected.
    #[must_use]
    pub fn presence(&self, terminal: TerminalId) -> TerminalPresence {
        self.shared.terminals.presence(terminal)
    }

    /// A pass with which a person's phone tests whether a call would hold, and until when it is good, Unix
    /// milliseconds.
    #[must_use]
    pub fn phone_test(&self, person: PersonId) -> (String, u64) {
        phone_tests::pass(&self.shared, person)
    }

    /// Some terminal has been paired anew: whoever still has a former secret is out, of a call too.
    pub async fn paired_anew(&self) {
        if let Err(error) = standing::put_out_unpaired(&self.shared).await {
            // Within seconds it is looked up again.
            tracing::warn!(%error, "which terminals are still paired cannot be looked up");
        }
    }

    /// Tells everybody that the server stops and that they may come back; lets nobody in any more.
    /// Returns when all connections are closed and all steps noted, or after a few seconds.
    pub async fn stop(&self) {
        self.shared.stopping.send_replace(true);
        let all = u32::try_from(self.shared.settings.max_connections).unwrap_or(u32::MAX);
        let closed = async {
            // All places free: all connections closed.
            drop(self.shared.places.acquire_many(all).await);
            self.shared.registry.count_time().await;
            self.shared.recorder.flush().await;
        };
        if timeout(STOPPING, closed).await.is_err() {
            tracing::warn!("not all connections closed in time");
        }
    }

    /// Returns when all steps so far are noted, or after a few seconds: what rooms note of the last
    /// connections comes when those are closed already.
    pub async fn flush(&self) {
        if timeout(STOPPING, self.shared.recorder.flush())
            .await
            .is_err()
        {
            tracing::warn!("not all steps could be noted in time");
        }
    }
}

/// Brings the SFU's events to the rooms that they are about.
async fn hand_on(shared: Arc<Shared>, mut events: mpsc::Receiver<SfuEvent>) {
    while let Some(event) = events.recv().await {
        if let Some(room) = shared.registry.get(event.visit) {
            room.tell(Command::Media(event)).await;
        }
    }
}
