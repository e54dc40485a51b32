//! How many passwords of one network came to nothing.
//!
//! A carrier's gateway may stand before thousands of people, so what is right costs their network nothing.
//! What comes of a password is known only once it was looked at: those that are looked at together may be more
//! than the limit, and the network makes up for them with a longer wait (a generic cell rate algorithm with
//! debts).

use std::{
    collections::BTreeMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use crate::keyed_limit::Sweep;

/// So many networks are remembered before those that are free again are forgotten.
const REMEMBERED: usize = 20_000;

/// What came to nothing, of each network.
#[derive(Debug)]
pub(super) struct Failures {
    at_once: u32,
    each: Duration,
    /// Until when those of a network have had their time.
    until: BTreeMap<IpAddr, Instant>,
    sweep: Sweep,
}

impl Failures {
    /// A network may have so many at once, then one each time that `each` has passed.
    pub(super) fn new(at_once: u32, each: Duration) -> Self {
        Self {
            at_once,
            each,
            until: BTreeMap::new(),
            sweep: Sweep::new(REMEMBERED),
        }
    }

    /// How long a network has to wait before another password of its is looked at; none where it need not.
    pub(super) fn wait(&self, network: IpAddr, now: Instant) -> Option<Duration> {
        let until = *self.until.get(&network)?;
        let free = now + self.each * self.at_once.saturating_sub(1);
        let wait = until.saturating_duration_since(free);
        (wait > Duration::ZERO).then_some(wait)
    }

    /// Counts one.
    pub(super) fn count(&mut self, network: IpAddr, now: Instant) {
        if self.sweep.begins(self.until.len(), now) {
            self.until.retain(|_, until| *until > now);
            self.sweep.ends(self.until.len());
        }
        let until = self.until.entry(network).or_insert(now);
        *until = (*until).max(now) + self.each;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EACH: Duration = Duration::from_secs(1);

    #[test]
    fn a_network_waits_after_sixty_and_longer_after_more_that_came_together() {
        let (mut failures, now) = (Failures::new(60, EACH), Instant::now());
        let [one, other] = [1, 2].map(|last| IpAddr::from([192, 0, 2, last]));
        for _ in 0..59 {
            failures.count(one, now);
        }
        assert_eq!(failures.wait(one, now), None);
        failures.count(one, now);
        assert_eq!(failures.wait(one, now), Some(EACH));
        for _ in 0..100 {
            failures.count(one, now);
        }
        assert_eq!(failures.wait(one, now), Some(EACH * 101));
        assert_eq!(failures.wait(one, now + EACH * 101), None);
        assert_eq!(failures.wait(other, now), None);
    }

    #[test]
    fn networks_that_are_free_again_are_forgotten() {
        let (mut failures, now) = (Failures::new(60, EACH), Instant::now());
        for number in 0..=20_000_u32 {
            failures.count(IpAddr::from(number.to_be_bytes()), now);
        }
        failures.count(IpAddr::from([192, 0, 2, 1]), now + EACH * 2);
        assert_eq!(failures.until.len(), 1);
    }
}
