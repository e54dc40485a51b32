//! Restrictions that go with a national id, from a closed account to the one that has it now.
//!
//! They come by whoever puts the number right. Each facility lifts its own: what a court or the inmate has said there is
//! not for another one's staff to end, who see but the documents of an application.

use std::collections::BTreeSet;

use booking_domain::{Actor, AuditDetail, AuditStep, AuditSubject, Cause, StoreError};
use ids::{FacilityId, PersonId};
use sqlx::{AnyConnection, any::AnyRow};

use super::{
    following::{About, copy},
    restrictions,
};
use crate::{
    audit::{self, Subject, detail},
    bookings::{Flagging, Touched, flag_touched},
    error::failed,
    rows::{from_ms, id, number, optional_id, optional_ms, text},
    slots,
};

/// Who closes an account and comes back with its national id is barred as before: visits ahead are flagged. A bar
/// that they have from there already is not made again, whether it stands or its facility has lifted it; one that the
/// service lifted with another national id ([`disinherit`]) is. Answers where bars were made: the rows of those
/// facilities are taken together with others that the transaction is to take.
pub(crate) async fn inherit(
    connection: &mut AnyConnection,
    person: PersonId,
    others: &BTreeSet<FacilityId>,
    actor: Actor,
    at_ms: u64,
) -> Result<BTreeSet<FacilityId>, StoreError> {
    // Of several closed accounts each may have the same one, from another day on.
    let bars = sqlx::query(
        "SELECT bar.facility_id, bar.inmate_id, bar.kind, bar.reason, MIN(bar.from_ms) AS from_ms,
                bar.until_ms, bar.staff_id, bar.created_at_ms
         FROM restriction AS bar
         JOIN account AS closed ON closed.person_id = bar.person_id AND closed.state = 'closed'
         JOIN account AS own ON own.national_id_index = closed.national_id_index
         WHERE own.person_id = $1 AND bar.lifted_at_ms IS NULL
           AND COALESCE(bar.until_ms, $2 + 1) > $2
           AND NOT EXISTS (SELECT 1 FROM restriction AS has
               WHERE has.person_id = own.person_id AND has.facility_id = bar.facility_id
                 AND COALESCE(has.inmate_id, '') = COALESCE(bar.inmate_id, '')
                 AND has.kind = bar.kind AND has.reason = bar.reason
                 AND has.created_at_ms = bar.created_at_ms
                 AND NOT EXISTS (SELECT 1 FROM audit_event
                     WHERE subject = 'restriction' AND subject_id = has.id
                       AND action = 'restriction_lifted' AND actor = 'system'))
         GROUP BY bar.facility_id, bar.inmate_id, bar.kind, bar.reason, bar.until_ms, bar.staff_id,
                  bar.created_at_ms
         ORDER BY bar.facility_id, bar.created_at_ms",
    )
    .bind(person.to_string())
    .bind(from_ms(at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let places: BTreeSet<FacilityId> = bars
        .iter()
        .map(|bar| id(bar, "facility_id"))
        .collect::<Result<_, _>>()?;
    // A booking takes the facility's row before it looks for restrictions: either it finds these, or its visit is
    // found here.
    for facility in places.union(others) {
        slots::lock(&mut *connection, *facility).await?;
    }
    for bar in &bars {
        let about = About {
            facility: id(bar, "facility_id")?,
            person: Some(person),
            inmate: optional_id(bar, "inmate_id")?,
            from_ms: number::<u64>(bar, "from_ms")?.max(at_ms),
        };
        bring_along(&mut *connection, bar, about, actor, at_ms).await?;
    }
    Ok(places)
}

/// Brings a bar along as if it were made now, but for who made it.
async fn bring_along(
    connection: &mut AnyConnection,
    bar: &AnyRow,
    about: About,
    actor: Actor,
    at_ms: u64,
) -> Result<(), StoreError> {
    let About {
        facility,
        person,
        inmate,
        from_ms,
    } = about;
    let new = copy(&mut *connection, bar, about).await?;
    let subject = Subject::new(AuditSubject::Restriction, new, Some(facility));
    let detail = detail! {
        Person: person,
        Inmate: inmate,
        Kind: text(bar, "kind")?,
        Reason: text(bar, "reason")?,
    };
    let step = AuditStep::Restricted;
    audit::note(&mut *connection, at_ms, actor, step, subject, detail).await?;
    let touched = Touched {
        person,
        inmate,
        facility,
        from_ms,
        until_ms: optional_ms(bar, "until_ms")?,
    };
    let flagging = Flagging {
        reason: Cause::Restricted.as_str(),
        source: Some((AuditDetail::Restriction, new.as_uuid())),
        actor,
        at_ms,
    };
    flag_touched(connection, touched, &flagging)
        .await
        .map(|_| ())
}

/// Lifts what somebody has at the facility from closed accounts with the national id before, by its blind index, and
/// not from any with the one that they have now. What it has flagged stays so until the facility decides, and what they
/// have so at other facilities until each of those lifts it. Answers where there was any.
pub(crate) async fn disinherit(
    connection: &mut AnyConnection,
    (person, before): (PersonId, &[u8]),
    facility: FacilityId,
    reason: &str,
    at_ms: u64,
) -> Result<BTreeSet<FacilityId>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, facility_id FROM restriction
         WHERE person_id = $1 AND lifted_at_ms IS NULL AND COALESCE(until_ms, $3 + 1) > $3
           AND 1 = (SELECT MIN(CASE WHEN closed.national_id_index = $2 THEN 1 ELSE 0 END)
               FROM restriction AS bar
               JOIN account AS closed ON closed.person_id = bar.person_id AND closed.state = 'closed'
               JOIN account AS own ON own.person_id = $1
               WHERE closed.national_id_index IN ($2, own.national_id_index)
                 AND bar.facility_id = restriction.facility_id
                 AND COALESCE(bar.inmate_id, '') = COALESCE(restriction.inmate_id, '')
                 AND bar.kind = restriction.kind AND bar.reason = restriction.reason
                 AND bar.created_at_ms = restriction.created_at_ms)",
    )
    .bind(person.to_string())
    .bind(before.to_vec())
    .bind(from_ms(at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let mut places = BTreeSet::new();
    for row in &rows {
        let at: FacilityId = id(row, "facility_id")?;
        if at == facility {
            let bar = id(row, "id")?;
            restrictions::lift(&mut *connection, bar, Actor::System, reason, at_ms).await?;
        }
        places.insert(at);
    }
    Ok(places)
}
