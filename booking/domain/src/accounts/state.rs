//! Where an account stands.

use crate::UnknownWord;

/// Where an account stands: its address is to be proved → active ⇄ suspended → closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountState {
    /// Nobody has shown yet that they read the address. It holds nothing, and ends by itself.
    PendingEmail,
    /// Its owner may sign in.
    Active,
    /// Staff keep its owner from signing in.
    Suspended,
    /// Its owner has left. What the law lets is forgotten at once, the rest after its time.
    Closed,
}

impl AccountState {
    /// Every state.
    pub const ALL: [Self; 4] = [
        Self::PendingEmail,
        Self::Active,
        Self::Suspended,
        Self::Closed,
    ];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingEmail => "pending_email",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// The state of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "account state"))
    }

    /// The state once the address is proved. `None` where there is nothing to prove any more.
    #[must_use]
    pub const fn verified(self) -> Option<Self> {
        match self {
            Self::PendingEmail => Some(Self::Active),
            Self::Active | Self::Suspended | Self::Closed => None,
        }
    }

    /// The state once staff have suspended the account.
    #[must_use]
    pub const fn suspended(self) -> Option<Self> {
        match self {
            Self::Active => Some(Self::Suspended),
            Self::PendingEmail | Self::Suspended | Self::Closed => None,
        }
    }

    /// The state once staff have let its owner in again.
    #[must_use]
    pub const fn reinstated(self) -> Option<Self> {
        match self {
            Self::Suspended => Some(Self::Active),
            Self::PendingEmail | Self::Active | Self::Closed => None,
        }
    }

    /// The state once its owner, who is signed in, has left.
    #[must_use]
    pub const fn closed(self) -> Option<Self> {
        match self {
            Self::Active => Some(Self::Closed),
            Self::PendingEmail | Self::Suspended | Self::Closed => None,
        }
    }

    /// Whether it keeps its address and its national id from others.
    #[must_use]
    pub const fn is_owned(self) -> bool {
        matches!(self, Self::Active | Self::Suspended)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Step = fn(AccountState) -> Option<AccountState>;
    const STEPS: [Step; 4] = [
        AccountState::verified,
        AccountState::suspended,
        AccountState::reinstated,
        AccountState::closed,
    ];

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for state in AccountState::ALL {
            assert_eq!(AccountState::parse(state.as_str()), Ok(state));
        }
        let error = AccountState::parse("gone").unwrap_err();
        assert_eq!(error.to_string(), "\"gone\" is not a account state");
    }

    #[test]
    fn who_is_suspended_is_let_in_again_and_only_who_may_sign_in_is_suspended() {
        for state in AccountState::ALL {
            assert_eq!(state.suspended().is_some(), state == AccountState::Active);
            let back = state.suspended().and_then(AccountState::reinstated);
            assert_eq!(back, state.suspended().map(|_| state));
        }
        assert_eq!(AccountState::Closed.reinstated(), None);
    }

    proptest! {
        #[test]
        fn whatever_happens_a_closed_account_stays_closed_and_nobody_is_unproved_again(
            steps in proptest::collection::vec(0_usize..4, 0..30),
        ) {
            let mut state = AccountState::PendingEmail;
            let mut proved = false;
            for step in steps {
                let before = state;
                if let Some(after) = STEPS[step](state) {
                    prop_assert_ne!(before, after);
                    prop_assert_ne!(before, AccountState::Closed);
                    prop_assert_ne!(after, AccountState::PendingEmail);
                    proved |= step == 0;
                    state = after;
                }
                prop_assert_eq!(proved, state != AccountState::PendingEmail);
                prop_assert_eq!(state.is_owned(), proved && state != AccountState::Closed);
            }
        }
    }
}
