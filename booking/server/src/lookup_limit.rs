//! How often a person may look for an inmate: enough for slips of the pen, too little to guess a name.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota};
use ids::PersonId;

const LOOKUPS_PER_HOUR: NonZeroU32 = NonZeroU32::new(20).expect("twenty is not zero");
/// So many people are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// A limit on each person: so many lookups at once, and as many again in an hour.
pub(crate) struct LookupLimit(DefaultKeyedRateLimiter<PersonId>);

impl LookupLimit {
    pub(crate) fn new() -> Self {
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_hour(
            LOOKUPS_PER_HOUR,
        )))
    }

    /// Whether a lookup of the person's is within the limit. Counts it if so.
    pub(crate) fn admits(&self, person: PersonId) -> bool {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&person).is_ok()
    }
}
