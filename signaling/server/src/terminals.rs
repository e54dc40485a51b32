//! The terminals whose pages are connected.
//!
//! A terminal counts as connected from its admission until its websocket is closed, in a call or not. That it came
//! and that it went is written down in the store, so that staff read when it was last there, whatever was restarted
//! since. Only paired terminals get in, so it is as large as the facilities are.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use booking_domain::TerminalPresence;
use grant::SecretHash;
use ids::TerminalId;
use prometheus::IntGauge;
use signaling_core::{ConnectionId, MediaState};
use tokio::sync::Notify;

use crate::recorder::Recorder;

/// All terminals that are connected.
pub(crate) struct Terminals {
    connected: Mutex<BTreeMap<TerminalId, BTreeMap<ConnectionId, Connected>>>,
    recorder: Recorder,
    gauge: IntGauge,
}

struct Connected {
    secret: SecretHash,
    media: MediaState,
    unpaired: Arc<Notify>,
}

/// A connected terminal. It stops being so when this is dropped.
pub(crate) struct Attendance {
    terminals: Arc<Terminals>,
    pub(crate) terminal: TerminalId,
    pub(crate) secret: SecretHash,
    connection: ConnectionId,
    unpaired: Arc<Notify>,
}

impl Terminals {
    /// None yet. `gauge` says how many are connected.
    pub(crate) fn new(recorder: Recorder, gauge: IntGauge) -> Self {
        Self {
            connected: Mutex::default(),
            recorder,
            gauge,
        }
    }

    /// A terminal has been let in.
    pub(crate) fn attend(
        self: &Arc<Self>,
        terminal: TerminalId,
        secret: SecretHash,
        connection: ConnectionId,
        media: MediaState,
    ) -> Attendance {
        let unpaired = Arc::new(Notify::new());
        let connected = Connected {
            secret,
            media,
            unpaired: Arc::clone(&unpaired),
        };
        let mut all = self.connected();
        let connections = all.entry(terminal).or_default();
        if connections.is_empty() {
            self.gauge.inc();
        }
        connections.insert(connection, connected);
        self.recorder.seen(terminal);
        Attendance {
            terminals: Arc::clone(self),
            terminal,
            secret,
            connection,
            unpaired,
        }
    }

    pub(crate) fn presence(&self, terminal: TerminalId) -> TerminalPresence {
        let all = self.connected();
        let Some(connections) = all.get(&terminal) else {
            return TerminalPresence::default();
        };
        let has = |has: fn(&MediaState) -> bool| {
            let mut connections = connections.values();
            connections.any(|connected| has(&connected.media))
        };
        TerminalPresence {
            connected: true,
            mic: has(|media| media.mic),
            camera: has(|media| media.camera),
        }
    }

    /// The secrets that connected terminals have shown.
    pub(crate) fn secrets(&self) -> Vec<SecretHash> {
        let all = self.connected();
        let connected = all.values().flat_map(BTreeMap::values);
        let secrets: BTreeSet<_> = connected.map(|each| each.secret).collect();
        secrets.into_iter().collect()
    }

    /// No terminal is paired with a secret any more: whoever has shown it hears so.
    pub(crate) fn put_out(&self, secret: SecretHash) {
        let all = self.connected();
        let connected = all.values().flat_map(BTreeMap::values);
        for each in connected.filter(|each| each.secret == secret) {
            each.unpaired.notify_one();
        }
    }

    fn connected(&self) -> MutexGuard<'_, BTreeMap<TerminalId, BTreeMap<ConnectionId, Connected>>> {
        self.connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attendance {
    /// Returns once the terminal has another device.
    pub(crate) async fn unpaired(&self) {
        self.unpaired.notified().await;
    }

    /// What the page has of microphone and camera changed.
    pub(crate) fn note(&self, media: MediaState) {
        let mut all = self.terminals.connected();
        let connections = all.get_mut(&self.terminal);
        if let Some(connected) = connections.and_then(|it| it.get_mut(&self.connection)) {
            connected.media = media;
        }
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        let mut all = self.terminals.connected();
        let Some(connections) = all.get_mut(&self.terminal) else {
            return;
        };
        connections.remove(&self.connection);
        if connections.is_empty() {
            all.remove(&self.terminal);
            self.terminals.gauge.dec();
        }
        self.terminals.recorder.seen(self.terminal);
    }
}
