//! How often a person may test a phone: enough to try it in every room, too little to keep the media threads busy.

use std::num::NonZeroU32;

use governor::Quota;
use ids::PersonId;

use crate::keyed_limit::KeyedLimit;

const TESTS_PER_HOUR: NonZeroU32 = NonZeroU32::new(12).expect("twelve is not zero");
/// So many people are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// A limit on each person: so many tests at once, and as many again in an hour; as often each may be told.
pub(crate) struct PhoneTestLimit {
    opened: KeyedLimit<PersonId>,
    told: KeyedLimit<PersonId>,
}

impl PhoneTestLimit {
    pub(crate) fn new() -> Self {
        let limit = || KeyedLimit::new(Quota::per_hour(TESTS_PER_HOUR), REMEMBERED);
        Self {
            opened: limit(),
            told: limit(),
        }
    }

    /// Whether one more test of the person's is within the limit. Counts it if so.
    pub(crate) fn admits(&self, person: PersonId) -> bool {
        self.opened.admits(&person)
    }

    /// Whether what came of one more is. Counts it if so.
    pub(crate) fn hears(&self, person: PersonId) -> bool {
        self.told.admits(&person)
    }
}
