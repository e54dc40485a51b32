//! How often a device may test whether a call would hold: enough to try a phone in every room, and a terminal until its
//! cable is right; too little to keep the media threads busy.

use std::{hash::Hash, num::NonZeroU32};

use governor::Quota;

use crate::{keyed_limit::KeyedLimit, refusal::Refusal};

const TESTS_PER_HOUR: NonZeroU32 = NonZeroU32::new(12).expect("twelve is not zero");
/// So many are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// A limit on each person, or each terminal: so many tests at once, and as many again in an hour; as often each may be
/// told.
pub(crate) struct CallTestLimit<K: Hash + Eq + Clone> {
    opened: KeyedLimit<K>,
    told: KeyedLimit<K>,
}

impl<K: Hash + Eq + Clone> CallTestLimit<K> {
    pub(crate) fn new() -> Self {
        let limit = || KeyedLimit::new(Quota::per_hour(TESTS_PER_HOUR), REMEMBERED);
        Self {
            opened: limit(),
            told: limit(),
        }
    }

    /// Counts one more test, or refuses it with `too_many_requests` and when it is within the limit.
    pub(crate) fn count(&self, who: &K) -> Result<(), Refusal> {
        self.opened.count(who)
    }

    /// The same of what came of one more.
    pub(crate) fn count_told(&self, who: &K) -> Result<(), Refusal> {
        self.told.count(who)
    }
}
