//! How far ahead one can book, and when the next day opens 通訊設備接見辦法 §9.

use jiff::{ToSpan, civil::Date, tz::TimeZone};

use crate::{FacilityRules, slots::month::timestamp};

/// The dates that can be booked at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookingWindow {
    /// The first date.
    pub from: Date,
    /// The last date. It is before the first one where no date can be booked.
    pub to: Date,
    /// When the next date opens, Unix milliseconds.
    pub next_day_opens_at_ms: u64,
}

impl BookingWindow {
    /// The window of a facility at a moment, Unix milliseconds.
    #[must_use]
    pub fn at(now_ms: u64, rules: &FacilityRules, time_zone: &TimeZone) -> Self {
        let today = timestamp(now_ms).to_zoned(time_zone.clone()).date();
        let ahead = |days: u16| today.saturating_add(i64::from(days).days());
        let to = ahead(rules.book_to_days);
        let opens_today = opening_ms(today, rules.day_opens_minute, time_zone);
        if now_ms < opens_today {
            Self {
                from: ahead(rules.book_from_days),
                to: to.saturating_sub(1.day()),
                next_day_opens_at_ms: opens_today,
            }
        } else {
            let tomorrow = today.saturating_add(1.day());
            Self {
                from: ahead(rules.book_from_days),
                to,
                next_day_opens_at_ms: opening_ms(tomorrow, rules.day_opens_minute, time_zone),
            }
        }
    }

    /// Whether a date can be booked.
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }

    /// The dates, ascending.
    pub fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        let to = self.to;
        self.from
            .series(1.day())
            .take_while(move |date| *date <= to)
    }
}

/// When a minute of a local date is, Unix milliseconds. Where the clocks skip it: when they have.
fn opening_ms(date: Date, minute: u16, time_zone: &TimeZone) -> u64 {
    let local = date
        .to_datetime(jiff::civil::Time::midnight())
        .saturating_add(i64::from(minute).minutes());
    let moment = time_zone.to_ambiguous_timestamp(local).compatible();
    moment.map_or(u64::MAX, |moment| {
        u64::try_from(moment.as_millisecond()).unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn taipei() -> TimeZone {
        TimeZone::get("Asia/Taipei").unwrap()
    }

    /// 2026-11-24 at an hour and a minute in Taipei.
    fn at(hour: i8, minute: i8) -> u64 {
        let local = date(2026, 11, 24).at(hour, minute, 0, 0);
        let moment = local.to_zoned(taipei()).unwrap().timestamp();
        u64::try_from(moment.as_millisecond()).unwrap()
    }

    #[test]
    fn two_to_seven_days_ahead_and_the_seventh_opens_in_the_morning() {
        let rules = FacilityRules::default();
        let before = BookingWindow::at(at(7, 59), &rules, &taipei());
        assert_eq!(
            (before.from, before.to),
            (date(2026, 11, 26), date(2026, 11, 30))
        );
        assert_eq!(before.next_day_opens_at_ms, at(8, 0));
        let after = BookingWindow::at(at(8, 0), &rules, &taipei());
        assert_eq!(
            (after.from, after.to),
            (date(2026, 11, 26), date(2026, 12, 1))
        );
        assert_eq!(after.next_day_opens_at_ms, at(8, 0) + 24 * 3_600_000);
        assert_eq!(after.dates().count(), 6);
    }

    proptest! {
        #[test]
        fn the_next_day_opens_when_it_says_and_not_a_moment_before(
            minutes in 0_u64..600_000, opens in 0_u16..1440, to in 2_u16..10,
            zone in proptest::sample::select(&["Asia/Taipei", "America/New_York", "Pacific/Apia"][..]),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let rules = FacilityRules { day_opens_minute: opens, book_to_days: to, ..FacilityRules::default() };
            let now_ms = 1_767_225_600_000 + minutes * 60_000;
            let now = BookingWindow::at(now_ms, &rules, &zone);
            prop_assert!(now.next_day_opens_at_ms > now_ms);
            let just_before = BookingWindow::at(now.next_day_opens_at_ms - 1, &rules, &zone);
            let then = BookingWindow::at(now.next_day_opens_at_ms, &rules, &zone);
            prop_assert_eq!(just_before.to, now.to);
            prop_assert_eq!(then.to, now.to.saturating_add(1.day()));
        }
    }
}
