//! Visits that staff add beside grid and month, and the days on which the law lets them take place.
//!
//! For two grounds the law counts from an event: from a death one month, from the news of a critical illness
//! seven days 通訊設備接見辦法 §9, §10. The day of the event itself is not counted, and a month that begins with
//! the first of one ends with its last (Civil Code 民法 §120, §121). The days are those of the facility's
//! calendar.

use grant::Slot;
use ids::{FacilityId, InmateId, StaffId, TerminalId};
use jiff::{ToSpan, civil::Date};

use crate::{BookRefusal, Ground, PartyCandidate, StoreError};

/// So long after the news of a critical illness, days.
const ILLNESS_DAYS: i64 = 7;

/// A visit on a ground that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionVisit {
    /// Where.
    pub facility: FacilityId,
    /// With whom.
    pub inmate: InmateId,
    /// At which of the facility's terminals.
    pub terminal: TerminalId,
    /// When.
    pub slot: Slot,
    /// Who comes.
    pub party: Vec<PartyCandidate>,
    /// On which ground.
    pub ground: Ground,
    /// The date of the death or of the news of an illness; none for a ground that counts from neither.
    pub event_on: Option<Date>,
    /// What happened, for the record.
    pub reason: String,
    /// Who arranges it.
    pub by: StaffId,
    /// Now, Unix milliseconds.
    pub now_ms: u64,
}

/// Why an exception was not added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExceptionError {
    /// The rules of every visit.
    #[error(transparent)]
    Refused(#[from] BookRefusal),
    /// The date of the event, or the time since.
    #[error(transparent)]
    Event(#[from] EventFault),
    /// The facility has no such inmate or terminal.
    #[error("there is no such inmate or terminal")]
    NotFound,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with the date of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventFault {
    /// The ground counts from an event, and none is told.
    #[error("the ground needs the date of its event")]
    Missing,
    /// The ground counts from no event.
    #[error("the ground has no event")]
    NotAsked,
    /// It has not come yet.
    #[error("the event lies in the future")]
    InFuture,
    /// The last day on which it lets a visit take place is over.
    #[error("the event was too long ago")]
    TooLongAgo,
    /// The visit is on a day on which it does not let one take place.
    #[error("the visit is not on a day until {last_day}")]
    OutsideWindow {
        /// The last day on which it does.
        last_day: Date,
    },
}

/// The days on which an event lets a visit take place, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventWindow {
    /// The day of the event.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl EventWindow {
    /// The days after an event on this date. None where the ground counts from no event.
    #[must_use]
    pub fn of(ground: Ground, event_on: Date) -> Option<Self> {
        let to = match ground {
            Ground::Bereavement => a_month_after(event_on),
            Ground::CriticalIllness => event_on.saturating_add(ILLNESS_DAYS.days()),
            Ground::Ordinary
            | Ground::Lawyer
            | Ground::Consular
            | Ground::Disaster
            | Ground::Humanitarian
            | Ground::Special => return None,
        };
        Some(Self { from: event_on, to })
    }

    /// Whether a visit may fall on a date.
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }
}

/// Whether a visit on a ground may fall on a date, by the date of its event and today's.
pub fn check_event(
    ground: Ground,
    event_on: Option<Date>,
    today: Date,
    visit_on: Date,
) -> Result<(), EventFault> {
    let Some(event_on) = event_on else {
        return match EventWindow::of(ground, today) {
            Some(_) => Err(EventFault::Missing),
            None => Ok(()),
        };
    };
    let window = EventWindow::of(ground, event_on).ok_or(EventFault::NotAsked)?;
    if today < event_on {
        return Err(EventFault::InFuture);
    }
    if window.to < today {
        return Err(EventFault::TooLongAgo);
    }
    if !window.contains(visit_on) {
        return Err(EventFault::OutsideWindow {
            last_day: window.to,
        });
    }
    Ok(())
}

/// The last day of the month that begins after a date.
fn a_month_after(date: Date) -> Date {
    let same_day = date.saturating_add(1.month());
    if date == date.last_of_month() {
        same_day.last_of_month()
    } else {
        same_day
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_after_a_death_is_one_of_the_calendar() {
        for (died, last) in [
            (date(2026, 11, 14), date(2026, 12, 14)),
            (date(2026, 12, 31), date(2027, 1, 31)),
            (date(2027, 1, 28), date(2027, 2, 28)),
            (date(2027, 1, 30), date(2027, 2, 28)),
            (date(2027, 1, 31), date(2027, 2, 28)),
            (date(2027, 2, 28), date(2027, 3, 31)),
            (date(2028, 2, 28), date(2028, 3, 28)),
            (date(2026, 11, 30), date(2026, 12, 31)),
        ] {
            let window = EventWindow::of(Ground::Bereavement, died).unwrap();
            assert_eq!((window.from, window.to), (died, last));
        }
    }

    #[test]
    fn each_fault_of_a_date_is_told_apart() {
        let check = |ground, event_on, visit_on| {
            check_event(ground, event_on, date(2026, 11, 24), visit_on)
        };
        let (today, next) = (date(2026, 11, 24), date(2026, 11, 25));
        let ill = Ground::CriticalIllness;
        assert_eq!(check(ill, None, next), Err(EventFault::Missing));
        assert_eq!(check(Ground::Lawyer, None, next), Ok(()));
        let not_asked = check(Ground::Lawyer, Some(today), next);
        assert_eq!(not_asked, Err(EventFault::NotAsked));
        assert_eq!(check(ill, Some(next), next), Err(EventFault::InFuture));
        let week_ago = Some(date(2026, 11, 17));
        assert_eq!(check(ill, week_ago, today), Ok(()));
        let last_day = today;
        let outside = Err(EventFault::OutsideWindow { last_day });
        assert_eq!(check(ill, week_ago, next), outside);
        let earlier = Some(date(2026, 11, 16));
        assert_eq!(check(ill, earlier, today), Err(EventFault::TooLongAgo));
    }

    proptest! {
        #[test]
        fn a_visit_that_passes_is_within_a_month_of_a_death_and_seven_days_of_the_news_of_an_illness(
            ground in proptest::sample::select(&Ground::ALL[..]),
            event in proptest::option::of(0_i64..60),
            visit in 0_i64..100,
        ) {
            let begin = date(2027, 1, 1);
            let day = |after: i64| begin.saturating_add(after.days());
            let today = day(40);
            let (event_on, visit_on) = (event.map(day), day(40 + visit));
            let passes = check_event(ground, event_on, today, visit_on).is_ok();
            let days = match ground {
                Ground::Bereavement => Some(28..=31),
                Ground::CriticalIllness => Some(7..=7),
                _ => None,
            };
            prop_assert!(!passes || event.is_some() == days.is_some());
            if let (Some(event), Some(days)) = (event, days) {
                let since = 40 + visit - event;
                let may = event <= 40 && since <= *days.end();
                let must = event <= 40 && since <= *days.start();
                prop_assert!(may || !passes, "{ground:?}: {event_on:?}, {visit_on}");
                prop_assert!(passes || !must, "{ground:?}: {event_on:?}, {visit_on}");
            }
        }
    }
}
