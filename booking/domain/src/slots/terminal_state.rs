//! Whether a terminal is in service.

use crate::AuditStep;

/// Whether visits can be booked at a terminal: in service ⇄ out of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalState {
    /// Yes.
    InService,
    /// No: nothing new is booked at it.
    OutOfService,
}

/// What a scheduler does with a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalStep {
    /// Puts it in service, for the first time or again.
    PutIn,
    /// Takes it out of service.
    TakeOut,
}

/// Visits are booked at the terminal: they must be moved first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("visits are booked at the terminal")]
pub struct TerminalInUse;

impl TerminalState {
    /// The state after a step of a terminal that has so many visits ahead. One that is in that state already stays so.
    pub const fn after(self, step: TerminalStep, visits_ahead: u32) -> Result<Self, TerminalInUse> {
        match (self, step) {
            (_, TerminalStep::PutIn) => Ok(Self::InService),
            (Self::OutOfService, TerminalStep::TakeOut) => Ok(self),
            (Self::InService, TerminalStep::TakeOut) if visits_ahead == 0 => Ok(Self::OutOfService),
            (Self::InService, TerminalStep::TakeOut) => Err(TerminalInUse),
        }
    }

    /// The state of a terminal that is in service, or is not.
    #[must_use]
    pub const fn of(in_service: bool) -> Self {
        if in_service {
            Self::InService
        } else {
            Self::OutOfService
        }
    }

    /// Whether visits can be booked at it.
    #[must_use]
    pub const fn is_in_service(self) -> bool {
        matches!(self, Self::InService)
    }
}

impl TerminalStep {
    /// Every step.
    pub const ALL: [Self; 2] = [Self::PutIn, Self::TakeOut];

    /// The step that makes a terminal be in service, or not.
    #[must_use]
    pub const fn towards(in_service: bool) -> Self {
        if in_service {
            Self::PutIn
        } else {
            Self::TakeOut
        }
    }

    /// The step as the audit trail names it.
    #[must_use]
    pub const fn audited(self) -> AuditStep {
        match self {
            Self::PutIn => AuditStep::TerminalInService,
            Self::TakeOut => AuditStep::TerminalOutOfService,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    proptest! {
        #[test]
        fn a_terminal_is_as_the_last_step_that_was_possible_left_it(
            steps in proptest::collection::vec((select(&TerminalStep::ALL[..]), 0..3_u32), 0..12),
        ) {
            let mut state = TerminalState::InService;
            for &(step, visits_ahead) in &steps {
                let next = state.after(step, visits_ahead);
                let in_use = state.is_in_service() && step == TerminalStep::TakeOut && visits_ahead > 0;
                prop_assert_eq!(next, if in_use { Err(TerminalInUse) } else { Ok(TerminalState::of(step == TerminalStep::PutIn)) });
                state = next.unwrap_or(state);
            }
        }
    }

    #[test]
    fn one_that_is_so_already_stays_so_and_the_way_back_is_open() {
        for state in [TerminalState::InService, TerminalState::OutOfService] {
            let in_service = state.is_in_service();
            assert_eq!(TerminalState::of(in_service), state);
            let towards = TerminalStep::towards(in_service);
            assert_eq!(state.after(towards, 0), Ok(state));
            let away = state.after(TerminalStep::towards(!in_service), 0);
            assert_eq!(away.and_then(|away| away.after(towards, 0)), Ok(state));
        }
    }
}
