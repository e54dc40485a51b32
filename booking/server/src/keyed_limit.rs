//! How often each of many may do something.

use std::{
    hash::Hash,
    sync::atomic::{AtomicUsize, Ordering},
};

use governor::{DefaultKeyedRateLimiter, Quota};

/// A limit on each key. Keys that have been quiet are forgotten when there are many.
pub(crate) struct KeyedLimit<K: Hash + Eq + Clone> {
    keys: DefaultKeyedRateLimiter<K>,
    remembered: usize,
    /// Beyond so many keys the quiet ones are looked for: where none was found, once there are twice as many.
    look_beyond: AtomicUsize,
}

impl<K: Hash + Eq + Clone> KeyedLimit<K> {
    /// A limit of `quota` on each key; beyond `remembered` keys the quiet ones are forgotten.
    pub(crate) fn new(quota: Quota, remembered: usize) -> Self {
        Self {
            keys: DefaultKeyedRateLimiter::keyed(quota),
            remembered,
            look_beyond: AtomicUsize::new(remembered),
        }
    }

    /// Whether something of the key's is within the limit. Counts it if so.
    pub(crate) fn admits(&self, key: &K) -> bool {
        if self.keys.len() > self.look_beyond.load(Ordering::Relaxed) {
            self.keys.retain_recent();
            let next = self.remembered.max(self.keys.len().saturating_mul(2));
            self.look_beyond.store(next, Ordering::Relaxed);
        }
        self.keys.check_key(key).is_ok()
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
        assert_eq!(limit.look_beyond.load(Ordering::Relaxed), 190);
    }
}
