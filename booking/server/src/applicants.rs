//! What stands between applicants and the slots: one look into the store for all who ask in the same moment.

use async_trait::async_trait;
use booking_domain::{ApplicantStanding, Bookings, StoreError};
use booking_store::Store;
use ids::{ApplicationId, PersonId};
use telemetry::clock::unix_now_ms;

use crate::together::{Answers, Together};

/// The applicants of the store.
pub(crate) struct Applicants(Together<Looks>);

struct Looks(Store);

#[async_trait]
impl Answers for Looks {
    type Question = (PersonId, ApplicationId);
    type Answer = Option<ApplicantStanding>;

    async fn answer(
        &mut self,
        asked: Vec<Self::Question>,
    ) -> Result<Vec<Self::Answer>, StoreError> {
        self.0.applicant_standings(&asked, unix_now_ms()).await
    }
}

impl Applicants {
    /// Starts the task that looks. It ends when this is dropped.
    pub(crate) fn start(store: Store) -> Self {
        Self(Together::start(Looks(store)))
    }

    /// How a person stands with an application. None where there is no such application of the person's.
    pub(crate) async fn standing(
        &self,
        person: PersonId,
        application: ApplicationId,
    ) -> Result<Option<ApplicantStanding>, StoreError> {
        self.0.ask((person, application)).await
    }
}
