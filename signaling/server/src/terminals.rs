//! The terminals whose pages are connected, and when the others were last.
//!
//! A terminal counts as connected from its admission until its websocket is closed, in a call or not. What is
//! known here is known since this process started. Only paired terminals get in, so it is as large as the
//! facilities are.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use grant::SecretHash;
use ids::TerminalId;
use prometheus::IntGauge;
use signaling_core::{ConnectionId, MediaState};
use tokio::sync::Notify;

use crate::shared::now;

/// What is known of a terminal's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalPresence {
    /// A page with the terminal's secret is connected now.
    pub connected: bool,
    /// The connected page has a microphone.
    pub mic: bool,
    /// The connected page has a camera.
    pub camera: bool,
    /// When the last connection was lost, Unix ms; `None` while connected, or if the terminal has not been
    /// seen since this process started.
    pub last_seen_at_ms: Option<u64>,
}

/// All terminals that have been seen.
pub(crate) struct Terminals {
    known: Mutex<BTreeMap<TerminalId, Known>>,
    gauge: IntGauge,
}

#[derive(Default)]
struct Known {
    connections: BTreeMap<ConnectionId, Connected>,
    last_seen_at_ms: Option<u64>,
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
    pub(crate) fn new(gauge: IntGauge) -> Self {
        Self {
            known: Mutex::default(),
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
        let mut all = self.known();
        let known = all.entry(terminal).or_default();
        if known.connections.is_empty() {
            self.gauge.inc();
        }
        known.connections.insert(connection, connected);
        Attendance {
            terminals: Arc::clone(self),
            terminal,
            secret,
            connection,
            unpaired,
        }
    }

    pub(crate) fn presence(&self, terminal: TerminalId) -> TerminalPresence {
        let all = self.known();
        let Some(known) = all.get(&terminal) else {
            return TerminalPresence::default();
        };
        let has = |has: fn(&MediaState) -> bool| {
            let mut connections = known.connections.values();
            connections.any(|connected| has(&connected.media))
        };
        let connected = !known.connections.is_empty();
        TerminalPresence {
            connected,
            mic: has(|media| media.mic),
            camera: has(|media| media.camera),
            last_seen_at_ms: known.last_seen_at_ms.filter(|_| !connected),
        }
    }

    /// The secrets that connected terminals have shown.
    pub(crate) fn secrets(&self) -> Vec<SecretHash> {
        let all = self.known();
        let connected = all.values().flat_map(|known| known.connections.values());
        let secrets: BTreeSet<_> = connected.map(|each| each.secret).collect();
        secrets.into_iter().collect()
    }

    /// No terminal is paired with a secret any more: whoever has shown it hears so.
    pub(crate) fn put_out(&self, secret: SecretHash) {
        let all = self.known();
        let connected = all.values().flat_map(|known| known.connections.values());
        for each in connected.filter(|each| each.secret == secret) {
            each.unpaired.notify_one();
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<TerminalId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attendance {
    /// Returns once the terminal has another device.
    pub(crate) async fn unpaired(&self) {
        self.unpaired.notified().await;
    }

    /// What the page has of microphone and camera changed.
    pub(crate) fn note(&self, media: MediaState) {
        let mut all = self.terminals.known();
        let known = all.get_mut(&self.terminal);
        if let Some(connected) = known.and_then(|it| it.connections.get_mut(&self.connection)) {
            connected.media = media;
        }
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        let mut all = self.terminals.known();
        let Some(known) = all.get_mut(&self.terminal) else {
            return;
        };
        known.connections.remove(&self.connection);
        known.last_seen_at_ms = Some(now().unix_ms);
        if known.connections.is_empty() {
            self.terminals.gauge.dec();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_connected_while_one_of_its_pages_is() {
        let gauge = IntGauge::new("terminals", "-").unwrap();
        let terminals = Arc::new(Terminals::new(gauge.clone()));
        let id: TerminalId = format!("{:032x}", 7).parse().unwrap();
        let attend = |connection, camera| {
            let media = MediaState { mic: true, camera };
            let secret = SecretHash::from_bytes([1; 32]);
            terminals.attend(id, secret, ConnectionId(connection), media)
        };
        assert_eq!(terminals.presence(id), TerminalPresence::default());
        let first = attend(1, false);
        let second = attend(2, true);
        assert_eq!(gauge.get(), 1, "terminals are counted, not their windows");
        assert!(terminals.presence(id).camera);
        drop(second);
        let presence = terminals.presence(id);
        assert!(presence.connected && presence.mic && !presence.camera);
        assert_eq!(presence.last_seen_at_ms, None);
        drop(first);
        assert_eq!(gauge.get(), 0);
        let presence = terminals.presence(id);
        assert!(!presence.connected && presence.last_seen_at_ms.is_some());
    }
}
