//! Staff put right what identifies a visitor: the name, the national id, the date of birth.
//!
//! A visitor cannot change them alone, as approvals rest on them, and may ask for their correction (Personal Data
//! Protection Act 個人資料保護法 §11; within 30 days, §13). Whoever corrects them has the documents of an
//! application before them. Approvals stay as they are: the person is the same one. A booked visit does,
//! too, unless by the corrected date of birth no adult is left in its party, or a bar from visits comes with the
//! corrected national id. Bars that came with another number are not this person's: the facility's own are lifted. A bar
//! is its facility's decision (通訊設備接見辦法 §15): another one's stays until that facility lifts it.

use async_trait::async_trait;
use ids::{ApplicationId, FacilityId, PersonId, StaffId, VisitId};

use super::{CorrectionError, PersonName};
use crate::{StoreError, applications::ApplicationState};

/// What a facility does about who its visitors are. That a member of staff may do it is the caller's to see to.
#[async_trait]
pub trait IdentityCorrections: Send + Sync {
    /// Whose an application is that was handed in, where, and how it stands.
    async fn applicant_of(
        &self,
        application: ApplicationId,
    ) -> Result<Option<Applicant>, StoreError>;

    /// Puts right what is told, if the application may still be corrected by, tells the visitor which facility did
    /// it, and notes it for each facility at which an application of theirs is under way or approved, and at which a
    /// bar comes by it or has lost its ground. With another national id come the bars from visits that a closed account
    /// with it has left behind, and booked visits that they stand against are flagged. Those that came with the national
    /// id before are lifted where they are the facility's own, and come back with it; those of others stay. An account
    /// with it that was never proved gives way, as it does to whoever registers; that one which was proved is in the way
    /// is noted.
    async fn correct_identity(&self, correction: IdentityCorrection)
    -> Result<(), CorrectionError>;

    /// Flags visits in which no adult is left: who corrects a date of birth looks again once that is done, as parties
    /// may have changed meanwhile. `at_ms` is now, Unix milliseconds.
    async fn flag_without_adult(
        &self,
        visits: &[VisitId],
        staff: StaffId,
        at_ms: u64,
    ) -> Result<(), StoreError>;
}

/// Who has applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applicant {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub facility: FacilityId,
    /// How the application stands.
    pub application: ApplicationState,
}

impl Applicant {
    /// Whether the facility may put right what identifies them: it has their documents before it, and something of
    /// theirs to decide or to look after. Where the application is over, it is another facility's to do.
    #[must_use]
    pub const fn may_be_corrected(&self) -> bool {
        self.application.is_waiting() || matches!(self.application, ApplicationState::Approved)
    }
}

/// What is to be put right; what is none stays as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityCorrection {
    /// The application beside which it is done.
    pub application: ApplicationId,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facility_corrects_whose_application_is_under_way_or_approved() {
        let mine = |application| Applicant {
            person: "018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap(),
            facility: "018f3f5e-7c1a-7b2e-9c55-0242ac120003".parse().unwrap(),
            application,
        };
        let mut states = ApplicationState::ALL.to_vec();
        states.retain(|state| mine(*state).may_be_corrected());
        let expected = [
            ApplicationState::Submitted,
            ApplicationState::InReview,
            ApplicationState::NeedsMore,
            ApplicationState::Approved,
        ];
        assert_eq!(states, expected);
    }
}
