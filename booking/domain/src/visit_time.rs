//! What a visit's time was spent on, and how much of what was lost is given back.
//!
//! What was lost is added to the end of the visit, as far as the facility lets the turnaround be used for it and
//! nobody who is needed is expected elsewhere. What the inmate's side lost and that could not make good gives the
//! whole visit back to the month, where it is half of the visit or more: see [`VisitTime::is_short`].

use grant::Slot;

/// Whoever is needed elsewhere is free so long before, ms: the next inmate sits down.
const CHANGEOVER_MS: u64 = 60_000;

/// What a visit's time was spent on, from the agreed minute on. Lengths in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VisitTime {
    /// The inmate and a visitor were there.
    pub together_ms: u64,
    /// A visitor was there or on the way back, and the inmate was not.
    pub without_inmate_ms: u64,
    /// The inmate was there, and the visitors were cut off.
    pub without_visitors_ms: u64,
}

impl VisitTime {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            together_ms: self.together_ms.saturating_add(other.together_ms),
            without_inmate_ms: self
                .without_inmate_ms
                .saturating_add(other.without_inmate_ms),
            without_visitors_ms: self
                .without_visitors_ms
                .saturating_add(other.without_visitors_ms),
        }
    }

    /// What was lost.
    #[must_use]
    pub const fn lost_ms(&self) -> u64 {
        self.without_inmate_ms
            .saturating_add(self.without_visitors_ms)
    }

    /// Whether at least half of a visit of `slot` passed without the inmate and was not given back at its end. Where
    /// visitors were cut off, nobody can tell whether the network was at fault: that alone makes no visit short.
    #[must_use]
    pub const fn is_short(&self, slot: Slot, given_back_ms: u64) -> bool {
        let missing_ms = self.without_inmate_ms.saturating_sub(given_back_ms);
        let promised_ms = slot.ends_at_ms.saturating_sub(slot.starts_at_ms);
        missing_ms.saturating_mul(2) >= promised_ms
    }
}

/// When a visit of `slot` ends that lost `lost_ms`, Unix ms: `at_most_ms` later at most, and before any of those who
/// are needed is expected elsewhere, at `next_starts_at_ms`.
#[must_use]
pub fn end_with_lost_time(
    slot: Slot,
    lost_ms: u64,
    at_most_ms: u64,
    next_starts_at_ms: Option<u64>,
) -> u64 {
    let free_until_ms =
        next_starts_at_ms.map_or(u64::MAX, |next| next.saturating_sub(CHANGEOVER_MS));
    slot.ends_at_ms
        .saturating_add(lost_ms.min(at_most_ms))
        .min(free_until_ms)
        .max(slot.ends_at_ms)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE_MS: u64 = 60_000;
    const SLOT: Slot = Slot {
        starts_at_ms: 0,
        ends_at_ms: 25 * MINUTE_MS,
    };

    #[test]
    fn what_was_lost_is_added_within_the_turnaround() {
        let next = Some(30 * MINUTE_MS);
        let end = |lost| end_with_lost_time(SLOT, lost * MINUTE_MS, 5 * MINUTE_MS, next);
        assert_eq!(end(0), 25 * MINUTE_MS);
        assert_eq!(end(3), 28 * MINUTE_MS);
        assert_eq!(end(10), 29 * MINUTE_MS, "a minute to change places");
    }

    #[test]
    fn back_to_back_visits_leave_no_room_and_none_becomes_shorter() {
        let next = Some(SLOT.ends_at_ms);
        let end = end_with_lost_time(SLOT, 10 * MINUTE_MS, 5 * MINUTE_MS, next);
        assert_eq!(end, SLOT.ends_at_ms);
    }

    #[test]
    fn half_a_visit_without_the_inmate_is_short_and_a_visitors_network_makes_none_short() {
        let time = |without_inmate, without_visitors| VisitTime {
            together_ms: 0,
            without_inmate_ms: without_inmate * MINUTE_MS,
            without_visitors_ms: without_visitors * MINUTE_MS,
        };
        assert!(time(13, 0).is_short(SLOT, 0));
        assert!(!time(12, 0).is_short(SLOT, 0));
        assert!(!time(15, 0).is_short(SLOT, 5 * MINUTE_MS));
        assert!(!time(0, 25).is_short(SLOT, 0));
    }

    proptest! {
        #[test]
        fn an_end_lies_between_the_slots_and_what_is_allowed(
            lost in 0_u64..100 * MINUTE_MS, at_most in 0_u64..15 * MINUTE_MS,
            next in proptest::option::of(0_u64..60 * MINUTE_MS),
        ) {
            let end = end_with_lost_time(SLOT, lost, at_most, next);
            prop_assert!(SLOT.ends_at_ms <= end && end <= SLOT.ends_at_ms + at_most.min(lost));
            let disturbs = next.is_some_and(|next| end > next.saturating_sub(CHANGEOVER_MS));
            prop_assert!(!disturbs || end == SLOT.ends_at_ms);
        }
    }
}
