//! What all tasks share.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use booking_domain::Visits;
use grant::{GrantKeyRing, LinkKeyRing};
use sfu_server::Sfu;
use signaling_core::{ConnectionId, Now};
use telemetry::clock::WallClock;
use tokio::sync::{Semaphore, watch};

use crate::{
    SignalingSettings, metrics::SignalingMetrics, phone_tests::PhoneTests, recorder::Recorder,
    registry::Registry, schedule::Schedules, terminals::Terminals,
};

pub(crate) struct Shared {
    pub(crate) settings: SignalingSettings,
    pub(crate) visits: Arc<dyn Visits>,
    pub(crate) links: Arc<LinkKeyRing>,
    pub(crate) grants: Arc<GrantKeyRing>,
    pub(crate) sfu: Arc<Sfu>,
    pub(crate) clock: Arc<WallClock>,
    pub(crate) metrics: SignalingMetrics,
    pub(crate) registry: Registry,
    pub(crate) recorder: Recorder,
    pub(crate) schedules: Schedules,
    pub(crate) terminals: Arc<Terminals>,
    pub(crate) phone_tests: Arc<PhoneTests>,
    /// A place for each connection.
    pub(crate) places: Arc<Semaphore>,
    /// True once the process is asked to stop.
    pub(crate) stopping: watch::Sender<bool>,
    pub(crate) connections: AtomicU64,
}

impl Shared {
    pub(crate) fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed))
    }

    /// This moment.
    pub(crate) fn now(&self) -> Now {
        let now = self.clock.now();
        Now {
            instant: now.instant,
            unix_ms: now.unix_ms,
        }
    }
}
