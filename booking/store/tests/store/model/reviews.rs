//! Applications, from handing them in to the end of an approval, one step at a time.

use booking_domain::{
    accounts::AccountState,
    applications::{
        ApplicationError, ApplicationState, ApplicationStep, Applications, Decision, DocumentKind,
        Documents, NewApplication, NewDocument, Relationship, ReviewStep, Reviews, Services,
    },
};
use ids::{ApplicationId, DocumentId, InmateId, PersonId};
use uuid::Uuid;

use super::{
    doing::{Answers, Doing, NOTHING, Said, same},
    reference::{Application, Reference, Visit},
};
use crate::support::{season::approve, statement};

type Stepped = Result<ApplicationState, ApplicationError>;

impl Reference {
    /// Whether somebody may begin an application for an inmate.
    fn may_apply(&self, person: PersonId, inmate: InmateId) -> Result<(), ApplicationError> {
        if self.is_there(inmate).is_err() {
            return Err(ApplicationError::InmateGone);
        }
        let under_way =
            |of: &Application| (of.person, of.inmate) == (person, inmate) && !of.state.is_final();
        match self.applications.iter().any(under_way) {
            true => Err(ApplicationError::Exists),
            false => Ok(()),
        }
    }

    /// Takes a step of an application. What rests on an approval that ends by it needs a look.
    fn step(&mut self, application: usize, step: ApplicationStep, now_ms: u64) -> Stepped {
        let found = &mut self.applications[application];
        let next = found.state.after(step).ok_or(match found.state {
            ApplicationState::Withdrawn => ApplicationError::Withdrawn,
            _ => ApplicationError::NotNow,
        })?;
        let ends = found.is_approved() && next.is_final();
        found.state = next;
        let (person, inmate) = (found.person, found.inmate);
        let touches =
            |_: &Self, visit: &Visit| visit.inmate == inmate && visit.seat_of(person).is_some();
        if ends {
            self.flag(touches, "approval_ended", now_ms);
        }
        Ok(next)
    }
}

impl Doing {
    /// Somebody applies for an inmate, with all that belongs to it, and hands it in.
    pub(super) async fn apply(
        &mut self,
        who: usize,
        inmate: usize,
        relationship: Relationship,
    ) -> Answers {
        let (person, inmate) = (self.reference.order[who], self.reference.inmates[inmate].id);
        if self.reference.people[&person].account == AccountState::Closed {
            return NOTHING;
        }
        let new = NewApplication {
            person,
            inmate,
            relationship,
            ground: None,
            services: Services {
                mobile: true,
                ..Services::default()
            },
            at_ms: self.now_ms,
        };
        let begun = self.world.store.begin_application(new).await;
        let may = self.reference.may_apply(person, inmate);
        if let (Ok(id), Ok(())) = (&begun, &may) {
            self.hand_in_anew(person, *id).await;
            self.reference.applications.push(Application {
                id: *id,
                person,
                inmate,
                relationship,
                state: ApplicationState::Submitted,
            });
        }
        let submitted = |()| ApplicationState::Submitted;
        same(
            Said::Reviewed(begun.map(|_| submitted(()))),
            Said::Reviewed(may.map(submitted)),
        )
    }

    async fn hand_in_anew(&self, person: PersonId, application: ApplicationId) {
        let (store, at_ms) = (&self.world.store, self.now_ms);
        for kind in DocumentKind::ALL {
            let document = NewDocument {
                id: DocumentId::from_uuid(Uuid::now_v7()),
                person,
                at_ms,
                ..self.world.document(0, application, kind)
            };
            store.add_document(document).await.unwrap();
        }
        let submitted = store.submit_application(person, application, at_ms).await;
        assert_eq!(submitted, Ok(ApplicationState::Submitted));
    }

    /// Somebody is approved at once, as somebody was before: past the store.
    pub(super) async fn approve(&mut self, application: usize, inmate: usize) -> Answers {
        let found = &self.reference.applications[application];
        let (person, relationship) = (found.person, found.relationship);
        let inmate = self.reference.inmates[inmate].id;
        let account = self.reference.people[&person].account;
        if account != AccountState::Closed && self.reference.may_apply(person, inmate).is_ok() {
            let id = approve(&self.world, person, inmate, relationship.as_str()).await;
            self.reference.applications.push(Application {
                id,
                person,
                inmate,
                relationship,
                state: ApplicationState::Approved,
            });
        }
        NOTHING
    }

    /// An approval ends past the store, and nobody is told.
    pub(super) async fn lapse(&mut self, application: usize) -> Answers {
        let found = &mut self.reference.applications[application];
        if found.is_approved() {
            found.state = ApplicationState::Revoked;
            let sql = format!(
                "UPDATE application SET state = 'revoked' WHERE id = '{}'",
                found.id
            );
            statement(&self.world.database, &sql).await.unwrap();
        }
        NOTHING
    }

    /// The applicant or a reviewer takes a step.
    pub(super) async fn review(&mut self, application: usize, step: ApplicationStep) -> Answers {
        let (store, now_ms) = (&self.world.store, self.now_ms);
        let found = &self.reference.applications[application];
        let (person, id) = (found.person, found.id);
        let reason = || "關係證明已失效".to_owned();
        let decide = |step| {
            store.decide_application(Decision {
                application: id,
                staff: self.world.officer,
                step,
                at_ms: now_ms,
            })
        };
        let said = match step {
            ApplicationStep::Submit => store.submit_application(person, id, now_ms).await,
            ApplicationStep::Withdraw => {
                let withdrawn = store.withdraw_application(person, id, now_ms).await;
                withdrawn.map(|()| ApplicationState::Withdrawn)
            }
            ApplicationStep::Take => decide(ReviewStep::Take).await,
            ApplicationStep::Ask => decide(ReviewStep::Ask(reason())).await,
            ApplicationStep::Approve => decide(ReviewStep::Approve).await,
            ApplicationStep::Refuse => decide(ReviewStep::Refuse(reason())).await,
            ApplicationStep::Revoke => decide(ReviewStep::Revoke(reason())).await,
            // It comes with the inmate's.
            ApplicationStep::Leave => return NOTHING,
        };
        let expected = self.reference.step(application, step, now_ms);
        same(Said::Reviewed(said), Said::Reviewed(expected))
    }
}
