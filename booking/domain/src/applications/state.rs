//! Where an application stands.

use crate::{AuditStep, UnknownWord};

/// Where an application stands.
///
/// draft → submitted → in review ⇄ needs more → approved or refused; approved → revoked. The applicant withdraws
/// whatever was handed in and is not over; that, and drafts, go stale when the inmate is transferred or released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ApplicationState {
    /// The applicant is filling it in.
    Draft,
    /// It waits for a reviewer.
    Submitted,
    /// A reviewer has it.
    InReview,
    /// The reviewer asked for more, and the applicant is filling it in again.
    NeedsMore,
    /// The applicant may visit.
    Approved,
    /// The applicant may not visit. Another application may follow.
    Refused,
    /// The approval was taken back.
    Revoked,
    /// The applicant took it back. Another application may follow.
    Withdrawn,
    /// It ended with the inmate's transfer or release.
    Stale,
}

/// What is done with an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ApplicationStep {
    /// The applicant hands it in, for the first time or again.
    Submit,
    /// A reviewer begins, or takes over from another.
    Take,
    /// A reviewer asks for more.
    Ask,
    /// A reviewer approves.
    Approve,
    /// A reviewer refuses.
    Refuse,
    /// Staff take the approval back.
    Revoke,
    /// The applicant takes it back, whatever came of it so far.
    Withdraw,
    /// The inmate was transferred or released.
    Leave,
}

impl ApplicationState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Submitted,
        Self::InReview,
        Self::NeedsMore,
        Self::Approved,
        Self::Refused,
        Self::Revoked,
        Self::Withdrawn,
        Self::Stale,
    ];

    /// The state after a step, if the step is possible in this one.
    #[must_use]
    pub const fn after(self, step: ApplicationStep) -> Option<Self> {
        match (self, step) {
            (Self::Draft, ApplicationStep::Submit) => Some(Self::Submitted),
            // Its reviewer has it already: it goes to the end of no queue.
            (Self::NeedsMore, ApplicationStep::Submit)
            | (Self::Submitted | Self::InReview, ApplicationStep::Take) => Some(Self::InReview),
            (Self::InReview, ApplicationStep::Ask) => Some(Self::NeedsMore),
            (Self::InReview, ApplicationStep::Approve) => Some(Self::Approved),
            (Self::InReview, ApplicationStep::Refuse) => Some(Self::Refused),
            (Self::Approved, ApplicationStep::Revoke) => Some(Self::Revoked),
            (
                Self::Submitted | Self::InReview | Self::NeedsMore | Self::Approved,
                ApplicationStep::Withdraw,
            ) => Some(Self::Withdrawn),
            (
                Self::Draft | Self::Submitted | Self::InReview | Self::NeedsMore | Self::Approved,
                ApplicationStep::Leave,
            ) => Some(Self::Stale),
            _ => None,
        }
    }

    /// Whether the applicant may change it and its documents.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::NeedsMore)
    }

    /// Whether somebody waits for what comes next.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Submitted | Self::InReview | Self::NeedsMore)
    }

    /// Whether nothing follows any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::Revoked | Self::Withdrawn | Self::Stale
        )
    }

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::InReview => "in_review",
            Self::NeedsMore => "needs_more",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
            Self::Withdrawn => "withdrawn",
            Self::Stale => "stale",
        }
    }

    /// The state of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "state of an application"))
    }
}

impl ApplicationStep {
    /// Every step.
    pub const ALL: [Self; 8] = [
        Self::Submit,
        Self::Take,
        Self::Ask,
        Self::Approve,
        Self::Refuse,
        Self::Revoke,
        Self::Withdraw,
        Self::Leave,
    ];

    /// The step as the audit trail names it.
    #[must_use]
    pub const fn audited(self) -> AuditStep {
        match self {
            Self::Submit => AuditStep::ApplicationSubmitted,
            Self::Take => AuditStep::ApplicationTaken,
            Self::Ask => AuditStep::ApplicationNeedsMore,
            Self::Approve => AuditStep::ApplicationApproved,
            Self::Refuse => AuditStep::ApplicationRefused,
            Self::Revoke => AuditStep::ApplicationRevoked,
            Self::Withdraw => AuditStep::ApplicationWithdrawn,
            Self::Leave => AuditStep::ApplicationStale,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    fn states() -> impl Strategy<Value = ApplicationState> {
        select(&ApplicationState::ALL[..])
    }

    fn walks() -> impl Strategy<Value = Vec<ApplicationStep>> {
        proptest::collection::vec(select(&ApplicationStep::ALL[..]), 0..40)
    }

    /// The states that a draft goes through.
    fn walk(steps: &[ApplicationStep]) -> Vec<(ApplicationStep, ApplicationState)> {
        let mut state = ApplicationState::Draft;
        let mut passed = Vec::new();
        for &step in steps {
            if let Some(next) = state.after(step) {
                state = next;
                passed.push((step, state));
            }
        }
        passed
    }

    proptest! {
        #[test]
        fn nobody_is_approved_without_handing_in_and_a_review(steps in walks()) {
            let passed = walk(&steps);
            if let Some(at) = passed.iter().position(|(_, state)| *state == ApplicationState::Approved) {
                prop_assert_eq!(passed[0].0, ApplicationStep::Submit);
                prop_assert!(passed[..at].iter().any(|(step, _)| *step == ApplicationStep::Take));
                prop_assert_eq!(passed[at - 1].1, ApplicationState::InReview);
            }
        }

        #[test]
        fn it_is_decided_once_and_an_approval_ends_once(steps in walks()) {
            let passed = walk(&steps);
            let decided = passed.iter().filter(|(step, _)| matches!(
                step, ApplicationStep::Approve | ApplicationStep::Refuse
            ));
            prop_assert!(decided.count() <= 1);
            let ended = passed.iter().filter(|(_, state)| state.is_final());
            prop_assert!(ended.count() <= 1);
        }

        #[test]
        fn while_the_applicant_may_change_it_no_reviewer_can_decide_it(state in states()) {
            if state.is_open() {
                for step in ApplicationStep::ALL {
                    let decides = !matches!(
                        step,
                        ApplicationStep::Submit | ApplicationStep::Withdraw | ApplicationStep::Leave
                    );
                    prop_assert!(!decides || state.after(step).is_none());
                }
            } else {
                prop_assert_eq!(state.after(ApplicationStep::Submit), None);
            }
        }

        #[test]
        fn the_applicant_takes_back_what_was_handed_in_and_is_not_over(state in states()) {
            let handed_in = state != ApplicationState::Draft && !state.is_final();
            let withdrawn = handed_in.then_some(ApplicationState::Withdrawn);
            prop_assert_eq!(state.after(ApplicationStep::Withdraw), withdrawn);
        }

        #[test]
        fn nothing_follows_a_final_state_and_something_follows_each_other(state in states()) {
            let followed = ApplicationStep::ALL.iter().any(|&step| state.after(step).is_some());
            prop_assert_eq!(followed, !state.is_final());
        }
    }

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for state in ApplicationState::ALL {
            assert_eq!(ApplicationState::parse(state.as_str()), Ok(state));
        }
        assert!(ApplicationState::parse("approval").is_err());
    }
}
