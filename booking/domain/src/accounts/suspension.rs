//! Staff keep an account's owner out, and let the owner in again.

use async_trait::async_trait;
use ids::{PersonId, StaffId};

use super::AccountState;
use crate::StoreError;

/// What those who look after all facilities do about accounts. That a member of staff is one of them is the
/// caller's to see to.
#[async_trait]
pub trait Suspensions: Send + Sync {
    /// Accounts whose address was proved and that are not closed, by name.
    async fn find_accounts(&self, query: AccountQuery) -> Result<Vec<FoundAccount>, StoreError>;

    /// Suspends an active account: its sessions end, the confirmed visits ahead that its owner is of are
    /// flagged and holds taken back, and the owner is told why. Answers how many visits were flagged.
    async fn suspend(&self, suspension: NewSuspension) -> Result<usize, SuspensionError>;

    /// Lets the owner of a suspended account in again, and tells so. Visits that were flagged stay so until
    /// staff have looked at them.
    async fn reinstate(
        &self,
        person: PersonId,
        staff: StaffId,
        at_ms: u64,
    ) -> Result<(), SuspensionError>;
}

/// Which accounts to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountQuery {
    /// What the name holds; empty: only those that are suspended.
    pub text: String,
    /// Or this address, in the form in which addresses are compared.
    pub email_key: Option<String>,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
    /// Only what follows the account of this visitor.
    pub after: Option<PersonId>,
    /// How many at most.
    pub limit: u32,
}

/// An account, as those see it who may suspend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAccount {
    /// Whose.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Where the account stands.
    pub state: AccountState,
    /// If it is suspended: since when (Unix milliseconds) and why.
    pub suspended: Option<(u64, String)>,
    /// The visits ahead that a suspension touches: those held or confirmed.
    pub visits_ahead: u32,
}

/// An account to be suspended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSuspension {
    /// Whose.
    pub person: PersonId,
    /// Who suspends it.
    pub staff: StaffId,
    /// Why, as its owner reads it.
    pub reason: String,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// Why an account was neither suspended nor its owner let in again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuspensionError {
    /// Nobody has such an account.
    #[error("there is no such account")]
    NotFound,
    /// The account's state does not allow it.
    #[error("that is not possible as the account stands")]
    NotNow,
    /// The store refused or is away.
    #[error(transparent)]
    Store(#[from] StoreError),
}
