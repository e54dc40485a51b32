//! Two people who visit an inmate together.
//!
//! One invites by an e-mail address and learns nothing about it: the answer is the same whether anybody has
//! an account there, and a name is shown only once the other has agreed. The other sees the invitation as
//! soon as an account with that address exists. Either of them ends it.

use async_trait::async_trait;
use ids::{ApplicationId, CompanionId, InmateId, PersonId};

use super::ApplicationError;
use crate::{AuditStep, StoreError, UnknownWord};

/// Companions. Nobody sees or changes those of others.
#[async_trait]
pub trait Companions: Send + Sync {
    /// Somebody's companions older than `before`, asked and asking, at most `limit`, the newest first.
    async fn companions_of(
        &self,
        person: PersonId,
        before: Option<CompanionId>,
        limit: u32,
    ) -> Result<Vec<Companion>, StoreError>;

    /// Invites whoever has an e-mail address, now or later. [`ApplicationError::Exists`] where the same
    /// invitation is open, [`ApplicationError::TooMany`] where too many are.
    async fn invite_companion(
        &self,
        invitation: Invitation,
    ) -> Result<CompanionId, ApplicationError>;

    /// Takes a step, as whoever may: the invited one agrees or declines, either ends it.
    async fn step_companion(
        &self,
        person: PersonId,
        companion: CompanionId,
        step: CompanionStep,
        at_ms: u64,
    ) -> Result<(), ApplicationError>;
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompanionState {
    /// It waits for an answer.
    Invited,
    /// They may be of one party.
    Agreed,
    /// The invited one said no.
    Declined,
    /// One of them ended it, or took an answer off the list.
    Withdrawn,
}

/// What is done about an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompanionStep {
    /// The invited one says yes.
    Agree,
    /// The invited one says no.
    Decline,
    /// One of them ends it, or takes an answer off the list.
    Withdraw,
}

/// Who invited whom, from one's own side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompanionDirection {
    /// One invited the other.
    Sent,
    /// One was invited.
    Received,
}

/// An invitation to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Who invites.
    pub inviter: PersonId,
    /// The own application for the inmate, under way or approved.
    pub application: ApplicationId,
    /// The address in the form in which it is compared.
    pub email_key: String,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// A companion, as one of the two sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companion {
    /// The invitation.
    pub id: CompanionId,
    /// Whom they visit.
    pub inmate: InmateId,
    /// The inmate's name, masked for somebody who was invited and never applied for the inmate.
    pub inmate_name: String,
    /// The other's name: known to whoever was invited, and to the inviter once the other agreed.
    pub name: Option<String>,
    /// The other, once they agreed.
    pub other: Option<PersonId>,
    /// The address that was invited.
    pub email: String,
    /// Where it stands.
    pub state: CompanionState,
    /// Who invited whom.
    pub direction: CompanionDirection,
    /// Whether they agreed and both have an approved application.
    pub ready: bool,
}

impl CompanionState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Agreed, Self::Declined, Self::Withdrawn];

    /// The state after a step, if the step is possible in this one.
    #[must_use]
    pub const fn after(self, step: CompanionStep) -> Option<Self> {
        match (self, step) {
            (Self::Invited, CompanionStep::Agree) => Some(Self::Agreed),
            (Self::Invited, CompanionStep::Decline) => Some(Self::Declined),
            (Self::Invited | Self::Agreed | Self::Declined, CompanionStep::Withdraw) => {
                Some(Self::Withdrawn)
            }
            _ => None,
        }
    }

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Agreed => "agreed",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "state of a companion"))
    }
}

impl CompanionStep {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Agree, Self::Decline, Self::Withdraw];

    /// The step as the audit trail names it.
    #[must_use]
    pub const fn audited(self) -> AuditStep {
        match self {
            Self::Agree => AuditStep::CompanionAgreed,
            Self::Decline => AuditStep::CompanionDeclined,
            Self::Withdraw => AuditStep::CompanionWithdrawn,
        }
    }
}

impl CompanionDirection {
    /// The word in interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for state in CompanionState::ALL {
            assert_eq!(CompanionState::parse(state.as_str()), Ok(state));
        }
    }

    proptest! {
        #[test]
        fn it_is_answered_once_at_most_and_nothing_brings_back_what_is_over(
            steps in proptest::collection::vec(select(&CompanionStep::ALL[..]), 0..10),
        ) {
            let mut state = CompanionState::Invited;
            let mut taken = Vec::new();
            for step in steps {
                let over = matches!(state, CompanionState::Declined | CompanionState::Withdrawn);
                if let Some(next) = state.after(step) {
                    prop_assert!(!over || next == CompanionState::Withdrawn, "{state:?}: {step:?}");
                    taken.push(step);
                    state = next;
                }
            }
            let answers = taken.iter().filter(|step| **step != CompanionStep::Withdraw);
            prop_assert!(answers.count() <= 1);
            let agreed = taken == [CompanionStep::Agree];
            prop_assert_eq!(state == CompanionState::Agreed, agreed);
        }

        #[test]
        fn only_who_was_asked_and_has_not_answered_can_agree_or_decline(
            state in select(&CompanionState::ALL[..]),
        ) {
            for step in [CompanionStep::Agree, CompanionStep::Decline] {
                prop_assert_eq!(state.after(step).is_some(), state == CompanionState::Invited);
            }
        }
    }
}
