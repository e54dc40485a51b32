//! A booking's states with what belongs to each, and its transitions.
//!
//! [`VisitState`] is the word that the database and the call know; this is the machine behind it.

use grant::Slot;
use ids::{Seat, StaffId};

use crate::{Outcome, UnknownWord, VisitState};

/// Who ended a visit or called it off, or on whose side it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EndedBy {
    /// A visitor.
    Visitor,
    /// The inmate.
    Inmate,
    /// The facility.
    Facility,
    /// The service.
    System,
}

/// A booking, from its hold to its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Booking {
    /// The slot is kept until a moment, Unix milliseconds.
    Held {
        /// Until when.
        until_ms: u64,
    },
    /// It will take place.
    Confirmed,
    /// Somebody must look at it first.
    Flagged {
        /// Why.
        reason: String,
    },
    /// A visitor is or was in the call, and the slot has not ended.
    InSession,
    /// It took place until its end.
    Completed,
    /// An officer ended it.
    Terminated {
        /// Who.
        officer: StaffId,
        /// On whose side what led to it lies.
        by: EndedBy,
        /// Why (Prison Act 監獄行刑法 §71).
        reason: String,
    },
    /// It could not take place, or not to its end, and no person is to blame.
    TechnicalFailure,
    /// It was called off beforehand.
    Cancelled {
        /// By whom.
        by: EndedBy,
        /// Why, where somebody said.
        reason: Option<String>,
    },
    /// Nobody came on one of the sides.
    NoShow {
        /// On which.
        who: EndedBy,
    },
}

/// A step that a booking in this state does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {} visit does not do that", .0.as_str())]
pub struct NotPossible(pub VisitState);

impl EndedBy {
    /// Everybody.
    pub const ALL: [Self; 4] = [Self::Visitor, Self::Inmate, Self::Facility, Self::System];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Inmate => "inmate",
            Self::Facility => "facility",
            Self::System => "system",
        }
    }

    /// Whom a stored word stands for.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|by| by.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "party to a visit"))
    }
}

impl Booking {
    /// The word for it.
    #[must_use]
    pub const fn state(&self) -> VisitState {
        match self {
            Self::Held { .. } => VisitState::Held,
            Self::Confirmed => VisitState::Confirmed,
            Self::Flagged { .. } => VisitState::Flagged,
            Self::InSession => VisitState::InSession,
            Self::Completed => VisitState::Completed,
            Self::Terminated { .. } => VisitState::Terminated,
            Self::TechnicalFailure => VisitState::TechnicalFailure,
            Self::Cancelled { .. } => VisitState::Cancelled,
            Self::NoShow { .. } => VisitState::NoShow,
        }
    }

    /// The applicant confirms, while the slot is kept.
    pub fn confirm(self, now_ms: u64) -> Result<Self, NotPossible> {
        match self {
            Self::Held { until_ms } if now_ms < until_ms => Ok(Self::Confirmed),
            other => Err(NotPossible(other.state())),
        }
    }

    /// Nobody confirmed in time.
    pub fn run_out(self, now_ms: u64) -> Result<Self, NotPossible> {
        match self {
            Self::Held { until_ms } if until_ms <= now_ms => Ok(Self::Cancelled {
                by: EndedBy::System,
                reason: None,
            }),
            other => Err(NotPossible(other.state())),
        }
    }

    /// Something that the visit rests on has changed. One that needs a look already keeps the reason that its party
    /// was told.
    pub fn flag(self, reason: String) -> Result<Self, NotPossible> {
        match self {
            Self::Confirmed | Self::InSession => Ok(Self::Flagged { reason }),
            other => Err(NotPossible(other.state())),
        }
    }

    /// A member of staff has looked at it: it takes place.
    pub fn clear(self) -> Result<Self, NotPossible> {
        match self {
            Self::Flagged { .. } => Ok(Self::Confirmed),
            other => Err(NotPossible(other.state())),
        }
    }

    /// It is called off before a visitor joined.
    pub fn cancel(self, by: EndedBy, reason: Option<String>) -> Result<Self, NotPossible> {
        match self {
            Self::Held { .. } | Self::Confirmed | Self::Flagged { .. } => {
                Ok(Self::Cancelled { by, reason })
            }
            other => Err(NotPossible(other.state())),
        }
    }

    /// Staff call it off. That somebody waits in its call already is no obstacle until the slot begins; from
    /// then on an officer ends it.
    pub fn cancel_by_staff(
        self,
        by: EndedBy,
        reason: Option<String>,
        starts_at_ms: u64,
        now_ms: u64,
    ) -> Result<Self, NotPossible> {
        if self.is_waiting(starts_at_ms, now_ms) {
            Ok(Self::Cancelled { by, reason })
        } else {
            self.cancel(by, reason)
        }
    }

