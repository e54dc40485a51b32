//! ICE, the lite half of it (RFC 8445 section 2.5): a server on a public address answers checks and
//! leaves the search for a path to the client.
//!
//! An authenticated check *validates* the path it came by, whether a candidate announced that address
//! or not; one with USE-CANDIDATE *nominates* it. What is sent goes by the nominated path, and before
//! there is one by the path validated last, because a client may start DTLS before it nominates. The
//! latest nomination wins: that is how a client moves to another network.
//!
//! Once there is media, checks alone do not move it, and it need not wait for one. A client whose NAT
//! gave it another address goes on sending from it, and its next check may be seconds away. So the
//! newest authentic packet from a new address brings a check of ours to it (RFC 8445 section 7.2), and
//! its answer, one round trip later, moves the media: `paths` tells what else has to hold, and what
//! holds off somebody who sends copies from elsewhere. Checks of ours go only where an authentic
//! datagram of the client came from, one for each at most and a few a second, and are not larger than
//! a client's own: nobody is flooded with them.
//!
//! Checks are also the client's consent to be sent to (RFC 7675). We see consent as the lite side
//! can: no authenticated check and no answer to ours for 30 seconds means that the client is gone.
//!
//! A client that UDP does not let through opens a TCP connection to us (RFC 6544); such a connection
//! is a path like an address, until it is closed.
//!
//! A restart (RFC 8445 section 9) brings new credentials. The old ones count until the first check
//! with the new ones; from then on the nomination is open again, and media stays where it is until
//! then.

mod check;
mod credentials;
mod own_check;
mod paths;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rtc_crypto::RTCCryptoProvider;

pub(crate) use self::credentials::Credentials;
pub use self::{credentials::port_of_ufrag, own_check::Label};

use self::{
    check::Check,
    own_check::{Answer, OwnCheck},
    paths::Paths,
};
use crate::Path;

/// How long the client may stay silent (RFC 7675 section 5.1).
pub(crate) const CONSENT: Duration = Duration::from_secs(30);

/// Between two checks of ours: Ta of RFC 8445 section 14.2.
const OWN_CHECK_EVERY: Duration = Duration::from_millis(50);

/// The lite agent of one participant.
pub(crate) struct IceLite {
    current: Session,
    /// The session before a restart, until the first check of the current one.
    previous: Option<Session>,
    paths: Paths,
    last_check: Instant,
    /// Settles who controls (RFC 8445 section 7.1.3), which our checks leave to the client.
    tie_breaker: u64,
    next_own_check: u32,
    own_check_at: Option<Instant>,
    crypto: Arc<dyn RTCCryptoProvider>,
}

struct Session {
    local: Credentials,
    remote: Credentials,
}

/// What a datagram led to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Checked {
    /// What to send back to where it came from.
    pub(crate) answer: Option<Vec<u8>>,
    /// A check of ours, to be sent there.
    pub(crate) own_check: Option<Vec<u8>>,
    /// Whether it was an authentic check, or an answer to ours.
    pub(crate) authentic: bool,
    /// Whether the path was not validated before.
    pub(crate) validated: bool,
    /// Whether [`IceLite::remote`] changed.
    pub(crate) moved: bool,
}

impl IceLite {
    pub(crate) fn new(
        local: Credentials,
        remote: Credentials,
        tie_breaker: u64,
        crypto: Arc<dyn RTCCryptoProvider>,
        now: Instant,
    ) -> Self {
        Self {
            current: Session { local, remote },
            previous: None,
            paths: Paths::default(),
            last_check: now,
            tie_breaker,
            next_own_check: 0,
            own_check_at: None,
            crypto,
        }
    }

    /// Our credentials of the current session.
    pub(crate) fn local(&self) -> &Credentials {
        &self.current.local
    }

    /// The client's user name fragment of the current session.
    pub(crate) fn remote_ufrag(&self) -> &str {
        &self.current.remote.ufrag
    }

    /// Where to send to.
    pub(crate) fn remote(&self) -> Option<Path> {
        self.paths.selected()
    }

    /// Whether a check from there was authentic.
    pub(crate) fn is_validated(&self, path: Path) -> bool {
        self.paths.is_validated(path)
    }

