//! How often a person may look for an inmate: enough for slips of the pen, too little to guess a name.

use std::num::NonZeroU32;

use governor::Quota;
use ids::PersonId;

use crate::{keyed_limit::KeyedLimit, refusal::Refusal};

const LOOKUPS_PER_HOUR: NonZeroU32 = NonZeroU32::new(20).expect("twenty is not zero");
/// So many people are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// A limit on each person: so many lookups at once, and as many again in an hour.
pub(crate) struct LookupLimit(KeyedLimit<PersonId>);

impl LookupLimit {
    pub(crate) fn new() -> Self {
        Self(KeyedLimit::new(
            Quota::per_hour(LOOKUPS_PER_HOUR),
            REMEMBERED,
        ))
    }

    /// Counts a lookup of the person's, or refuses it with `too_many_requests` and when it is within the limit.
    pub(crate) fn count(&self, person: PersonId) -> Result<(), Refusal> {
        self.0.count(&person)
    }
}
