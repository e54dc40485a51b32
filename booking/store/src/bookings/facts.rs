//! What is known about the members of parties: approvals, agreements, restrictions, missed visits.
//!
//! Looked up for all who are named in one go, by few statements.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::{
    Ground, MAX_PARTY, MemberFacts, PartyCandidate, StoreError, applications::Bar,
};
use grant::Slot;
use ids::{FacilityId, InmateId, PersonId};
use sqlx::AnyConnection;

use crate::{
    bookings::bars,
    many::{all, all_of_pairs, asking, pieces, places},
    rows::{from_ms, id, number, text},
};

/// The longest a missed visit can count, ms: 24 months and some days.
const MISSED_WITHIN_MS: u64 = 750 * 86_400_000;

/// With whom a party wants to speak, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) facility: FacilityId,
    pub(super) inmate: InmateId,
    pub(super) slot: Slot,
}

/// What is known about some people and inmates.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// On which ground each is approved.
    approved: BTreeMap<(InmateId, PersonId), Ground>,
    /// Who has agreed with whom, in the order in which one asked the other.
    agreed: BTreeSet<(InmateId, PersonId, PersonId)>,
    bars: Vec<Bar>,
    missed: BTreeMap<PersonId, Vec<u64>>,
}

impl Facts {
    /// Looks up what is known about inmates and those who want to visit them. Their approvals stay as they are
    /// until the end of the transaction: who takes one back meanwhile waits, and then finds the visit.
    pub(super) async fn gather(
        connection: &mut AnyConnection,
        wishes: impl IntoIterator<Item = (InmateId, &[PartyCandidate])>,
        now_ms: u64,
    ) -> Result<Self, StoreError> {
        let mut known = Self::default();
        let mut visitors = BTreeSet::new();
        let mut companies = BTreeSet::new();
        for (inmate, party) in wishes {
            let party = &party[..party.len().min(MAX_PARTY)];
            let of_inmate = party.iter().map(|candidate| (inmate, candidate.person));
            if party.len() > 1 {
                companies.extend(of_inmate.clone());
            }
            visitors.extend(of_inmate);
        }
        let inmates: BTreeSet<InmateId> = visitors.iter().map(|(inmate, _)| *inmate).collect();
        let people: BTreeSet<PersonId> = visitors.iter().map(|(_, person)| *person).collect();
        let (inmates, people) = (Vec::from_iter(inmates), Vec::from_iter(people));
        known
            .keep_approvals(&mut *connection, &Vec::from_iter(visitors))
            .await?;
        known
            .read_agreements(&mut *connection, &Vec::from_iter(companies))
            .await?;
        known.bars = bars::read(&mut *connection, &people, &inmates).await?;
        known.read_missed(connection, &people, now_ms).await?;
        Ok(known)
    }

    /// The facts of each candidate, the applicant first. Those whom the store does not know are not approved.
    pub(super) fn of(&self, wanted: Wanted, party: &[PartyCandidate]) -> Vec<MemberFacts> {
        let applicant = party.first().map(|applicant| applicant.person);
        let agreed = |person: PersonId| {
            applicant.is_some_and(|applicant| {
                person == applicant
                    || self.agreed.contains(&(wanted.inmate, applicant, person))
                    || self.agreed.contains(&(wanted.inmate, person, applicant))
            })
        };
        let starts_at_ms = wanted.slot.starts_at_ms;
        let barred = |person| {
            let mut bars = self.bars.iter();
            bars.any(|bar| bar.covers(person, wanted.inmate, wanted.facility, starts_at_ms))
        };
        let ground = |person| self.approved.get(&(wanted.inmate, person)).copied();
        let facts = |candidate: &PartyCandidate| MemberFacts {
            candidate: *candidate,
            approved: ground(candidate.person).is_some(),
            ground: ground(candidate.person).unwrap_or(Ground::Ordinary),
            agreed: agreed(candidate.person),
            restricted: barred(candidate.person),
            missed_at_ms: self
                .missed
                .get(&candidate.person)
                .cloned()
                .unwrap_or_default(),
        };
        party.iter().map(facts).collect()
    }

