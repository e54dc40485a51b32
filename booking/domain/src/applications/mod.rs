//! Being admitted to an inmate's visits.
//!
//! A visitor **applies** for one inmate 收容人: who they are to each other, which services are asked for, and
//! **documents** that show it ([`Requirement`]). A **reviewer** of the facility decides. From then on, and as
//! long as the application stays [approved](ApplicationState::Approved), the visitor may book and may be of a
//! party. The visitor **withdraws** it at any time after it was handed in, and may apply anew.
//!
//! Two visitors of one inmate become **companions** when one asks and the other agrees ([`CompanionState`]):
//! only companions sit in one party.
//!
//! A **restriction** keeps a person, an inmate, or the two of them, from visits for a time or until it is
//! lifted (通訊設備接見辦法 §15), whatever was approved; where it stands is its [`RestrictionState`].
//!
//! The states and what is missing are pure. A store decides every step under the condition of the state that
//! it starts from, in one transaction with its audit event and with what people are told.

mod application;
mod companions;
mod documents;
mod error;
mod facility_visitors;
mod inmate_names;
mod relationship;
mod requirements;
mod restriction_state;
mod restrictions;
mod retention;
mod reviews;
mod state;
mod store;

pub use application::{Application, ApplicationChange, NewApplication, Services};
pub use companions::{
    Companion, CompanionDirection, CompanionState, CompanionStep, Companions, Invitation,
};
pub use documents::{
    Document, DocumentKind, Documents, MAX_BYTES, MAX_DOCUMENTS, NewDocument, SealedDocument,
};
pub use error::ApplicationError;
pub use facility_visitors::{FacilityVisitor, FacilityVisitors, VisitorQuery};
pub use inmate_names::{is_same_name, masked_name};
pub use relationship::Relationship;
pub use requirements::{GROUND_CHARACTERS, Requirement, missing};
pub use restriction_state::{RestrictionState, RestrictionStep, RestrictionTime};
pub use restrictions::{
    Bar, NewRestriction, Restriction, RestrictionKind, Restrictions, RestrictionsPage,
};
pub use retention::{Retention, RetentionLimits};
pub use reviews::{
    Applicant, ApplicantAccount, Decision, ReviewPage, ReviewStep, ReviewedApplication, Reviews,
};
pub use state::{ApplicationState, ApplicationStep};
pub use store::Applications;
