//! The month that a visit counts in.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// A month of the calendar, such as 2026-11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month of a date.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self {
            year: date.year(),
            month: date.month(),
        }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The date of a moment, Unix milliseconds, in a time zone. What lies beyond the calendar is its last day.
#[must_use]
pub fn local_date(at_ms: u64, time_zone: &TimeZone) -> Date {
    timestamp(at_ms).to_zoned(time_zone.clone()).date()
}

/// The minute of the local day of a moment, Unix milliseconds, in a time zone.
#[must_use]
pub fn local_minute(at_ms: u64, time_zone: &TimeZone) -> u16 {
    let time = timestamp(at_ms).to_zoned(time_zone.clone()).time();
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

/// A moment, Unix milliseconds, as the calendar library has it.
pub(crate) fn timestamp(at_ms: u64) -> Timestamp {
    let at_ms = i64::try_from(at_ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// So a visit counts in one month, and months are listed in their order by their names.
        #[test]
        fn a_later_moment_is_never_of_an_earlier_month_and_names_are_in_the_order_of_months(
            at_ms in 0_u64..4_000_000_000_000, later_ms in 0_u64..100 * 86_400_000,
            zone in proptest::sample::select(&["Asia/Taipei", "America/New_York", "Pacific/Apia"][..]),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let month = |at_ms| Month::of(local_date(at_ms, &zone));
            let (one, other) = (month(at_ms), month(at_ms + later_ms));
            prop_assert!(one <= other);
            prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
            prop_assert!(local_minute(at_ms, &zone) < 1440);
        }
    }

    #[test]
    fn the_month_is_the_facilitys_own_and_not_that_of_utc() {
        let taipei = TimeZone::get("Asia/Taipei").unwrap();
        // 2026-11-30T17:00Z is the first of December there.
        let month = |zone: &TimeZone| Month::of(local_date(1_796_058_000_000, zone)).to_string();
        assert_eq!(month(&taipei), "2026-12");
        assert_eq!(month(&TimeZone::UTC), "2026-11");
    }
}
