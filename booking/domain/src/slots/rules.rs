//! The figures that a facility sets for itself.

use grant::MOST_GIVEN_BACK_MINUTES;

/// A facility's figures 通訊設備接見辦法 §9-§15.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FacilityRules {
    /// A visit is booked at least so many days before it.
    pub book_from_days: u16,
    /// A visit is booked at most so many days before it.
    pub book_to_days: u16,
    /// The minute of the local day at which the farthest day opens.
    pub day_opens_minute: u16,
    /// So many visits of an inmate count in a month.
    pub visits_a_month: u32,
    /// A visitor who cancels at least so long before gives the visit back to the month.
    pub cancel_before_hours: u16,
    /// A visit can be joined so long before it begins.
    pub opens_before_minutes: u16,
    /// So much at most is added to a visit for the time that it lost. No more than
    /// [`MOST_GIVEN_BACK_MINUTES`].
    pub give_back_minutes: u16,
    /// So many no-shows bar a visitor from booking.
    pub no_shows: u16,
    /// Within so many months.
    pub no_shows_within_months: u16,
    /// For so many months after the last.
    pub no_shows_bar_months: u16,
}

/// A figure that is out of bounds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is out of bounds")]
pub struct RulesFault(pub &'static str);

impl Default for FacilityRules {
    fn default() -> Self {
        Self {
            book_from_days: 2,
            book_to_days: 7,
            day_opens_minute: 480,
            visits_a_month: 2,
            cancel_before_hours: 24,
            opens_before_minutes: 15,
            give_back_minutes: 5,
            no_shows: 3,
            no_shows_within_months: 6,
            no_shows_bar_months: 3,
        }
    }
}

impl FacilityRules {
    /// From when one can join a visit that begins at a moment, Unix milliseconds.
    #[must_use]
    pub const fn opens_at_ms(&self, starts_at_ms: u64) -> u64 {
        starts_at_ms.saturating_sub(self.opens_before_minutes as u64 * 60_000)
    }

    /// Whether every figure is within its bounds.
    pub fn check(&self) -> Result<(), RulesFault> {
        let bounds = [
            ("book_from_days", self.book_from_days <= self.book_to_days),
            ("book_to_days", self.book_to_days <= 60),
            ("day_opens_minute", self.day_opens_minute < 1440),
            ("visits_a_month", self.visits_a_month <= 100),
            ("cancel_before_hours", self.cancel_before_hours <= 240),
            (
                "opens_before_minutes",
                (1..=60).contains(&self.opens_before_minutes),
            ),
            (
                "give_back_minutes",
                self.give_back_minutes <= MOST_GIVEN_BACK_MINUTES,
            ),
            ("no_shows", (1..=100).contains(&self.no_shows)),
            (
                "no_shows_within_months",
                (1..=24).contains(&self.no_shows_within_months),
            ),
            ("no_shows_bar_months", self.no_shows_bar_months <= 24),
        ];
        match bounds.into_iter().find(|(_, within)| !within) {
            Some((name, _)) => Err(RulesFault(name)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_within_bounds_and_what_is_not_is_named() {
        assert_eq!(FacilityRules::default().check(), Ok(()));
        let reversed = FacilityRules {
            book_from_days: 8,
            ..FacilityRules::default()
        };
        assert_eq!(reversed.check(), Err(RulesFault("book_from_days")));
    }
}
