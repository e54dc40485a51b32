//! Staff put right the address of an account whose owner has lost the mailbox.
//!
//! Without the mailbox there is no way back: the letter that sets a new password goes there, and whoever
//! registers anew is refused, as the national id is in use. So the owner shows a document at the facility.

use async_trait::async_trait;
use ids::{PersonId, StaffId};

use super::EmailAddress;
use crate::StoreError;

/// What those who look after all facilities do about addresses. That a member of staff is one of them is the
/// caller's to see to.
#[async_trait]
pub trait AddressCorrections: Send + Sync {
    /// Gives an account that was proved another address: its sessions end, letters to the old address set
    /// no password any more, and both addresses are told. An account that was never proved gives way, as
    /// it does to whoever registers.
    async fn correct_address(&self, correction: AddressCorrection) -> Result<(), CorrectionError>;
}

/// An address to be put right.
#[derive(Clone, PartialEq, Eq)]
pub struct AddressCorrection {
    /// Whose.
    pub person: PersonId,
    /// The new one.
    pub address: EmailAddress,
    /// Who does it.
    pub staff: StaffId,
    /// On what ground, for the audit trail.
    pub reason: String,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// Why an account stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    /// Nobody has such an account.
    #[error("there is no such account")]
    NotFound,
    /// The account's state does not allow it.
    #[error("that is not possible as the account stands")]
    NotNow,
    /// The application beside which it is done is over.
    #[error("the application is over")]
    Over,
    /// Another account has the address or the national id.
    #[error("another account has this address or national id")]
    Taken,
    /// The store refused or is away.
    #[error(transparent)]
    Store(#[from] StoreError),
}
