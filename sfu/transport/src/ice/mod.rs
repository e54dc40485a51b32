//! ICE, the lite half of it (RFC 8445 section 2.5): a server on a public address answers checks and
//! never sends any.
//!
//! An authenticated check *validates* the address it came from, whether a candidate announced that
//! address or not; one with USE-CANDIDATE *nominates* it. Media goes to the nominated address, and
//! before there is one to the address validated last, because a client may start DTLS before it
//! nominates. The latest nomination wins: that is how a client moves to another network.
//!
//! Checks are also the client's consent to be sent to (RFC 7675). We see consent as the lite side
//! can: no authenticated check for 30 seconds means that the client is gone.
//!
//! A client that UDP does not let through opens a TCP connection to us (RFC 6544); such a connection
//! is a path like an address, until it is closed.
//!
//! A restart (RFC 8445 section 9) brings new credentials. The old ones count until the first check
//! with the new ones; from then on the nomination is open again.

mod check;
mod credentials;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rtc_crypto::RTCCryptoProvider;

pub(crate) use self::credentials::Credentials;
pub use self::credentials::port_of_ufrag;

use self::check::Check;
use crate::Path;

/// How long the client may stay silent (RFC 7675 section 5.1).
pub(crate) const CONSENT: Duration = Duration::from_secs(30);

/// So many paths count as validated at the same time; the one unused for longest gives way.
const VALIDATED_MAX: usize = 8;

/// The lite agent of one participant.
pub(crate) struct IceLite {
    current: Session,
    /// The session before a restart, until the first check of the current one.
    previous: Option<Session>,
    validated: Vec<Validated>,
    nominated: Option<Path>,
    last_check: Instant,
    crypto: Arc<dyn RTCCryptoProvider>,
}

struct Session {
    local: Credentials,
    remote_ufrag: String,
}

struct Validated {
    path: Path,
    last_check: Instant,
}

/// What a datagram led to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Checked {
    /// What to send back to where it came from.
    pub(crate) answer: Option<Vec<u8>>,
    /// Whether it was an authentic check.
    pub(crate) authentic: bool,
    /// Whether the path was not validated before.
    pub(crate) validated: bool,
    /// Whether [`IceLite::remote`] changed.
    pub(crate) moved: bool,
}

impl IceLite {
    pub(crate) fn new(
        local: Credentials,
        remote_ufrag: String,
        crypto: Arc<dyn RTCCryptoProvider>,
        now: Instant,
    ) -> Self {
        Self {
            current: Session {
                local,
                remote_ufrag,
            },
            previous: None,
            validated: Vec::new(),
            nominated: None,
            last_check: now,
            crypto,
        }
    }

    /// Our credentials of the current session.
    pub(crate) fn local(&self) -> &Credentials {
        &self.current.local
    }

    /// The client's user name fragment of the current session.
    pub(crate) fn remote_ufrag(&self) -> &str {
        &self.current.remote_ufrag
    }

    /// Where to send to.
    pub(crate) fn remote(&self) -> Option<Path> {
        self.nominated
            .or_else(|| self.validated.last().map(|validated| validated.path))
    }

    /// Whether a check from there was authentic.
    pub(crate) fn is_validated(&self, path: Path) -> bool {
        self.validated
            .iter()
            .any(|validated| validated.path == path)
    }

    /// Forgets a path that is gone for good. Returns whether [`IceLite::remote`] changed.
    pub(crate) fn forget(&mut self, path: Path) -> bool {
        let before = self.remote();
        self.validated.retain(|validated| validated.path != path);
        self.nominated = self.nominated.filter(|nominated| *nominated != path);
        self.remote() != before
    }

    /// Begins a new session. Consent starts anew, so that the client has time to answer.
    pub(crate) fn restart(&mut self, local: Credentials, remote_ufrag: String, now: Instant) {
        let next = Session {
            local,
            remote_ufrag,
        };
        self.previous = Some(std::mem::replace(&mut self.current, next));
        self.last_check = now;
    }

    /// When consent ends, unless a check arrives before.
    pub(crate) fn consent_ends_at(&self) -> Instant {
        self.last_check + CONSENT
    }

    /// Takes a STUN message.
    pub(crate) fn handle(&mut self, from: Path, datagram: &[u8], now: Instant) -> Checked {
        let Some(mut check) = Check::read(datagram) else {
            return Checked::default();
        };
        let refused = |answer| Checked {
            answer,
            ..Checked::default()
        };
        let Some((local, remote)) = check.username() else {
            return refused(check.bad_request());
        };
        let is_for =
            |session: &Session| session.local.ufrag == local && session.remote_ufrag == remote;
        let is_current = is_for(&self.current);
        let session = if is_current {
            &self.current
        } else if let Some(previous) = self.previous.as_ref().filter(|session| is_for(session)) {
            previous
        } else {
            return refused(check.unauthorized());
        };
        let password = &session.local.password;
        let crypto = self.crypto.crypto();
        if !check.is_authentic(password, crypto) {
            return refused(check.unauthorized());
        }
        let unknown = check.unknown_attributes();
        if !unknown.is_empty() {
            return refused(check.unknown(&unknown, password, crypto));
        }
        if check.is_controlled() {
            return refused(check.role_conflict(password, crypto));
        }
        let answer = check.success(from.remote, password, crypto);
        let before = self.remote();
        if is_current && self.previous.take().is_some() {
            self.nominated = None;
            self.validated.clear();
        }
        self.last_check = now;
        let validated = self.validate(from, now);
        if check.nominates() {
            self.nominated = Some(from);
        }
        Checked {
            answer,
            authentic: true,
            validated,
            moved: self.remote() != before,
        }
    }

    /// Notes a check; returns whether the path is new.
    fn validate(&mut self, path: Path, now: Instant) -> bool {
        if let Some(known) = self.validated.iter_mut().find(|known| known.path == path) {
            known.last_check = now;
            return false;
        }
        if self.validated.len() >= VALIDATED_MAX {
            let nominated = self.nominated;
            let idle = (0..self.validated.len())
                .filter(|&index| Some(self.validated[index].path) != nominated)
                .min_by_key(|&index| self.validated[index].last_check);
            if let Some(idle) = idle {
                self.validated.remove(idle);
            }
        }
        self.validated.push(Validated {
            path,
            last_check: now,
        });
        true
    }
}

#[cfg(test)]
mod tests;
