//! What a store does for reviewers.

use async_trait::async_trait;
use ids::{ApplicationId, FacilityId, PersonId, StaffId};

use super::{Application, ApplicationError, ApplicationState, ApplicationStep};
use crate::StoreError;

/// Applications, by those who decide them. That a reviewer is of the application's facility is the caller's
/// to see to, by [`Reviews::facility_of_application`].
#[async_trait]
pub trait Reviews: Send + Sync {
    /// The facility of an application that was handed in.
    async fn facility_of_application(
        &self,
        application: ApplicationId,
    ) -> Result<Option<FacilityId>, StoreError>;

    /// The applications of a facility: in a state in which they wait, those that were handed in first come
    /// first; decided ones and those of all states, the newest first. Drafts are their applicants' own.
    async fn applications_for_review(
        &self,
        page: ReviewPage,
    ) -> Result<Vec<ReviewedApplication>, StoreError>;

    /// An application with what identifies its applicant. The look is noted in the audit trail in the same
    /// transaction.
    async fn look_at_application(
        &self,
        staff: StaffId,
        application: ApplicationId,
        at_ms: u64,
    ) -> Result<Option<(ReviewedApplication, Applicant)>, StoreError>;

    /// Decides an application, and tells the applicant. A revocation flags the visits that it touches, and
    /// tells everybody in them. [`ApplicationError::Withdrawn`] where the applicant took it back meanwhile.
    async fn decide_application(
        &self,
        decision: Decision,
    ) -> Result<ApplicationState, ApplicationError>;
}

/// Which applications to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPage {
    /// Whose.
    pub facility: FacilityId,
    /// In which state; none: in any.
    pub state: Option<ApplicationState>,
    /// A part of the applicant's or the inmate's name, the beginning of the inmate number, or the end of the
    /// application's own. Empty: any.
    pub text: String,
    /// Only what follows this one.
    pub after: Option<ApplicationId>,
    /// How many at most.
    pub limit: u32,
}

/// An application, as a list of them shows it to staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewedApplication {
    /// The application.
    pub application: Application,
    /// The applicant's name.
    pub applicant_name: String,
    /// Who has it, or decided it.
    pub reviewer_name: Option<String>,
}

/// What identifies an applicant. It stands in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Applicant {
    /// The applicant.
    pub person: PersonId,
    /// The full name.
    pub name: String,
    /// The mobile number.
    pub phone: String,
    /// What the account says, unless the person has none.
    pub account: Option<ApplicantAccount>,
}

/// What an applicant's account says.
#[derive(Clone, PartialEq, Eq)]
pub struct ApplicantAccount {
    /// The e-mail address.
    pub email: String,
    /// The national id, sealed.
    pub national_id: Vec<u8>,
    /// The date of birth, sealed.
    pub birth_date: Vec<u8>,
}

/// What a member of staff decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The application.
    pub application: ApplicationId,
    /// Who decides.
    pub staff: StaffId,
    /// What.
    pub step: ReviewStep,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// What staff do with an application; reasons are written to the applicant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewStep {
    /// Begins the review, or takes it over.
    Take,
    /// Asks for more.
    Ask(String),
    /// Approves.
    Approve,
    /// Refuses.
    Refuse(String),
    /// Takes an approval back.
    Revoke(String),
}

impl ReviewStep {
    /// The step of the application.
    #[must_use]
    pub const fn step(&self) -> ApplicationStep {
        match self {
            Self::Take => ApplicationStep::Take,
            Self::Ask(_) => ApplicationStep::Ask,
            Self::Approve => ApplicationStep::Approve,
            Self::Refuse(_) => ApplicationStep::Refuse,
            Self::Revoke(_) => ApplicationStep::Revoke,
        }
    }

    /// The reason, where one is given.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Take | Self::Approve => None,
            Self::Ask(reason) | Self::Refuse(reason) | Self::Revoke(reason) => Some(reason),
        }
    }
}

impl std::fmt::Debug for Applicant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Applicant")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ApplicantAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApplicantAccount").finish_non_exhaustive()
    }
}
