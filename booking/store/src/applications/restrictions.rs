//! Who may not visit, whatever was approved.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditDetail, AuditStep, AuditSubject, Cause, StoreError,
    applications::{
        ApplicationError, NewRestriction, Restriction, RestrictionKind, RestrictionState,
        RestrictionStep, RestrictionTime, Restrictions, RestrictionsPage,
    },
};
use ids::{FacilityId, RestrictionId, StaffId};
use sqlx::{AnyConnection, any::AnyRow};

use super::rows::older_than;
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    bookings::{Flagging, Touched, flag_touched},
    error::failed,
    rows::{from_ms, id, new_id, number, optional_ms, optional_text, text, wrong},
    slots,
};

#[async_trait]
impl Restrictions for Store {
    async fn restrictions(&self, page: RestrictionsPage) -> Result<Vec<Restriction>, StoreError> {
        let rows = sqlx::query(
            "SELECT restriction.*, person.name AS person_name, inmate.name AS inmate_name,
                    inmate.number AS inmate_number, staff.name AS staff_name
             FROM restriction
             LEFT JOIN person ON person.id = restriction.person_id
             LEFT JOIN inmate ON inmate.id = restriction.inmate_id
             LEFT JOIN staff ON staff.id = restriction.staff_id
             WHERE restriction.facility_id = $1 AND restriction.id < $2
             ORDER BY restriction.id DESC LIMIT $3",
        )
        .bind(page.facility.to_string())
        .bind(older_than(page.before.map(RestrictionId::as_uuid)))
        .bind(i64::from(page.limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(restriction).collect()
    }

    async fn facility_of_restriction(
        &self,
        restriction: RestrictionId,
    ) -> Result<Option<FacilityId>, StoreError> {
        let row = sqlx::query("SELECT facility_id FROM restriction WHERE id = $1")
            .bind(restriction.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed)?;
        row.map(|row| id(&row, "facility_id")).transpose()
    }

    async fn restrict(
        &self,
        restriction: NewRestriction,
    ) -> Result<RestrictionId, ApplicationError> {
        let new = RestrictionId::from_uuid(new_id());
        let at_ms = restriction.at_ms;
        let actor = Actor::Staff(restriction.staff);
        again(|| async {
            let mut transaction = self.begin().await?;
            // A booking takes the facility's row before it looks for restrictions: either it finds this one, or
            // its visit is found here.
            slots::lock(&mut transaction, restriction.facility).await?;
            if !insert(&mut transaction, new, &restriction).await? {
                return Err(ApplicationError::NotFound);
            }
            audit::note(
                &mut transaction,
                at_ms,
                actor,
                AuditStep::Restricted,
                Subject::new(AuditSubject::Restriction, new, Some(restriction.facility)),
                detail! {
                    Person: restriction.person,
                    Inmate: restriction.inmate,
                    Kind: restriction.kind.as_str(),
                    Reason: restriction.reason,
                },
            )
            .await?;
            let touched = Touched {
                person: restriction.person,
                inmate: restriction.inmate,
                facility: restriction.facility,
                from_ms: restriction.from_ms.max(at_ms),
                until_ms: restriction.until_ms,
            };
            let flagging = Flagging {
                reason: Cause::Restricted.as_str(),
                source: Some((AuditDetail::Restriction, new.as_uuid())),
                actor,
                at_ms,
            };
            flag_touched(&mut transaction, touched, &flagging).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(new)
        })
        .await
    }

    async fn lift_restriction(
        &self,
        restriction: RestrictionId,
        staff: StaffId,
        reason: &str,
        at_ms: u64,
    ) -> Result<bool, StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let actor = Actor::Staff(staff);
            let lifted = lift(&mut transaction, restriction, actor, reason, at_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(lifted)
        })
        .await
    }
}