    /// There are keys: from now on media has to be earned.
    pub(crate) fn begin_media(&mut self) {
        self.paths.begin_media();
    }

    /// Forgets a path that is gone for good. Returns whether [`IceLite::remote`] changed.
    pub(crate) fn forget(&mut self, path: Path) -> bool {
        let before = self.remote();
        self.paths.forget(path);
        self.remote() != before
    }

    /// Begins a new session. Consent starts anew, so that the client has time to answer.
    pub(crate) fn restart(&mut self, local: Credentials, remote: Credentials, now: Instant) {
        let next = Session { local, remote };
        self.previous = Some(std::mem::replace(&mut self.current, next));
        self.last_check = now;
    }

    /// When consent ends, unless a check arrives before.
    pub(crate) fn consent_ends_at(&self) -> Instant {
        self.last_check + CONSENT
    }

    /// Whether a check of ours may be sent by now.
    pub(crate) fn may_check(&self, now: Instant) -> bool {
        self.own_check_at
            .is_none_or(|at| now >= at + OWN_CHECK_EVERY)
    }

    /// The newest packet of one of the client's sources came by this path.
    pub(crate) fn heard(&mut self, path: Path, now: Instant) -> Checked {
        let before = self.remote();
        self.paths.heard(path, now);
        Checked {
            own_check: self.own_check(path, now),
            moved: self.remote() != before,
            ..Checked::default()
        }
    }

    /// Takes a STUN message.
    pub(crate) fn handle(&mut self, from: Path, datagram: &[u8], now: Instant) -> Checked {
        let Some(mut check) = Check::read(datagram) else {
            return self.take_answer(from, datagram, now);
        };
        let refused = |answer| Checked {
            answer,
            ..Checked::default()
        };
        let Some((local, remote)) = check.username() else {
            return refused(check.bad_request());
        };
        let is_for =
            |session: &Session| session.local.ufrag == local && session.remote.ufrag == remote;
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
            self.paths.restart();
        }
        self.last_check = now;
        let validated = self.paths.checked(from, check.nominates(), now);
        Checked {
            answer,
            own_check: self.own_check(from, now),
            authentic: true,
            validated,
            moved: self.remote() != before,
        }
    }

    /// Takes what may be the answer to a check of ours.
    fn take_answer(&mut self, from: Path, datagram: &[u8], now: Instant) -> Checked {
        let session = self.checking();
        let authentic = Answer::read(datagram).is_some_and(|mut answer| {
            answer.is_for(&session.local.ufrag)
                && self.paths.awaited(from) == Some(answer.name())
                && answer.is_authentic(&session.remote.password, self.crypto.crypto())
        });
        let Some(name) = self.paths.awaited(from).filter(|_| authentic) else {
            return Checked::default();
        };
        let before = self.remote();
        let validated = !self.is_validated(from);
        self.last_check = now;
        self.paths.answered(from, name, now);
        Checked {
            authentic: true,
            validated,
            moved: self.remote() != before,
            ..Checked::default()
        }
    }

    /// Our check of this path, if it is in need of one and its time has come. Until it is answered it is
    /// the same one again (RFC 8489 section 6.2.1).
    fn own_check(&mut self, path: Path, now: Instant) -> Option<Vec<u8>> {
        if !self.paths.wants_check(path) || !self.may_check(now) {
            return None;
        }
        let name = self.paths.awaited(path).unwrap_or_else(|| {
            self.next_own_check = self.next_own_check.wrapping_add(1);
            self.next_own_check
        });
        let session = self.checking();
        let check = OwnCheck {
            local_ufrag: &session.local.ufrag,
            remote: &session.remote,
            tie_breaker: self.tie_breaker,
            name,
        };
        let datagram = check.write(self.crypto.crypto())?;
        self.paths.await_answer(path, name);
        self.own_check_at = Some(now);
        Some(datagram)
    }

    /// The session that the client is known to use.
    fn checking(&self) -> &Session {
        self.previous.as_ref().unwrap_or(&self.current)
    }
}

#[cfg(test)]
mod tests;
