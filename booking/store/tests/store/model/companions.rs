//! Who asks whom to come along to an inmate, and what the other says.

use booking_domain::{
    accounts::AccountState,
    applications::{ApplicationError, CompanionState, CompanionStep, Companions, Invitation},
};
use ids::{CompanionId, InmateId, PersonId};
use uuid::Uuid;

use super::{
    doing::{Answers, Doing, NOTHING, Said, same},
    people::address,
    reference::{Agreement, Reference},
};
use crate::support::season::DAY_MS;

/// So many people may somebody ask in a day.
const INVITATIONS: usize = 10;

impl Reference {
    /// Somebody asks another by their address. The id is the store's to choose.
    fn invite(
        &mut self,
        pair: [PersonId; 2],
        inmate: InmateId,
        now_ms: u64,
    ) -> Result<(), ApplicationError> {
        let [inviter, invitee] = pair;
        // Who has closed their account has no address any more.
        if inviter == invitee && self.people[&inviter].account != AccountState::Closed {
            return Err(ApplicationError::Oneself);
        }
        let own = |of: &&Agreement| of.pair[0] == inviter;
        let asked = self.agreements.iter().filter(own);
        let today = asked.filter(|of| of.asked_at_ms + DAY_MS > now_ms);
        if today.count() >= INVITATIONS {
            return Err(ApplicationError::TooMany);
        }
        let mut applications = self.applications.iter();
        if !applications
            .any(|of| (of.person, of.inmate) == (inviter, inmate) && !of.state.is_final())
        {
            return Err(ApplicationError::NotFound);
        }
        let open = |of: &Agreement| of.is_open() && (of.pair, of.inmate) == (pair, inmate);
        if self.agreements.iter().any(open) {
            return Err(ApplicationError::Exists);
        }
        self.agreements.push(Agreement {
            id: CompanionId::from_uuid(Uuid::nil()),
            pair,
            inmate,
            state: CompanionState::Invited,
            agreed: false,
            asked_at_ms: now_ms,
        });
        Ok(())
    }

    /// Somebody answers, or ends it.
    fn answer(
        &mut self,
        agreement: usize,
        person: PersonId,
        step: CompanionStep,
    ) -> Result<(), ApplicationError> {
        let found = &mut self.agreements[agreement];
        let [inviter, invitee] = found.pair;
        // Until they agree, it waits at their address.
        let reads = found.agreed || self.people[&invitee].account == AccountState::Active;
        let may =
            (person == inviter && step == CompanionStep::Withdraw) || (person == invitee && reads);
        if !may {
            return Err(ApplicationError::NotFound);
        }
        found.state = found.state.after(step).ok_or(ApplicationError::NotNow)?;
        found.agreed |= step == CompanionStep::Agree;
        Ok(())
    }

    /// Somebody has gone, and with them what they asked and agreed to.
    pub(super) fn end_agreements(&mut self, person: PersonId) {
        for found in &mut self.agreements {
            let [inviter, invitee] = found.pair;
            let theirs = person == inviter || (person == invitee && found.agreed);
            if theirs && found.is_open() {
                found.state = CompanionState::Withdrawn;
            }
        }
    }
}

impl Agreement {
    fn is_open(&self) -> bool {
        matches!(self.state, CompanionState::Invited | CompanionState::Agreed)
    }

    /// Whether the two may be of one party.
    pub(super) fn stands(&self) -> bool {
        self.state == CompanionState::Agreed
    }
}

impl Doing {
    pub(super) async fn invite(&mut self, one: usize, other: usize, inmate: usize) -> Answers {
        let pair = [one, other].map(|who| self.reference.order[who]);
        let inmate = self.reference.inmates[inmate].id;
        let Some(application) = self.application(pair[0], inmate) else {
            return NOTHING;
        };
        let invitation = Invitation {
            inviter: pair[0],
            application,
            email_key: address(other),
            at_ms: self.now_ms,
        };
        let said = self.world.store.invite_companion(invitation).await;
        let expected = self.reference.invite(pair, inmate, self.now_ms);
        if let (Ok(id), Ok(()), Some(new)) =
            (&said, &expected, self.reference.agreements.last_mut())
        {
            new.id = *id;
        }
        let said = said.map(|_| ());
        same(Said::Agreed(said), Said::Agreed(expected))
    }

    pub(super) async fn answer(
        &mut self,
        agreement: usize,
        who: usize,
        step: CompanionStep,
    ) -> Answers {
        let (person, now_ms) = (self.reference.order[who], self.now_ms);
        let id = self.reference.agreements[agreement].id;
        let said = self
            .world
            .store
            .step_companion(person, id, step, now_ms)
            .await;
        let expected = self.reference.answer(agreement, person, step);
        same(Said::Agreed(said), Said::Agreed(expected))
    }
}