    /// Whether staff can give it another terminal: it is still to come, or its end is and nobody has joined.
    #[must_use]
    pub const fn can_be_moved(&self, slot: Slot, now_ms: u64) -> bool {
        match self {
            Self::Held { until_ms } => now_ms < *until_ms && now_ms < slot.ends_at_ms,
            Self::Confirmed | Self::Flagged { .. } => now_ms < slot.ends_at_ms,
            _ => self.is_waiting(slot.starts_at_ms, now_ms),
        }
    }

    /// Whether a visitor has joined and the slot has not begun.
    const fn is_waiting(&self, starts_at_ms: u64, now_ms: u64) -> bool {
        matches!(self, Self::InSession) && now_ms < starts_at_ms
    }

    /// Somebody is in the call on `seat`. A terminal joins by itself as soon as the visit opens, whether or not
    /// anybody sits there: only a visitor puts the visit in session.
    pub fn join(self, seat: Seat) -> Result<Self, NotPossible> {
        match self {
            Self::Confirmed if seat == Seat::INMATE => Ok(Self::Confirmed),
            Self::Confirmed | Self::InSession => Ok(Self::InSession),
            other => Err(NotPossible(other.state())),
        }
    }

    /// The slot of a call has ended.
    pub fn slot_ended(self) -> Result<Self, NotPossible> {
        match self {
            Self::InSession => Ok(Self::Completed),
            other => Err(NotPossible(other.state())),
        }
    }

    /// What became of it is settled by the traces of its people, once its slot has ended.
    pub fn settle(self, outcome: Outcome) -> Result<Self, NotPossible> {
        match self {
            Self::Confirmed | Self::InSession | Self::Completed => Ok(Self::with(outcome)),
            other => Err(NotPossible(other.state())),
        }
    }

    /// Staff know better what became of it.
    pub fn correct(self, outcome: Outcome) -> Result<Self, NotPossible> {
        match self {
            Self::Completed
            | Self::NoShow { .. }
            | Self::TechnicalFailure
            | Self::Terminated { .. } => Ok(Self::with(outcome)),
            other => Err(NotPossible(other.state())),
        }
    }

    /// A visit with this outcome.
    const fn with(outcome: Outcome) -> Self {
        match outcome {
            Outcome::TookPlace => Self::Completed,
            Outcome::Missed => Self::NoShow {
                who: EndedBy::Visitor,
            },
            Outcome::Failed(_) => Self::TechnicalFailure,
        }
    }

    /// An officer ends it.
    pub fn terminate(
        self,
        officer: StaffId,
        by: EndedBy,
        reason: String,
    ) -> Result<Self, NotPossible> {
        match self {
            Self::Confirmed | Self::InSession => Ok(Self::Terminated {
                officer,
                by,
                reason,
            }),
            other => Err(NotPossible(other.state())),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    /// A visitor's seat.
    const VISITORS: Seat = Seat::ALL[1];

    #[derive(Clone, Copy, Debug)]
    enum Doing {
        Confirm(u64),
        RunOut(u64),
        Flag,
        Clear,
        Cancel(EndedBy),
        Join(Seat),
        SlotEnded,
        Settle(Outcome),
        Terminate,
    }

    fn doings() -> impl Strategy<Value = Doing> {
        let by = || proptest::sample::select(&EndedBy::ALL[..]);
        prop_oneof![
            (0_u64..20).prop_map(Doing::Confirm),
            (0_u64..20).prop_map(Doing::RunOut),
            Just(Doing::Flag),
            Just(Doing::Clear),
            by().prop_map(Doing::Cancel),
            proptest::sample::select(&Seat::ALL[..]).prop_map(Doing::Join),
            Just(Doing::SlotEnded),
            outcomes().prop_map(Doing::Settle),
            Just(Doing::Terminate),
        ]
    }

    fn outcomes() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            Just(Outcome::TookPlace),
            Just(Outcome::Missed),
            proptest::sample::select(&EndedBy::ALL[1..]).prop_map(Outcome::Failed),
        ]
    }

