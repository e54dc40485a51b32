//! Staff put right what identifies a visitor: the name, the national id, the date of birth.
//!
//! A visitor cannot change them alone, as approvals rest on them, and may ask for their correction (Personal Data
//! Protection Act 個人資料保護法 §11; within 30 days, §13). Whoever corrects them has the documents of an
//! application before them. Approvals stay as they are: the person is the same one. A booked visit does,
//! too, unless by the corrected date of birth no adult is left in its party.

use async_trait::async_trait;
use ids::{ApplicationId, FacilityId, PersonId, StaffId, VisitId};

use super::{CorrectionError, PersonName};
use crate::StoreError;

/// What a facility does about who its visitors are. That a member of staff may do it is the caller's to see to.
#[async_trait]
pub trait IdentityCorrections: Send + Sync {
    /// Whose an application is that was handed in, and where.
    async fn applicant_of(
        &self,
        application: ApplicationId,
    ) -> Result<Option<(PersonId, FacilityId)>, StoreError>;

    /// Puts right what is told, and tells the visitor. With another national id come the bars from visits that a
    /// closed account with it has left behind. An account with it that was never proved gives way, as it does to
    /// whoever registers.
    async fn correct_identity(&self, correction: IdentityCorrection)
    -> Result<(), CorrectionError>;
}

/// What is to be put right; what is none stays as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityCorrection {
    /// Whose.
    pub person: PersonId,
    /// Where.
    pub facility: FacilityId,
    /// The name.
    pub name: Option<PersonName>,
    /// The national id.
    pub national_id: Option<SealedNationalId>,
    /// The date of birth, sealed.
    pub birth_date: Option<Vec<u8>>,
    /// The visits ahead in which no adult is left by it: they need a look.
    pub without_adult: Vec<VisitId>,
    /// Who does it.
    pub staff: StaffId,
    /// On what ground, for the audit trail.
    pub reason: String,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// A national id as a store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedNationalId {
    /// Sealed for its owner alone.
    pub sealed: Vec<u8>,
    /// Its blind index, by which it is found without being opened.
    pub index: [u8; 32],
}
