//! Applications and accounts of synthetic people.

use booking_domain::applications::{
    ApplicationError, ApplicationState, Applications, Decision, DocumentKind, Documents,
    NewApplication, NewDocument, NewRestriction, Relationship, RestrictionKind, ReviewStep,
    Reviews, Services,
};
use ids::{ApplicationId, DocumentId, PersonId};
use uuid::Uuid;

use super::world::{STARTS_AT_MS, World};

/// Two weeks before the visit of the world.
pub(crate) const APPLIED_AT_MS: u64 = STARTS_AT_MS - 14 * 24 * 60 * 60 * 1000;

impl World {
    /// A restriction between the first person and the first inmate, in force from a moment on.
    pub(crate) fn restriction(&self, from_ms: u64, at_ms: u64) -> NewRestriction {
        NewRestriction {
            facility: self.facility,
            person: Some(self.people[0]),
            inmate: Some(self.inmates[0]),
            kind: RestrictionKind::NoContact,
            reason: "地方法院裁定禁止接觸".into(),
            from_ms,
            until_ms: None,
            staff: self.officer,
            at_ms,
        }
    }

    /// An application of somebody's for the first inmate, as a spouse, for mobile visits.
    pub(crate) fn application(&self, person: usize) -> NewApplication {
        NewApplication {
            person: self.people[person],
            inmate: self.inmates[0],
            relationship: Relationship::Spouse,
            ground: None,
            services: Services {
                mobile: true,
                ..Services::default()
            },
            at_ms: APPLIED_AT_MS,
        }
    }

    pub(crate) fn document(
        &self,
        person: usize,
        application: ApplicationId,
        kind: DocumentKind,
    ) -> NewDocument {
        NewDocument {
            id: DocumentId::from_uuid(Uuid::now_v7()),
            person: self.people[person],
            application,
            kind,
            name: "證明.jpg".into(),
            media_type: "image/jpeg",
            bytes: 1000,
            sealed_key: vec![9; 40],
            at_ms: APPLIED_AT_MS + 1,
        }
    }

    /// A draft with all its documents.
    pub(crate) async fn draft(&self, person: usize) -> ApplicationId {
        let application = self.application(person);
        let id = self.store.begin_application(application).await.unwrap();
        for kind in DocumentKind::ALL {
            let document = self.document(person, id, kind);
            self.store.add_document(document).await.unwrap();
        }
        id
    }

    /// An application in any state, by the way that leads there.
    pub(crate) async fn in_state(&self, person: usize, state: ApplicationState) -> ApplicationId {
        let id = self.draft(person).await;
        let reason = || "證明文件已逾期".to_owned();
        let (submitted, taken) = (state != ApplicationState::Draft, ReviewStep::Take);
        let steps = match state {
            ApplicationState::Draft | ApplicationState::Submitted | ApplicationState::Withdrawn => {
                vec![]
            }
            ApplicationState::InReview => vec![taken],
            ApplicationState::NeedsMore => vec![taken, ReviewStep::Ask(reason())],
            ApplicationState::Approved => vec![taken, ReviewStep::Approve],
            ApplicationState::Refused => vec![taken, ReviewStep::Refuse(reason())],
            ApplicationState::Revoked => {
                vec![taken, ReviewStep::Approve, ReviewStep::Revoke(reason())]
            }
            ApplicationState::Stale => panic!("an inmate's leaving is another test's"),
        };
        if submitted {
            self.submit(person, id).await;
        }
        for step in steps {
            self.decide(id, step).await;
        }
        if state == ApplicationState::Withdrawn {
            self.withdraw(person, id).await.unwrap();
        }
        id
    }

    pub(crate) async fn submit(&self, person: usize, application: ApplicationId) {
        let submitted =
            self.store
                .submit_application(self.people[person], application, APPLIED_AT_MS + 2);
        submitted.await.unwrap();
    }

    pub(crate) async fn withdraw(
        &self,
        person: usize,
        application: ApplicationId,
    ) -> Result<(), ApplicationError> {
        let who = self.people[person];
        self.store
            .withdraw_application(who, application, APPLIED_AT_MS + 3)
            .await
    }

    pub(crate) async fn decide(&self, application: ApplicationId, step: ReviewStep) {
        let decision = self.decision(application, step);
        self.store.decide_application(decision).await.unwrap();
    }

    pub(crate) fn decision(&self, application: ApplicationId, step: ReviewStep) -> Decision {
        Decision {
            application,
            staff: self.officer,
            step,
            at_ms: APPLIED_AT_MS + 3,
        }
    }

    pub(crate) async fn state_of(&self, application: ApplicationId) -> String {
        sqlx::query_scalar("SELECT state FROM application WHERE id = $1")
            .bind(application.to_string())
            .fetch_one(&self.database)
            .await
            .unwrap()
    }

    /// An account for one of the people, past the store.
    pub(crate) async fn account(&self, person: usize, email: &str) -> PersonId {
        let person_id = self.people[person];
        sqlx::query(
            "INSERT INTO account (person_id, email, email_key, password_hash, national_id,
                 national_id_index, birth_date, state, consent_version, consented_at_ms,
                 created_at_ms)
             VALUES ($1, $2, $2, '', $3, $4, $5, 'active', '1', 0, 0)",
        )
        .bind(person_id.to_string())
        .bind(email.to_owned())
        .bind(vec![1_u8; 8])
        .bind(vec![u8::try_from(person).unwrap(); 32])
        .bind(vec![2_u8; 8])
        .execute(&self.database)
        .await
        .unwrap();
        person_id
    }

    /// Kind, person and parameters of the queued messages, from the first on.
    pub(crate) async fn notices(&self) -> Vec<(String, String, String)> {
        sqlx::query_as(
            "SELECT kind, person_id, params FROM outbox WHERE person_id IS NOT NULL
             ORDER BY created_at_ms, id",
        )
        .fetch_all(&self.database)
        .await
        .unwrap()
    }
}