    fn take(booking: Booking, doing: Doing) -> Result<Booking, NotPossible> {
        match doing {
            Doing::Confirm(now_ms) => booking.confirm(now_ms),
            Doing::RunOut(now_ms) => booking.run_out(now_ms),
            Doing::Flag => booking.flag("移監".into()),
            Doing::Clear => booking.clear(),
            Doing::Cancel(by) => booking.cancel(by, None),
            Doing::Join(seat) => booking.join(seat),
            Doing::SlotEnded => booking.slot_ended(),
            Doing::Settle(outcome) => booking.settle(outcome),
            Doing::Terminate => {
                let officer = StaffId::from_uuid(Uuid::nil());
                booking.terminate(officer, EndedBy::Visitor, "擅自錄影".into())
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_settled_stays_settled_and_nothing_is_held_twice(
            doings in proptest::collection::vec(doings(), 1..30),
        ) {
            let mut booking = Booking::Held { until_ms: 10 };
            for doing in doings {
                let before = booking.clone();
                if let Ok(after) = take(before.clone(), doing) {
                    let settling = matches!((&before, doing), (Booking::Completed, Doing::Settle(_)));
                    prop_assert!(settling || before.state().is_live(), "{before:?} became {after:?}");
                    prop_assert_ne!(after.state(), VisitState::Held);
                    booking = after;
                }
            }
        }

        #[test]
        fn what_has_an_outcome_is_corrected_to_any_other_and_nothing_else_is(
            doings in proptest::collection::vec(doings(), 1..30), outcome in outcomes(),
        ) {
            let mut booking = Booking::Held { until_ms: 10 };
            for doing in doings {
                booking = take(booking.clone(), doing).unwrap_or(booking);
            }
            let before = booking.state();
            let settled = before.is_past() || before == VisitState::Terminated;
            let corrected = booking.correct(outcome).map(|corrected| corrected.state());
            prop_assert_eq!(corrected, settled.then(|| outcome.state()).ok_or(NotPossible(before)));
        }

        #[test]
        fn a_hold_can_be_confirmed_or_has_run_out_at_any_moment_but_never_both(now_ms in 0_u64..20) {
            let held = Booking::Held { until_ms: 10 };
            let (confirmed, ran_out) = (held.clone().confirm(now_ms), held.run_out(now_ms));
            prop_assert_ne!(confirmed.is_ok(), ran_out.is_ok());
        }
    }

    #[test]
    fn a_flagged_visit_is_joined_only_once_it_is_cleared_also_when_it_was_under_way() {
        for before in [Booking::Confirmed, Booking::InSession] {
            let flagged = before.flag("移監".into()).unwrap();
            for seat in Seat::ALL {
                let refused = Err(NotPossible(VisitState::Flagged));
                assert_eq!(flagged.clone().join(seat), refused);
            }
            let joined = flagged.clear().unwrap().join(VISITORS);
            assert_eq!(joined, Ok(Booking::InSession));
        }
    }

    #[test]
    fn a_visit_that_needs_a_look_keeps_the_reason_that_its_party_was_told() {
        let flagged = Booking::Confirmed.flag("移監".into()).unwrap();
        let again = flagged.flag("設備檢修".into());
        assert_eq!(again, Err(NotPossible(VisitState::Flagged)));
    }

    #[test]
    fn a_visit_that_a_visitor_joined_is_complete_at_its_end_and_one_with_a_terminal_alone_is_not() {
        for seat in Seat::ALL {
            let ended = Booking::Confirmed.join(seat).unwrap().slot_ended();
            let expected = if seat == Seat::INMATE {
                Err(NotPossible(VisitState::Confirmed))
            } else {
                Ok(Booking::Completed)
            };
            assert_eq!(ended, expected);
        }
        assert_eq!(
            Booking::InSession.join(Seat::INMATE),
            Ok(Booking::InSession)
        );
    }

    #[test]
    fn nobody_calls_off_a_visit_that_is_under_way() {
        let refused = Booking::InSession.cancel(EndedBy::Visitor, None);
        assert_eq!(refused, Err(NotPossible(VisitState::InSession)));
    }

    #[test]
    fn staff_call_off_and_move_a_visit_in_which_somebody_waits_until_its_slot_begins() {
        const STARTS_AT_MS: u64 = 10;
        let slot = Slot {
            starts_at_ms: STARTS_AT_MS,
            ends_at_ms: 20,
        };
        let cancel = |booking: Booking, now_ms| {
            booking.cancel_by_staff(EndedBy::Facility, None, STARTS_AT_MS, now_ms)
        };
        let cancelled = Booking::Cancelled {
            by: EndedBy::Facility,
            reason: None,
        };
        assert_eq!(cancel(Booking::InSession, 9), Ok(cancelled.clone()));
        assert!(Booking::InSession.can_be_moved(slot, 9));
        let refused = Err(NotPossible(VisitState::InSession));
        assert_eq!(cancel(Booking::InSession, STARTS_AT_MS), refused);
        assert!(!Booking::InSession.can_be_moved(slot, STARTS_AT_MS));
        // Where no visitor has come yet, the slot's begin changes nothing.
        assert_eq!(cancel(Booking::Confirmed, 19), Ok(cancelled));
        assert!(Booking::Confirmed.can_be_moved(slot, 19));
        assert!(!Booking::Confirmed.can_be_moved(slot, 20));
        assert!(cancel(Booking::Completed, 9).is_err());
        assert!(!Booking::Completed.can_be_moved(slot, 9));
    }
}