/// Adds the restriction if the facility has the inmate, and if the person applied there or was in a visit.
async fn insert(
    connection: &mut AnyConnection,
    new: RestrictionId,
    restriction: &NewRestriction,
) -> Result<bool, StoreError> {
    sqlx::query(
        "INSERT INTO restriction (id, facility_id, person_id, inmate_id, kind, reason, from_ms,
                                  until_ms, staff_id, created_at_ms)
         SELECT $1, facility.id, $3, $4, $5, $6, $7, $8, $9, $10 FROM facility
         WHERE facility.id = $2
           AND ($12 = 0 OR EXISTS (
               SELECT 1 FROM inmate WHERE inmate.id = $4 AND inmate.facility_id = $2))
           AND ($11 = 0
                OR EXISTS (SELECT 1 FROM application WHERE application.person_id = $3
                    AND application.facility_id = $2 AND application.state <> 'draft')
                OR EXISTS (SELECT 1 FROM visit_member
                    JOIN visit ON visit.id = visit_member.visit_id
                    WHERE visit_member.person_id = $3 AND visit.facility_id = $2))",
    )
    .bind(new.to_string())
    .bind(restriction.facility.to_string())
    .bind(restriction.person.map(|person| person.to_string()))
    .bind(restriction.inmate.map(|inmate| inmate.to_string()))
    .bind(restriction.kind.as_str())
    .bind(restriction.reason.clone())
    .bind(from_ms(restriction.from_ms))
    .bind(restriction.until_ms.map(from_ms))
    .bind(restriction.staff.to_string())
    .bind(from_ms(restriction.at_ms))
    .bind(i64::from(restriction.person.is_some()))
    .bind(i64::from(restriction.inmate.is_some()))
    .execute(connection)
    .await
    .map(|inserted| inserted.rows_affected() == 1)
    .map_err(failed)
}

/// Lifts a restriction where it stands, or will. Whether it was lifted now.
pub(super) async fn lift(
    connection: &mut AnyConnection,
    restriction: RestrictionId,
    actor: Actor,
    reason: &str,
    at_ms: u64,
) -> Result<bool, StoreError> {
    let state = standing(&mut *connection, restriction, at_ms).await?;
    if state.and_then(|state| state.after(RestrictionStep::Lift)) != Some(RestrictionState::Lifted)
    {
        return Ok(false);
    }
    let rows = sqlx::query(
        "UPDATE restriction SET lifted_at_ms = $2 WHERE id = $1 AND lifted_at_ms IS NULL
         RETURNING facility_id",
    )
    .bind(restriction.to_string())
    .bind(from_ms(at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let Some(row) = rows.first() else {
        return Ok(false);
    };
    let facility = Some(id(row, "facility_id")?);
    let subject = Subject::new(AuditSubject::Restriction, restriction, facility);
    let (step, detail) = (AuditStep::RestrictionLifted, detail! { Reason: reason });
    audit::note(connection, at_ms, actor, step, subject, detail).await?;
    Ok(true)
}

/// Where a restriction stands at a moment, Unix milliseconds. `None` where there is none.
async fn standing(
    connection: &mut AnyConnection,
    restriction: RestrictionId,
    at_ms: u64,
) -> Result<Option<RestrictionState>, StoreError> {
    let row = sqlx::query("SELECT from_ms, until_ms, lifted_at_ms FROM restriction WHERE id = $1")
        .bind(restriction.to_string())
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    let Some(row) = row else {
        return Ok(None);
    };
    let time = RestrictionTime {
        from_ms: number(&row, "from_ms")?,
        until_ms: optional_ms(&row, "until_ms")?,
        is_lifted: optional_ms(&row, "lifted_at_ms")?.is_some(),
    };
    Ok(Some(time.state(at_ms)))
}

fn restriction(row: &AnyRow) -> Result<Restriction, StoreError> {
    let person = match optional_text(row, "person_name")? {
        Some(name) => Some((id(row, "person_id")?, name)),
        None => None,
    };
    let inmate = match optional_text(row, "inmate_name")? {
        Some(name) => Some((id(row, "inmate_id")?, name, text(row, "inmate_number")?)),
        None => None,
    };
    Ok(Restriction {
        id: id(row, "id")?,
        facility: id(row, "facility_id")?,
        person,
        inmate,
        kind: RestrictionKind::parse(&text(row, "kind")?).map_err(|error| wrong("kind", error))?,
        reason: text(row, "reason")?,
        from_ms: number(row, "from_ms")?,
        until_ms: optional_ms(row, "until_ms")?,
        staff_name: optional_text(row, "staff_name")?,
        created_at_ms: number(row, "created_at_ms")?,
        lifted_at_ms: optional_ms(row, "lifted_at_ms")?,
    })
}
