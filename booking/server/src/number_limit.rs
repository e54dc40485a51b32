//! How often a person may give another mobile number: each time a text message goes to the number before, which
//! need not be the person's own.

use std::num::NonZeroU32;

use governor::Quota;
use ids::PersonId;

use crate::{keyed_limit::KeyedLimit, refusal::Refusal};

/// At once.
const NUMBERS: NonZeroU32 = NonZeroU32::new(5).expect("five is not zero");
/// From then on.
const NUMBERS_PER_HOUR: NonZeroU32 = NonZeroU32::new(4).expect("four is not zero");
/// So many people are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// A limit on each person.
pub(crate) struct NumberLimit(KeyedLimit<PersonId>);

impl NumberLimit {
    pub(crate) fn new() -> Self {
        let quota = Quota::per_hour(NUMBERS_PER_HOUR).allow_burst(NUMBERS);
        Self(KeyedLimit::new(quota, REMEMBERED))
    }

    /// Counts another number of the person's, or refuses it with `too_many_requests` and when it is within the limit.
    pub(crate) fn count(&self, person: PersonId) -> Result<(), Refusal> {
        self.0.count(&person)
    }
}
