//! Who gets the month's visit back when.
//!
//! The month is the inmate's. It gets a visit back when the facility, the inmate or the service called it off
//! or failed, and when a visitor did so in good time. A visitor who does not come, or calls off late, spends it.
//! A visit that an officer ended is spent only where what led to it lies on the visitors' side. Who gives up a visit
//! that still needs a look gives it back at any time: nobody has said that it takes place.

use crate::{Booking, EndedBy};

const HOUR_MS: u64 = 3_600_000;

/// Until when a visitor who calls off gives the visit back, Unix milliseconds.
#[must_use]
pub const fn gives_back_until_ms(starts_at_ms: u64, cancel_before_hours: u16) -> u64 {
    starts_at_ms.saturating_sub(cancel_before_hours as u64 * HOUR_MS)
}

/// Whether the month gets back a visit that goes from `before` to `after` at a moment. A hold that is not
/// confirmed never counted.
#[must_use]
pub const fn gives_back(before: &Booking, after: &Booking, now_ms: u64, until_ms: u64) -> bool {
    match after {
        Booking::Cancelled { by, .. } => {
            matches!(before, Booking::Held { .. } | Booking::Flagged { .. })
                || !matches!(by, EndedBy::Visitor)
                || now_ms <= until_ms
        }
        Booking::NoShow { who: by } | Booking::Terminated { by, .. } => {
            !matches!(by, EndedBy::Visitor)
        }
        Booking::TechnicalFailure => true,
        Booking::Held { .. }
        | Booking::Confirmed
        | Booking::Flagged { .. }
        | Booking::InSession
        | Booking::Completed => false,
    }
}

#[cfg(test)]
mod tests {
    use ids::{Seat, StaffId};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{NotPossible, Outcome};

    const UNTIL_MS: u64 = 1_000;

    fn officer() -> StaffId {
        StaffId::from_uuid(Uuid::nil())
    }

    #[test]
    fn a_visitor_gives_back_in_good_time_and_not_a_moment_later() {
        assert_eq!(gives_back_until_ms(90_000_000, 24), 3_600_000);
        let cancelled = Booking::Cancelled {
            by: EndedBy::Visitor,
            reason: None,
        };
        assert!(gives_back(
            &Booking::Confirmed,
            &cancelled,
            UNTIL_MS,
            UNTIL_MS
        ));
        assert!(!gives_back(
            &Booking::Confirmed,
            &cancelled,
            UNTIL_MS + 1,
            UNTIL_MS
        ));
        let held = Booking::Held { until_ms: 5_000 };
        assert!(gives_back(&held, &cancelled, UNTIL_MS + 1, UNTIL_MS));
    }

    #[test]
    fn who_gives_up_a_flagged_visit_gives_it_back_however_late() {
        let flagged = Booking::Confirmed.flag("移監".into()).unwrap();
        let cancelled = flagged.clone().cancel(EndedBy::Visitor, None).unwrap();
        assert!(gives_back(&flagged, &cancelled, UNTIL_MS + 1, UNTIL_MS));
    }

    /// Anything that may happen to a visit, by a number.
    fn take(
        booking: Booking,
        number: u8,
        by: EndedBy,
        now_ms: u64,
    ) -> Result<Booking, NotPossible> {
        match number {
            0 => booking.confirm(now_ms),
            1 => booking.run_out(now_ms),
            2 => booking.flag("移監".into()),
            3 => booking.clear(),
            4 => booking.cancel(by, None),
            5 => booking.join(Seat::ALL[1]),
            6 => booking.slot_ended(),
            7 => booking.settle(Outcome::TookPlace),
            8 => booking.settle(Outcome::Missed),
            9 => booking.settle(Outcome::Failed(by)),
            _ => booking.terminate(officer(), by, "擅自錄影".into()),
        }
    }

    proptest! {
        /// The inmate's month holds what is ahead, what took place and what the visitors have spent, and no more.
        #[test]
        fn a_visit_counts_until_it_is_given_back_once(
            steps in proptest::collection::vec((0_u8..11, 0_usize..4, 0_u64..400), 1..30),
        ) {
            let (mut booking, mut counts, mut now_ms) = (Booking::Held { until_ms: 600 }, true, 0);
            for (number, by, later_ms) in steps {
                now_ms += later_ms;
                let before = booking.clone();
                let after = take(booking.clone(), number, EndedBy::ALL[by], now_ms);
                let Ok(after) = after else { continue };
                if gives_back(&before, &after, now_ms, UNTIL_MS) {
                    prop_assert!(counts, "{before:?} became {after:?}");
                    counts = false;
                }
                let spent = match &after {
                    Booking::TechnicalFailure => false,
                    Booking::NoShow { who: by } | Booking::Terminated { by, .. } => *by == EndedBy::Visitor,
                    Booking::Cancelled { by, .. } => {
                        let late = now_ms > UNTIL_MS && before == Booking::Confirmed;
                        *by == EndedBy::Visitor && late
                    }
                    _ => true,
                };
                prop_assert_eq!(counts, spent, "{:?} became {:?}", before, after);
                booking = after;
            }
        }

        #[test]
        fn what_others_caused_is_always_given_back(
            by in proptest::sample::select(&EndedBy::ALL[1..]), now_ms in 0_u64..3_000,
        ) {
            let cancelled = Booking::Confirmed.cancel(by, None).unwrap();
            prop_assert!(gives_back(&Booking::Confirmed, &cancelled, now_ms, UNTIL_MS));
            let missed = Booking::NoShow { who: by };
            prop_assert!(gives_back(&Booking::Confirmed, &missed, now_ms, UNTIL_MS));
            prop_assert!(gives_back(&Booking::InSession, &Booking::TechnicalFailure, now_ms, UNTIL_MS));
            let ended = Booking::InSession.terminate(officer(), by, "設備故障".into()).unwrap();
            prop_assert!(gives_back(&Booking::InSession, &ended, now_ms, UNTIL_MS));
        }

        #[test]
        fn what_takes_place_or_is_missed_by_visitors_never_is(now_ms in 0_u64..3_000) {
            let who = EndedBy::Visitor;
            let ended = Booking::InSession.terminate(officer(), who, "擅自錄影".into()).unwrap();
            for after in [
                Booking::Completed, Booking::Confirmed, Booking::InSession, Booking::NoShow { who }, ended,
            ] {
                prop_assert!(!gives_back(&Booking::Confirmed, &after, now_ms, UNTIL_MS));
            }
        }
    }
}
