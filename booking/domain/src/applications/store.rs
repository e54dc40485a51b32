//! What a store does for applicants.

use async_trait::async_trait;
use ids::{ApplicationId, DocumentId, FacilityId, InmateId, PersonId};

use super::{Application, ApplicationChange, ApplicationError, ApplicationState, NewApplication};
use crate::StoreError;

/// Applications, by their applicants. Nobody sees or changes another's.
#[async_trait]
pub trait Applications: Send + Sync {
    /// The inmate who is held in a facility under a number, if the name is the right one too: somebody who
    /// knows but one of them learns nothing.
    async fn find_inmate(
        &self,
        facility: FacilityId,
        number: &str,
        name: &str,
    ) -> Result<Option<InmateId>, StoreError>;

    /// Begins an application. [`ApplicationError::Exists`] where one is under way for the same inmate.
    async fn begin_application(
        &self,
        application: NewApplication,
    ) -> Result<ApplicationId, ApplicationError>;

    /// Somebody's applications older than `before`, at most `limit`, the newest first.
    async fn own_applications(
        &self,
        person: PersonId,
        before: Option<ApplicationId>,
        limit: u32,
    ) -> Result<Vec<Application>, StoreError>;

    /// One of somebody's applications.
    async fn own_application(
        &self,
        person: PersonId,
        application: ApplicationId,
    ) -> Result<Option<Application>, StoreError>;

    /// Changes an application that is open.
    async fn change_application(
        &self,
        person: PersonId,
        application: ApplicationId,
        change: ApplicationChange,
        at_ms: u64,
    ) -> Result<(), ApplicationError>;

    /// Throws a draft away. Answers the documents whose files go with it.
    async fn discard_application(
        &self,
        person: PersonId,
        application: ApplicationId,
        at_ms: u64,
    ) -> Result<Vec<DocumentId>, ApplicationError>;

    /// Hands an application in, if nothing is missing, and says so by letter.
    async fn submit_application(
        &self,
        person: PersonId,
        application: ApplicationId,
        at_ms: u64,
    ) -> Result<ApplicationState, ApplicationError>;

    /// Takes an application back that was handed in and is not over, and says so by letter. If it was approved, the
    /// visits that it touches are flagged, and everybody in them told.
    async fn withdraw_application(
        &self,
        person: PersonId,
        application: ApplicationId,
        at_ms: u64,
    ) -> Result<(), ApplicationError>;

    /// The application by which somebody may visit an inmate now.
    async fn approved_application(
        &self,
        person: PersonId,
        inmate: InmateId,
    ) -> Result<Option<ApplicationId>, StoreError>;
}
