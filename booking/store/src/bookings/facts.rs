//! What is known about the members of a party: approvals, agreements, restrictions, missed visits.

use std::collections::BTreeMap;

use booking_domain::{MemberFacts, PartyCandidate, StoreError};
use grant::Slot;
use ids::{FacilityId, InmateId, PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    error::failed,
    rows::{from_ms, id, integer, number},
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

/// The ids of up to three people, for statements with three places.
fn three(people: &[PersonId]) -> [String; 3] {
    let mut three = [const { String::new() }; 3];
    for (place, person) in three.iter_mut().zip(people) {
        *place = person.to_string();
    }
    three
}

/// The facts of each candidate, the applicant first. Those whom the store does not know are not approved.
pub(super) async fn gather(
    connection: &mut AnyConnection,
    wanted: Wanted,
    party: &[PartyCandidate],
    now_ms: u64,
) -> Result<Vec<MemberFacts>, StoreError> {
    let people: Vec<PersonId> = party.iter().map(|candidate| candidate.person).collect();
    let [first, second, third] = three(&people);
    let rows = sqlx::query(
        "SELECT person.id,
             CAST(CASE WHEN EXISTS (
                 SELECT 1 FROM application
                 WHERE application.person_id = person.id AND application.inmate_id = $1
                   AND application.state = 'approved' AND application.mobile = 1
             ) AND NOT EXISTS (
                 SELECT 1 FROM account
                 WHERE account.person_id = person.id AND account.state <> 'active'
             ) THEN 1 ELSE 0 END AS BIGINT) AS approved,
             CAST(CASE WHEN person.id = $2 OR EXISTS (
                 SELECT 1 FROM companion
                 WHERE companion.inmate_id = $1 AND companion.state = 'agreed'
                   AND ((companion.inviter_id = $2 AND companion.invitee_id = person.id)
                     OR (companion.invitee_id = $2 AND companion.inviter_id = person.id))
             ) THEN 1 ELSE 0 END AS BIGINT) AS agreed,
             CAST(CASE WHEN EXISTS (
                 SELECT 1 FROM restriction
                 WHERE (restriction.person_id = person.id
                        AND (restriction.inmate_id = $1
                             OR (restriction.inmate_id IS NULL AND restriction.facility_id = $5))
                     OR restriction.person_id IS NULL AND restriction.inmate_id = $1)
                   AND restriction.lifted_at_ms IS NULL AND restriction.from_ms <= $6
                   AND (restriction.until_ms IS NULL OR restriction.until_ms > $6)
             ) THEN 1 ELSE 0 END AS BIGINT) AS restricted
         FROM person WHERE person.id IN ($2, $3, $4)",
    )
    .bind(wanted.inmate.to_string())
    .bind(first)
    .bind(second)
    .bind(third)
    .bind(wanted.facility.to_string())
    .bind(from_ms(wanted.slot.starts_at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let mut missed = missed(connection, &people, now_ms).await?;
    let mut known = BTreeMap::new();
    for row in &rows {
        let person: PersonId = id(row, "id")?;
        let flag = |column| Ok::<_, StoreError>(integer(row, column)? == 1);
        known.insert(
            person,
            (flag("approved")?, flag("agreed")?, flag("restricted")?),
        );
    }
    let facts = |candidate: &PartyCandidate| {
        let (approved, agreed, restricted) =
            known.get(&candidate.person).copied().unwrap_or_default();
        MemberFacts {
            candidate: *candidate,
            approved,
            agreed,
            restricted,
            missed_at_ms: missed.remove(&candidate.person).unwrap_or_default(),
        }
    };
    Ok(party.iter().map(facts).collect())
}

async fn missed(
    connection: &mut AnyConnection,
    people: &[PersonId],
    now_ms: u64,
) -> Result<BTreeMap<PersonId, Vec<u64>>, StoreError> {
    let [first, second, third] = three(people);
    let rows = sqlx::query(
        "SELECT member.person_id, visit.starts_at_ms
         FROM visit_member AS member JOIN visit ON visit.id = member.visit_id
         WHERE member.person_id IN ($1, $2, $3) AND visit.state = 'no_show'
           AND visit.ended_by = 'visitor' AND visit.starts_at_ms > $4
         ORDER BY visit.starts_at_ms DESC LIMIT 300",
    )
    .bind(first)
    .bind(second)
    .bind(third)
    .bind(from_ms(now_ms.saturating_sub(MISSED_WITHIN_MS)))
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    let mut missed: BTreeMap<PersonId, Vec<u64>> = BTreeMap::new();
    for row in &rows {
        let starts_at_ms = number(row, "starts_at_ms")?;
        missed
            .entry(id(row, "person_id")?)
            .or_default()
            .push(starts_at_ms);
    }
    Ok(missed)
}

/// Keeps the approvals of a party as they are until the end of the transaction: who takes one back meanwhile
/// waits, and then finds the visit. Whether all of them still stand.
pub(super) async fn keep_approvals(
    connection: &mut AnyConnection,
    inmate: InmateId,
    people: &[PersonId],
) -> Result<bool, StoreError> {
    let [first, second, third] = three(people);
    let kept = sqlx::query(
        "UPDATE application SET changed_at_ms = changed_at_ms
         WHERE inmate_id = $1 AND person_id IN ($2, $3, $4) AND state = 'approved' AND mobile = 1",
    )
    .bind(inmate.to_string())
    .bind(first)
    .bind(second)
    .bind(third)
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(kept.rows_affected() == people.len() as u64)
}

/// Whether the inmate (where asked) or one of these people has another visit at the time.
pub(super) async fn is_busy(
    connection: &mut AnyConnection,
    wanted: Wanted,
    people: &[PersonId],
    but: Option<VisitId>,
) -> Result<bool, StoreError> {
    let [first, second, third] = three(people).map(|person| format!("person {person}"));
    let row = sqlx::query(
        "SELECT visit_id FROM engagement
         WHERE subject IN ($1, $2, $3, $4) AND starts_at_ms < $6 AND ends_at_ms > $5
           AND visit_id <> $7 LIMIT 1",
    )
    .bind(format!("inmate {}", wanted.inmate))
    .bind(first)
    .bind(second)
    .bind(third)
    .bind(from_ms(wanted.slot.starts_at_ms))
    .bind(from_ms(wanted.slot.ends_at_ms))
    .bind(but.map(|visit| visit.to_string()).unwrap_or_default())
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    Ok(row.is_some())
}
