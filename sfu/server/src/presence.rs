//! Whether anything still comes from a participant.
//!
//! A connection lives on for as long as its consent does (RFC 7675: thirty seconds), and meanwhile nobody is
//! seen or heard. That it is interrupted shows earlier: whoever is there sends sound, a picture, reports or at
//! least a connectivity check every six seconds (RFC 7675 section 5.1). Only what is authentic counts.

use std::time::{Duration, Instant};

/// Nothing for so long is an interruption.
const SILENCE: Duration = Duration::from_secs(7);

/// When something last came from a participant.
#[derive(Debug)]
pub(crate) struct Presence {
    heard_at: Instant,
    interrupted: bool,
}

impl Presence {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            heard_at: now,
            interrupted: false,
        }
    }

    /// Something came. True: that ends an interruption.
    pub(crate) const fn hear(&mut self, now: Instant) -> bool {
        self.heard_at = now;
        std::mem::replace(&mut self.interrupted, false)
    }

    /// Since when nothing has come, where that is an interruption that begins to show.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<Instant> {
        if self.interrupted || now < self.heard_at + SILENCE {
            return None;
        }
        self.interrupted = true;
        Some(self.heard_at)
    }

    /// When to call [`Presence::handle_timeout`].
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        (!self.interrupted).then(|| self.heard_at + SILENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_shows_once_and_tells_since_when_and_ends_with_the_first_sign() {
        let start = Instant::now();
        let mut presence = Presence::new(start);
        assert!(!presence.hear(start + SILENCE / 2));
        let last = start + SILENCE / 2;
        assert_eq!(presence.poll_timeout(), Some(last + SILENCE));
        assert_eq!(presence.handle_timeout(start + SILENCE), None);
        assert_eq!(presence.handle_timeout(last + SILENCE), Some(last));
        assert_eq!(presence.handle_timeout(last + 2 * SILENCE), None);
        assert_eq!(presence.poll_timeout(), None);
        assert!(presence.hear(last + 3 * SILENCE));
        assert!(!presence.hear(last + 3 * SILENCE));
    }
}
