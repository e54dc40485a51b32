//! What the vault has sealed: to be sealed anew once its keys have rotated.

use std::fmt;

use async_trait::async_trait;
use ids::{DocumentId, PersonId, StaffId};

use crate::StoreError;

/// Everything that the vault has sealed.
#[async_trait]
pub trait SealedValues: Send + Sync {
    /// Some of the sealed values of a kind: those that follow `after`, in an order of their own.
    async fn sealed_values(
        &self,
        kind: SealedKind,
        after: Option<SealedOf>,
        limit: u32,
    ) -> Result<Vec<(SealedOf, Vec<u8>)>, StoreError>;

    /// Puts values that were sealed anew into the place of the same ones, all in one transaction. How many;
    /// what has changed meanwhile stays as it is.
    async fn replace_sealed(&self, values: &[Resealed]) -> Result<usize, StoreError>;
}

/// A kind of sealed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SealedKind {
    /// National ids.
    NationalId,
    /// Dates of birth.
    BirthDate,
    /// The keys of documents.
    DocumentKey,
    /// The second factors of staff.
    SecondFactor,
    /// Second factors that are being set up.
    PendingFactor,
}

/// A kind of sealed value, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SealedOf {
    /// A visitor's national id.
    NationalId(PersonId),
    /// A visitor's date of birth.
    BirthDate(PersonId),
    /// A document's key.
    DocumentKey(DocumentId),
    /// The second factor of a member of staff.
    SecondFactor(StaffId),
    /// A second factor that a member of staff is setting up.
    PendingFactor(StaffId),
}

/// A value that was sealed anew.
#[derive(Clone, PartialEq, Eq)]
pub struct Resealed {
    /// What and whose.
    pub of: SealedOf,
    /// As it was sealed before.
    pub old: Vec<u8>,
    /// As it is sealed now.
    pub new: Vec<u8>,
}

impl SealedKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::NationalId,
        Self::BirthDate,
        Self::DocumentKey,
        Self::SecondFactor,
        Self::PendingFactor,
    ];
}

impl SealedOf {
    /// Of what kind it is.
    #[must_use]
    pub const fn kind(self) -> SealedKind {
        match self {
            Self::NationalId(_) => SealedKind::NationalId,
            Self::BirthDate(_) => SealedKind::BirthDate,
            Self::DocumentKey(_) => SealedKind::DocumentKey,
            Self::SecondFactor(_) => SealedKind::SecondFactor,
            Self::PendingFactor(_) => SealedKind::PendingFactor,
        }
    }
}

impl fmt::Debug for Resealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Resealed").field(&self.of).finish()
    }
}
