//! How often each of many may do something.

use std::{
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};

use crate::{ProblemCode, refusal::Refusal};

/// Who has been quiet for longer is not remembered, however few they are.
const LOOKED_THROUGH_EVERY: Duration = Duration::from_secs(3600);

/// A limit on each key. Keys that have been quiet are forgotten when there are many, and after an hour.
pub(crate) struct KeyedLimit<K: Hash + Eq + Clone> {
    keys: DefaultKeyedRateLimiter<K>,
    sweep: Mutex<Sweep>,
}

impl<K: Hash + Eq + Clone> KeyedLimit<K> {
    /// A limit of `quota` on each key; beyond `remembered` keys the quiet ones are forgotten.
    pub(crate) fn new(quota: Quota, remembered: usize) -> Self {
        Self {
            keys: DefaultKeyedRateLimiter::keyed(quota),
            sweep: Mutex::new(Sweep::new(remembered)),
        }
    }

    /// Whether something of the key's is within the limit. Counts it if so.
    pub(crate) fn admits(&self, key: &K) -> bool {
        self.wait(key).is_none()
    }

    /// Counts something of the key's, or refuses it with `too_many_requests` and when it is within the limit.
    pub(crate) fn count(&self, key: &K) -> Result<(), Refusal> {
        match self.wait(key) {
            Some(wait) => Err(Refusal::Later(ProblemCode::TooManyRequests, wait)),
            None => Ok(()),
        }
    }

    /// How long until something of the key's is within the limit; none where it is now. Counts it if so.
    fn wait(&self, key: &K) -> Option<Duration> {
        self.forget_quiet(Instant::now());
        let refused = self.keys.check_key(key).err();
        refused.map(|refused| refused.wait_time_from(DefaultClock::default().now()))
    }

    fn forget_quiet(&self, now: Instant) {
        let begins = self.sweep().begins(self.keys.len(), now);
        if begins {
            self.keys.retain_recent();
            self.sweep().ends(self.keys.len());
        }
    }

    fn sweep(&self) -> MutexGuard<'_, Sweep> {
        self.sweep.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When those whom a limit remembers are looked through for the quiet ones: beyond so many, where few were
/// quiet once there are twice as many, and every hour in any case.
#[derive(Debug)]
pub(crate) struct Sweep {
    remembered: usize,
    beyond: usize,
    next: Option<Instant>,
}

impl Sweep {
    /// Where so many are remembered.
    pub(crate) fn new(remembered: usize) -> Self {
        Self {
            remembered,
            beyond: remembered,
            next: None,
        }
    }

    /// Whether they are looked through now, where there are so many. Nobody else begins before it [ends](Self::ends).
    pub(crate) fn begins(&mut self, count: usize, now: Instant) -> bool {
        let next = *self.next.get_or_insert(now + LOOKED_THROUGH_EVERY);
        let begins = count > self.beyond || now >= next;
        if begins {
            self.beyond = usize::MAX;
            self.next = Some(now + LOOKED_THROUGH_EVERY);
        }
        begins
    }

    /// They were looked through, and so many are left.
    pub(crate) fn ends(&mut self, left: usize) {
        self.beyond = self.remembered.max(left.saturating_mul(2));
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn many_keys_that_are_not_quiet_are_not_looked_through_each_time() {
        let limit = KeyedLimit::new(Quota::per_hour(NonZeroU32::MIN), 10);
        for key in 0..100 {
            assert!(limit.admits(&key));
        }
        assert!(!limit.admits(&0), "none was forgotten too early");
        assert_eq!(limit.sweep().beyond, 190);
    }

    #[test]
    fn few_keys_are_looked_through_after_an_hour_and_the_quiet_ones_forgotten() {
        let every_instant = Quota::with_period(Duration::from_nanos(1)).unwrap();
        let (limit, now) = (KeyedLimit::new(every_instant, 1_000), Instant::now());
        assert!((0..10).all(|key| limit.admits(&key)));
        limit.forget_quiet(now + LOOKED_THROUGH_EVERY / 2);
        assert_eq!(limit.keys.len(), 10);
        limit.forget_quiet(now + LOOKED_THROUGH_EVERY * 2);
        assert_eq!(limit.keys.len(), 0);
    }

    #[test]
    fn while_they_are_looked_through_nobody_else_begins_and_an_hour_later_they_are_again() {
        let (mut sweep, now) = (Sweep::new(10), Instant::now());
        assert!(!sweep.begins(10, now));
        assert!(sweep.begins(11, now));
        assert!(!sweep.begins(12, now));
        sweep.ends(8);
        assert!(!sweep.begins(16, now));
        assert!(sweep.begins(17, now));
        sweep.ends(1);
        assert!(!sweep.begins(1, now + LOOKED_THROUGH_EVERY / 2));
        assert!(sweep.begins(1, now + LOOKED_THROUGH_EVERY));
    }
}
