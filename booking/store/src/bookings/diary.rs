//! Looking up who is engaged when.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::{Diary, Engaged, StoreError};
use grant::Slot;
use ids::{FacilityId, InmateId, PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    many::{all, asking, pieces, places},
    rows::{from_ms, id, slot, text},
};

/// Longer than any visit, ms.
const LONGEST_MS: u64 = 24 * 60 * 60_000;

/// Whether an inmate and these people can meet, whatever this visit of theirs is.
pub(super) async fn can_meet(
    connection: &mut AnyConnection,
    inmate: InmateId,
    people: &[PersonId],
    slot: Slot,
    but: Option<VisitId>,
) -> Result<bool, StoreError> {
    let mut diary = Diary::default();
    let engaged = Engaged::meeting(inmate, people.iter().copied()).collect();
    read_people(connection, &mut diary, engaged, slot, but).await?;
    Ok(diary.can_meet(inmate, people, slot))
}

/// Notes the engagements of inmates and visitors within a time, other than those by a visit.
pub(super) async fn read_people(
    connection: &mut AnyConnection,
    diary: &mut Diary,
    engaged: BTreeSet<Engaged>,
    within: Slot,
    but: Option<VisitId>,
) -> Result<(), StoreError> {
    let of_subject = |engaged: Engaged| (engaged.to_string(), engaged);
    let of_subjects: BTreeMap<String, Engaged> = engaged.into_iter().map(of_subject).collect();
    let subjects: Vec<&String> = of_subjects.keys().collect();
    for piece in pieces(&subjects) {
        let count = piece.len();
        let sql = format!(
            "SELECT subject, starts_at_ms, ends_at_ms FROM engagement
             WHERE subject IN ({}) AND starts_at_ms < ${} AND ends_at_ms > ${}
               AND visit_id <> ${}",
            places(1, count),
            count + 1,
            count + 2,
            count + 3,
        );
        let asking = asking(sql, &piece)
            .bind(from_ms(within.ends_at_ms))
            .bind(from_ms(within.starts_at_ms))
            .bind(but.map(|visit| visit.to_string()).unwrap_or_default());
        for row in &all(&mut *connection, asking).await? {
            if let Some(who) = of_subjects.get(&text(row, "subject")?) {
                diary.engage(*who, slot(row)?);
            }
        }
    }
    Ok(())
}

/// Notes the engagements of a facility's terminals within a time.
pub(super) async fn read_terminals(
    connection: &mut AnyConnection,
    diary: &mut Diary,
    facility: FacilityId,
    within: Slot,
) -> Result<(), StoreError> {
    // No visit is longer: so the index ends the search early on both sides.
    let rows = sqlx::query(
        "SELECT terminal_id, starts_at_ms, ends_at_ms FROM visit
         WHERE facility_id = $1 AND starts_at_ms < $3 AND starts_at_ms > $4 AND ends_at_ms > $2
           AND state IN ('held', 'confirmed', 'flagged', 'in_session')",
    )
    .bind(facility.to_string())
    .bind(from_ms(within.starts_at_ms))
    .bind(from_ms(within.ends_at_ms))
    .bind(from_ms(within.starts_at_ms.saturating_sub(LONGEST_MS)));
    for row in &all(connection, rows).await? {
        diary.engage(Engaged::Terminal(id(row, "terminal_id")?), slot(row)?);
    }
    Ok(())
}
