//! Missed visits 通訊設備接見辦法 §15: three within six months bar for three months from the last.

use jiff::{ToSpan, tz::TimeZone};

use crate::{FacilityRules, slots::timestamp};

/// Until when somebody is barred who missed visits that began at these moments, Unix milliseconds. None where
/// nothing bars. Months are those of the calendar.
#[must_use]
pub fn barred_until_ms(
    missed_at_ms: &[u64],
    rules: &FacilityRules,
    time_zone: &TimeZone,
) -> Option<u64> {
    let mut missed = missed_at_ms.to_vec();
    missed.sort_unstable();
    let moved = |at_ms: u64, months: i64| {
        let moved = timestamp(at_ms)
            .to_zoned(time_zone.clone())
            .saturating_add(months.months());
        u64::try_from(moved.timestamp().as_millisecond()).unwrap_or(0)
    };
    let enough = usize::from(rules.no_shows.max(1));
    // The last one that completes a series decides; its bar is the longest.
    missed
        .windows(enough)
        .filter_map(|series| series.first().zip(series.last()))
        .filter(|(first, last)| **first >= moved(**last, -i64::from(rules.no_shows_within_months)))
        .map(|(_, last)| moved(*last, i64::from(rules.no_shows_bar_months)))
        .max()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn at(month: i8, day: i8) -> u64 {
        let local = date(2026, month, day).at(9, 0, 0, 0);
        let moment = local.to_zoned(zone()).unwrap().timestamp();
        u64::try_from(moment.as_millisecond()).unwrap()
    }

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Taipei").unwrap()
    }

    fn barred(missed: &[u64]) -> Option<u64> {
        barred_until_ms(missed, &FacilityRules::default(), &zone())
    }

    #[test]
    fn three_within_six_months_bar_for_three_months_from_the_last() {
        assert_eq!(barred(&[at(1, 5), at(3, 1)]), None);
        assert_eq!(barred(&[at(7, 5), at(1, 5), at(3, 1)]), Some(at(10, 5)));
        assert_eq!(barred(&[at(1, 4), at(3, 1), at(7, 5)]), None);
        assert_eq!(
            barred(&[at(1, 5), at(3, 1), at(7, 5), at(8, 1)]),
            Some(at(11, 1))
        );
    }

    proptest! {
        #[test]
        fn another_missed_visit_never_shortens_the_bar(
            missed in proptest::collection::vec(0_u64..400, 0..10), one_more in 0_u64..400,
        ) {
            const DAY_MS: u64 = 86_400_000;
            let mut missed: Vec<u64> = missed.into_iter().map(|day| day * DAY_MS).collect();
            let before = barred(&missed);
            missed.push(one_more * DAY_MS);
            prop_assert!(barred(&missed) >= before);
        }
    }
}
