//! Restrictions that follow an inmate to another facility.

use booking_domain::{Actor, AuditStep, AuditSubject, StoreError};
use ids::{FacilityId, InmateId, PersonId, RestrictionId};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    audit::{self, Subject, detail},
    error::failed,
    rows::{
        from_ms, id, integer, new_id, number, optional_id, optional_ms, optional_text, text, wrong,
    },
};

/// Whom a restriction is about from now on, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    pub(super) facility: FacilityId,
    pub(super) person: Option<PersonId>,
    pub(super) inmate: Option<InmateId>,
    pub(super) from_ms: u64,
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

/// Makes a restriction again for whom it is about now. Who made it, and when, stays as it was.
pub(super) async fn copy(
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
