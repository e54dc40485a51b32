//! Days, or parts of days, without visits.

use ids::{ClosureId, FacilityId};
use jiff::civil::Date;

/// What is to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosurePlan {
    /// The first date.
    pub from: Date,
    /// The last date.
    pub to: Date,
    /// Batches that begin in these minutes of the day, the second one excluded; none: the whole day.
    pub minutes: Option<(u16, u16)>,
    /// Why, as people read it.
    pub reason: String,
}

/// A closure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// Its id.
    pub id: ClosureId,
    /// Whether it closes every facility, such as a national holiday.
    pub everywhere: bool,
    /// What it is.
    pub plan: ClosurePlan,
}

/// Which closures to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosuresPage {
    /// Whose; those of all facilities are among them.
    pub facility: FacilityId,
    /// Only what follows this one.
    pub after: Option<ClosureId>,
    /// How many at most.
    pub limit: u32,
}

/// A closure, as a list of them shows it to schedulers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedClosure {
    /// The closure.
    pub closure: Closure,
    /// When it was lifted, Unix milliseconds; none: it is in force.
    pub lifted_at_ms: Option<u64>,
}

/// Why a closure cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClosureFault {
    /// The last date is before the first, or more than a year after it.
    #[error("the dates are reversed, or more than a year apart")]
    Dates,
    /// The minutes are reversed or beyond the day.
    #[error("the minutes are reversed or beyond the day")]
    Minutes,
    /// The reason is shorter or longer than its bounds.
    #[error("the reason is too short or too long")]
    Reason,
}

impl ClosurePlan {
    /// The longest reason, characters.
    pub const MAX_REASON: usize = 200;
    const MAX_DAYS: i32 = 366;

    /// Whether the closure can be.
    pub fn check(&self) -> Result<(), ClosureFault> {
        let days = self.from.duration_until(self.to).as_hours() / 24;
        if !(0..=i64::from(Self::MAX_DAYS)).contains(&days) {
            return Err(ClosureFault::Dates);
        }
        if self
            .minutes
            .is_some_and(|(from, to)| from >= to || to > 1440)
        {
            return Err(ClosureFault::Minutes);
        }
        if !(2..=Self::MAX_REASON).contains(&self.reason.trim().chars().count()) {
            return Err(ClosureFault::Reason);
        }
        Ok(())
    }

    /// Whether a batch that begins at a minute of a date is closed.
    #[must_use]
    pub fn covers(&self, date: Date, starts_minute: u16) -> bool {
        self.from <= date
            && date <= self.to
            && self
                .minutes
                .is_none_or(|(from, to)| (from..to).contains(&starts_minute))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    use super::*;

    /// A closure that can be, within a month, with days and minutes of its own.
    fn closures() -> impl Strategy<Value = ClosurePlan> {
        let minutes = (0_u16..1440, 1_u16..=1440);
        let minutes =
            minutes.prop_map(|(from, length)| (from, from.saturating_add(length).min(1440)));
        let days = (0_i64..30, 0_i64..10);
        (days, proptest::option::of(minutes)).prop_map(|((from, more), minutes)| ClosurePlan {
            from: day(from),
            to: day(from + more),
            minutes,
            reason: "設備檢修".into(),
        })
    }

    fn day(number: i64) -> Date {
        date(2026, 11, 1).saturating_add(number.days())
    }

    proptest! {
        #[test]
        fn what_is_closed_is_within_its_days_and_minutes_and_all_of_that_is(
            closure in closures(), on in -3_i64..45, minute in 0_u16..1440,
        ) {
            prop_assert_eq!(closure.check(), Ok(()));
            let days: Vec<Date> = closure.from.series(1.day()).take_while(|day| *day <= closure.to).collect();
            let (from, to) = closure.minutes.unwrap_or((0, 1440));
            let within = days.contains(&day(on)) && from <= minute && minute < to;
            prop_assert_eq!(closure.covers(day(on), minute), within);
        }

        #[test]
        fn two_parts_of_a_closure_close_what_the_whole_does(
            closure in closures(), at in 1_u16..1440, on in -3_i64..45, minute in 0_u16..1440,
        ) {
            let (from, to) = closure.minutes.unwrap_or((0, 1440));
            prop_assume!(from < at && at < to);
            let part = |minutes| ClosurePlan { minutes: Some(minutes), ..closure.clone() };
            let (early, late) = (part((from, at)), part((at, to)));
            prop_assert_eq!((early.check(), late.check()), (Ok(()), Ok(())));
            let (early, late) = (early.covers(day(on), minute), late.covers(day(on), minute));
            prop_assert_eq!(closure.covers(day(on), minute), early || late);
            prop_assert!(!(early && late));
        }

        #[test]
        fn a_closure_lasts_a_year_at_most_and_never_backwards(days in -800_i64..800) {
            let plan = ClosurePlan {
                from: day(0),
                to: day(days),
                minutes: None,
                reason: "設備檢修".into(),
            };
            prop_assert_eq!(plan.check().is_ok(), (0..=366).contains(&days));
        }
    }

    #[test]
    fn a_closed_morning_leaves_the_afternoon() {
        let closure = ClosurePlan {
            from: date(2026, 11, 27),
            to: date(2026, 11, 28),
            minutes: Some((0, 720)),
            reason: "設備檢修".into(),
        };
        assert_eq!(closure.check(), Ok(()));
        assert!(closure.covers(date(2026, 11, 28), 719));
        assert!(!closure.covers(date(2026, 11, 28), 720));
        assert!(!closure.covers(date(2026, 11, 29), 0));
    }

    #[test]
    fn each_fault_is_told() {
        let closure = ClosurePlan {
            from: date(2026, 11, 27),
            to: date(2026, 11, 27),
            minutes: None,
            reason: "設備檢修".into(),
        };
        let to = |to| {
            ClosurePlan {
                to,
                ..closure.clone()
            }
            .check()
        };
        assert_eq!(to(date(2026, 11, 26)), Err(ClosureFault::Dates));
        assert_eq!(to(date(2028, 11, 26)), Err(ClosureFault::Dates));
        let minutes = Some((600, 600));
        let fault = ClosurePlan {
            minutes,
            ..closure.clone()
        }
        .check();
        assert_eq!(fault, Err(ClosureFault::Minutes));
        let fault = ClosurePlan {
            reason: " 休 ".into(),
            ..closure
        }
        .check();
        assert_eq!(fault, Err(ClosureFault::Reason));
    }
}
