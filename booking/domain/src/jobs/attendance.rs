//! Whether a visit took place, as the traces that its people left tell it.
//!
//! A family that was let down must not stand there as having missed its visit. So a visit counts as missed
//! only where a link went out and nobody used it; whatever else did not happen is a failure of the facility
//! or the service, and the month gets its visit back.
//!
//! A terminal joins by itself, so that it joined says nothing of the inmate. That somebody spoke there does
//! (docs/adr/0016-who-was-there.md). Nor does a visit count whose inmate was missing for half of it
//! (docs/adr/0018-lost-time-is-given-back.md).

use crate::{EndedBy, VisitState};

/// The traces of a visit after its slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attendance {
    /// A gateway took a text message with a link.
    pub link_sent: bool,
    /// A visitor's device redeemed a link.
    pub link_redeemed: bool,
    /// A visitor was in the call.
    pub visitor_joined: bool,
    /// The inmate was heard in the call.
    pub inmate_heard: bool,
    /// At least half of it passed without the inmate ([`crate::VisitTime::is_short`]).
    pub short: bool,
}

/// What became of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A visitor was in the call, and the inmate was heard, for more than half of it.
    TookPlace,
    /// The visitors could have come, and did not.
    Missed,
    /// It failed, on the side of the facility or of the service.
    Failed(EndedBy),
}

impl Attendance {
    /// What became of the visit.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        let visitor_came = self.link_redeemed || self.visitor_joined;
        match (visitor_came, self.inmate_heard) {
            (true, true) if self.short => Outcome::Failed(EndedBy::Facility),
            (true, true) if self.visitor_joined => Outcome::TookPlace,
            (true, true) => Outcome::Failed(EndedBy::System),
            (true, false) => Outcome::Failed(EndedBy::Facility),
            (false, _) if self.link_sent => Outcome::Missed,
            (false, _) => Outcome::Failed(EndedBy::System),
        }
    }
}

impl Outcome {
    /// The outcome that staff name by a state and, of a failure, the side: only the facility's, the inmate's or the
    /// service's. None where the two say nothing together.
    #[must_use]
    pub const fn named(state: VisitState, by: Option<EndedBy>) -> Option<Self> {
        match (state, by) {
            (VisitState::Completed, None) => Some(Self::TookPlace),
            (VisitState::NoShow, None | Some(EndedBy::Visitor)) => Some(Self::Missed),
            (VisitState::TechnicalFailure, Some(EndedBy::Visitor) | None) => None,
            (VisitState::TechnicalFailure, Some(by)) => Some(Self::Failed(by)),
            _ => None,
        }
    }

    /// The visit's state.
    #[must_use]
    pub const fn state(self) -> VisitState {
        match self {
            Self::TookPlace => VisitState::Completed,
            Self::Missed => VisitState::NoShow,
            Self::Failed(_) => VisitState::TechnicalFailure,
        }
    }

    /// On whose side it failed.
    #[must_use]
    pub const fn ended_by(self) -> Option<EndedBy> {
        match self {
            Self::TookPlace => None,
            Self::Missed => Some(EndedBy::Visitor),
            Self::Failed(by) => Some(by),
        }
    }

    /// Whether the month gets the visit back.
    #[must_use]
    pub const fn gives_back(self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_waited_in_vain_gets_the_visit_back() {
        let visitor = Attendance {
            link_sent: true,
            link_redeemed: true,
            visitor_joined: true,
            inmate_heard: false,
            short: false,
        };
        assert_eq!(visitor.outcome(), Outcome::Failed(EndedBy::Facility));
        let both = Attendance {
            inmate_heard: true,
            ..visitor
        };
        assert_eq!(both.outcome(), Outcome::TookPlace);
        let late = Attendance {
            short: true,
            ..both
        };
        assert_eq!(late.outcome(), Outcome::Failed(EndedBy::Facility));
        let could_not_join = Attendance {
            visitor_joined: false,
            ..both
        };
        assert_eq!(could_not_join.outcome(), Outcome::Failed(EndedBy::System));
    }

    #[test]
    fn every_outcome_is_named_by_its_state_and_side_and_nothing_else_is() {
        let sides: Vec<Option<EndedBy>> = EndedBy::ALL.into_iter().map(Some).collect();
        let sides = [vec![None], sides].concat();
        let mut named = Vec::new();
        for state in VisitState::ALL {
            for by in &sides {
                if let Some(outcome) = Outcome::named(state, *by) {
                    assert_eq!(outcome.state(), state);
                    assert!(by.is_none() || outcome.ended_by() == *by);
                    named.push(outcome);
                }
            }
        }
        let failed = [EndedBy::Inmate, EndedBy::Facility, EndedBy::System].map(Outcome::Failed);
        let expected = [vec![Outcome::TookPlace], failed.to_vec()].concat();
        named.retain(|outcome| *outcome != Outcome::Missed);
        assert_eq!(named, expected);
        assert_eq!(
            Outcome::named(VisitState::NoShow, None),
            Some(Outcome::Missed)
        );
    }

    proptest! {
        #[test]
        fn a_visit_is_missed_only_where_a_link_went_out_and_nobody_used_it(
            link_sent in any::<bool>(), link_redeemed in any::<bool>(),
            visitor_joined in any::<bool>(), inmate_heard in any::<bool>(), short in any::<bool>(),
        ) {
            let attendance = Attendance { link_sent, link_redeemed, visitor_joined, inmate_heard, short };
            let missed = attendance.outcome() == Outcome::Missed;
            prop_assert_eq!(missed, link_sent && !link_redeemed && !visitor_joined);
            let took_place = attendance.outcome() == Outcome::TookPlace;
            prop_assert_eq!(took_place, visitor_joined && inmate_heard && !short);
            prop_assert_eq!(attendance.outcome().gives_back(), !missed && !took_place);
        }
    }
}