    async fn keep_approvals(
        &mut self,
        connection: &mut AnyConnection,
        visitors: &[(InmateId, PersonId)],
    ) -> Result<(), StoreError> {
        // What is asked of the row itself is asked once more after waiting for whoever takes it back.
        let sql = "UPDATE application SET changed_at_ms = changed_at_ms
             WHERE id IN (SELECT application.id FROM asked
                          JOIN application ON application.inmate_id = asked.one
                                          AND application.person_id = asked.other
                                          AND application.state = 'approved')
               AND state = 'approved' AND mobile = 1
               AND NOT EXISTS (SELECT 1 FROM account
                               WHERE account.person_id = application.person_id
                                 AND account.state <> 'active')
             RETURNING inmate_id, person_id, relationship";
        for row in &all_of_pairs(connection, visitors, sql).await? {
            let ground = Ground::of_relationship(&text(row, "relationship")?);
            self.approved
                .insert((id(row, "inmate_id")?, id(row, "person_id")?), ground);
        }
        Ok(())
    }

    async fn read_agreements(
        &mut self,
        connection: &mut AnyConnection,
        visitors: &[(InmateId, PersonId)],
    ) -> Result<(), StoreError> {
        // SQLite uses a partial index only where its own condition stands in the statement.
        let sql = "SELECT inmate_id, inviter_id, invitee_id
             FROM asked JOIN companion ON companion.inmate_id = asked.one
                                      AND companion.inviter_id = asked.other
             WHERE state IN ('invited', 'agreed') AND state = 'agreed' AND invitee_id IS NOT NULL";
        for row in &all_of_pairs(connection, visitors, sql).await? {
            let agreed = (
                id(row, "inmate_id")?,
                id(row, "inviter_id")?,
                id(row, "invitee_id")?,
            );
            self.agreed.insert(agreed);
        }
        Ok(())
    }

    async fn read_missed(
        &mut self,
        connection: &mut AnyConnection,
        people: &[PersonId],
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let since_ms = now_ms.saturating_sub(MISSED_WITHIN_MS);
        for piece in pieces(people) {
            let sql = format!(
                "SELECT member.person_id, visit.starts_at_ms
                 FROM visit_member AS member JOIN visit ON visit.id = member.visit_id
                 WHERE member.person_id IN ({}) AND member.missed = 1 AND visit.state = 'no_show'
                   AND visit.ended_by = 'visitor' AND visit.starts_at_ms > ${}
                 ORDER BY visit.starts_at_ms DESC",
                places(1, piece.len()),
                piece.len() + 1
            );
            self.note_missed(&mut *connection, sql, &piece, since_ms)
                .await?;
            // Who closes an account and registers anew has missed what was missed before.
            let sql = format!(
                "SELECT own.person_id, visit.starts_at_ms
                 FROM account AS own
                 JOIN account AS closed ON closed.national_id_index = own.national_id_index
                                       AND closed.state = 'closed'
                 JOIN visit_member AS member ON member.person_id = closed.person_id
                 JOIN visit ON visit.id = member.visit_id
                 WHERE own.person_id IN ({}) AND own.state <> 'closed' AND member.missed = 1
                   AND visit.state = 'no_show' AND visit.ended_by = 'visitor' AND visit.starts_at_ms > ${}",
                places(1, piece.len()),
                piece.len() + 1
            );
            self.note_missed(&mut *connection, sql, &piece, since_ms)
                .await?;
        }
        Ok(())
    }

    async fn note_missed(
        &mut self,
        connection: &mut AnyConnection,
        sql: String,
        people: &[PersonId],
        since_ms: u64,
    ) -> Result<(), StoreError> {
        let asking = asking(sql, people).bind(from_ms(since_ms));
        for row in &all(connection, asking).await? {
            let missed = self.missed.entry(id(row, "person_id")?).or_default();
            missed.push(number(row, "starts_at_ms")?);
        }
        Ok(())
    }
}
