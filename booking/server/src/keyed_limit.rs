//! How often each of many may do something.

use std::hash::Hash;

use governor::{DefaultKeyedRateLimiter, Quota};

/// A limit on each key. Keys that have been quiet are forgotten when there are many.
pub(crate) struct KeyedLimit<K: Hash + Eq + Clone> {
    keys: DefaultKeyedRateLimiter<K>,
    remembered: usize,
}

impl<K: Hash + Eq + Clone> KeyedLimit<K> {
    /// A limit of `quota` on each key; beyond `remembered` keys the quiet ones are forgotten.
    pub(crate) fn new(quota: Quota, remembered: usize) -> Self {
        Self {
            keys: DefaultKeyedRateLimiter::keyed(quota),
            remembered,
        }
    }

    /// Whether something of the key's is within the limit. Counts it if so.
    pub(crate) fn admits(&self, key: &K) -> bool {
        if self.keys.len() > self.remembered {
            self.keys.retain_recent();
        }
        self.keys.check_key(key).is_ok()
    }
}
