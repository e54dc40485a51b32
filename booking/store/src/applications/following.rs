//! Restrictions that follow whom they are about: an inmate to another facility, a visitor to a new account.

use booking_domain::{Actor, AuditDetail, AuditStep, AuditSubject, Cause, StoreError};
use ids::{FacilityId, InmateId, PersonId, RestrictionId};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    audit::{self, Subject, detail},
    bookings::{Flagging, Touched, flag_touched},
    error::failed,
    rows::{
        from_ms, id, integer, new_id, number, optional_id, optional_ms, optional_text, text, wrong,
    },
    slots,
};

/// Whom a restriction is about from now on, and where.
#[derive(Clone, Copy, Debug)]
struct About {
    facility: FacilityId,
    person: Option<PersonId>,
    inmate: Option<InmateId>,
    from_ms: u64,
}

/// What stands against visits to an inmate stands against them at the facility that the inmate goes to. Its staff may
/// lift it.
pub(crate) async fn follow(
    connection: &mut AnyConnection,
    inmate: InmateId,
    facility: FacilityId,
    there: InmateId,
    actor: Actor,
    at_ms: u64,
) -> Result<(), StoreError> {
    let bars = sqlx::query(
        "SELECT id, person_id, kind, reason, from_ms, until_ms, staff_id, created_at_ms
         FROM restriction
         WHERE inmate_id = $1 AND lifted_at_ms IS NULL AND COALESCE(until_ms, $2 + 1) > $2",
    )
    .bind(inmate.to_string())
    .bind(from_ms(at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    for bar in &bars {
        let about = About {
            facility,
            person: optional_id(bar, "person_id")?,
            inmate: Some(there),
            from_ms: number(bar, "from_ms")?,
        };
        let new = copy(&mut *connection, bar, about).await?;
        let before: RestrictionId = id(bar, "id")?;
        audit::note(
            &mut *connection,
            at_ms,
            actor,
            AuditStep::Restricted,
            Subject::new(AuditSubject::Restriction, new, Some(facility)),
            detail! {
                Person: about.person,
                Inmate: about.inmate,
                Kind: text(bar, "kind")?,
                Reason: text(bar, "reason")?,
                Restriction: before,
            },
        )
        .await?;
    }
    Ok(())
}

/// Who closes an account and comes back with its national id is barred as before: visits ahead are flagged. A bar
/// that they have from there already is not made again, whether it stands or was lifted.
pub(crate) async fn inherit(
    connection: &mut AnyConnection,
    person: PersonId,
    actor: Actor,
    at_ms: u64,
) -> Result<(), StoreError> {
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
                 AND has.created_at_ms = bar.created_at_ms)
         GROUP BY bar.facility_id, bar.inmate_id, bar.kind, bar.reason, bar.until_ms, bar.staff_id,
                  bar.created_at_ms
         ORDER BY bar.facility_id, bar.created_at_ms",
    )
    .bind(person.to_string())
    .bind(from_ms(at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    for bar in &bars {
        let about = About {
            facility: id(bar, "facility_id")?,
            person: Some(person),
            inmate: optional_id(bar, "inmate_id")?,
            from_ms: number::<u64>(bar, "from_ms")?.max(at_ms),
        };
        bring_along(&mut *connection, bar, about, actor, at_ms).await?;
    }
    Ok(())
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
    // A booking takes the facility's row before it looks for restrictions: either it finds this one, or its visit is
    // found here.
    slots::lock(&mut *connection, facility).await?;
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

/// Who made it, and when, stays as it was.
async fn copy(
    connection: &mut AnyConnection,
    bar: &AnyRow,
    about: About,
) -> Result<RestrictionId, StoreError> {
    let new = RestrictionId::from_uuid(new_id());
    sqlx::query(
        "INSERT INTO restriction (id, facility_id, person_id, inmate_id, kind, reason,
                                  from_ms, until_ms, staff_id, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new.to_string())
    .bind(about.facility.to_string())
    .bind(about.person.map(|person| person.to_string()))
    .bind(about.inmate.map(|inmate| inmate.to_string()))
    .bind(text(bar, "kind")?)
    .bind(text(bar, "reason")?)
    .bind(from_ms(about.from_ms))
    .bind(optional_ms(bar, "until_ms")?.map(from_ms))
    .bind(optional_text(bar, "staff_id")?)
    .bind(integer(bar, "created_at_ms")?)
    .execute(connection)
    .await
    .map_err(|error| wrong("restriction", failed(error)))?;
    Ok(new)
}
