//! Whether an inmate is there.

use crate::{AuditStep, Cause};

/// Whether an inmate is there: present → transferred or released. Who comes back is a new inmate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InmateState {
    /// Yes.
    Present,
    /// Moved to another facility.
    Transferred,
    /// Released.
    Released,
}

/// How an inmate leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InmateStep {
    /// To another facility.
    Transfer,
    /// For good.
    Release,
}

impl InmateState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Present, Self::Transferred, Self::Released];

    /// The state after a step, if the step is possible in this one.
    #[must_use]
    pub const fn after(self, step: InmateStep) -> Option<Self> {
        match (self, step) {
            (Self::Present, InmateStep::Transfer) => Some(Self::Transferred),
            (Self::Present, InmateStep::Release) => Some(Self::Released),
            (Self::Transferred | Self::Released, _) => None,
        }
    }

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Transferred => "transferred",
            Self::Released => "released",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl InmateStep {
    /// Every step.
    pub const ALL: [Self; 2] = [Self::Transfer, Self::Release];

    /// The step as the audit trail names it.
    #[must_use]
    pub const fn audited(self) -> AuditStep {
        match self {
            Self::Transfer => AuditStep::InmateTransferred,
            Self::Release => AuditStep::InmateReleased,
        }
    }

    /// Why what follows from it does.
    #[must_use]
    pub const fn cause(self) -> Cause {
        match self {
            Self::Transfer => Cause::InmateTransferred,
            Self::Release => Cause::InmateReleased,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for state in InmateState::ALL {
            assert_eq!(InmateState::parse(state.as_str()), Some(state));
        }
        assert_eq!(InmateState::parse("gone"), None);
    }

    proptest! {
        #[test]
        fn an_inmate_leaves_once_and_the_first_step_says_which_way(
            steps in proptest::collection::vec(select(&InmateStep::ALL[..]), 0..10),
        ) {
            let mut state = InmateState::Present;
            let mut taken = Vec::new();
            for &step in &steps {
                if let Some(next) = state.after(step) {
                    taken.push(step);
                    state = next;
                }
            }
            prop_assert_eq!(&taken[..], &steps[..steps.len().min(1)]);
            let left = match steps.first() {
                None => InmateState::Present,
                Some(InmateStep::Transfer) => InmateState::Transferred,
                Some(InmateStep::Release) => InmateState::Released,
            };
            prop_assert_eq!(state, left);
        }
    }
}
