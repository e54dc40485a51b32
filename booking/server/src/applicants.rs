//! What stands between applicants and the slots: one look into the store for all who ask in the same moment.

use async_trait::async_trait;
use booking_domain::{ApplicantStanding, BookingSubject, Bookings, StoreError};
use booking_store::Store;
use ids::{ApplicationId, PersonId};
use telemetry::clock::unix_now_ms;

use crate::together::{Answers, Together};

/// The applicants of the store.
pub(crate) struct Applicants {
    standings: Together<Standings>,
    subjects: Together<Subjects>,
}

/// A person, and an application that may be theirs.
type Asked = (PersonId, ApplicationId);

struct Standings(Store);

#[async_trait]
impl Answers for Standings {
    type Question = Asked;
    type Answer = Option<ApplicantStanding>;

    async fn answer(&mut self, asked: Vec<Asked>) -> Result<Vec<Self::Answer>, StoreError> {
        self.0.applicant_standings(&asked, unix_now_ms()).await
    }
}

struct Subjects(Store);

#[async_trait]
impl Answers for Subjects {
    type Question = Asked;
    type Answer = Option<BookingSubject>;

    async fn answer(&mut self, asked: Vec<Asked>) -> Result<Vec<Self::Answer>, StoreError> {
        self.0.booking_subjects(&asked).await
    }
}

impl Applicants {
    /// Starts the tasks that look. They end when this is dropped.
    pub(crate) fn start(store: Store) -> Self {
        Self {
            standings: Together::start(Standings(store.clone())),
            subjects: Together::start(Subjects(store)),
        }
    }

    /// How a person stands with an application. None where there is no such application of the person's.
    pub(crate) async fn standing(
        &self,
        person: PersonId,
        application: ApplicationId,
    ) -> Result<Option<ApplicantStanding>, StoreError> {
        self.standings.ask((person, application)).await
    }

    /// What an application is about, and not what is booked already: whoever asks for a slot is told by the desk
    /// what stands against it. None where there is no such application of the person's.
    pub(crate) async fn subject(
        &self,
        person: PersonId,
        application: ApplicationId,
    ) -> Result<Option<BookingSubject>, StoreError> {
        self.subjects.ask((person, application)).await
    }
}
