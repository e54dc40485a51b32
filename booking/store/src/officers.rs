//! What officers see and do.

use async_trait::async_trait;
use booking_domain::{
    Actor, OfficerInfo, Officers, StoreError, SupervisedVisit, Terminated, Termination,
};
use grant::SecretHash;
use ids::{FacilityId, VisitId};
use serde_json::json;

use crate::{
    Store,
    audit::{self, Subject},
    error::failed,
    rows::{from_ms, id, text},
    visit_rows::{fold_visits, select_visits},
};

#[async_trait]
impl Officers for Store {
    async fn officer(
        &self,
        secret: SecretHash,
        now_ms: u64,
    ) -> Result<Option<OfficerInfo>, StoreError> {
        let row = sqlx::query(
            "SELECT staff.id, staff.name, role.facility_id, facility.name AS facility_name
             FROM staff_session AS session
             JOIN staff ON staff.id = session.staff_id
             JOIN staff_role AS role ON role.staff_id = staff.id AND role.role = 'officer'
             JOIN facility ON facility.id = role.facility_id
             WHERE session.hash = $1 AND session.complete = 1 AND session.expires_at_ms > $2
               AND staff.state = 'active'
             ORDER BY facility.name LIMIT 1",
        )
        .bind(secret.as_bytes().as_slice())
        .bind(from_ms(now_ms))
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| {
            Ok(OfficerInfo {
                id: id(&row, "id")?,
                name: text(&row, "name")?,
                facility: id(&row, "facility_id")?,
                facility_name: text(&row, "facility_name")?,
            })
        })
        .transpose()
    }

    async fn supervised_visits(
        &self,
        facility: FacilityId,
        from_ms: u64,
        to_ms: u64,
    ) -> Result<Vec<SupervisedVisit>, StoreError> {
        let rows = sqlx::query(select_visits!(
            "visit.facility_id = $1 AND visit.opens_at_ms < $3 AND visit.ends_at_ms > $2
             ORDER BY visit.starts_at_ms, terminal.name, visit.id, member.seat"
        ))
        .bind(facility.to_string())
        .bind(self::from_ms(from_ms))
        .bind(self::from_ms(to_ms))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        fold_visits(&rows)
    }

    async fn has_visit(&self, facility: FacilityId, visit: VisitId) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM visit WHERE id = $1 AND facility_id = $2")
            .bind(visit.to_string())
            .bind(facility.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed)?;
        Ok(row.is_some())
    }

    async fn terminate(&self, termination: Termination) -> Result<Terminated, StoreError> {
        let Termination {
            visit,
            facility,
            officer,
            reason,
            at_ms,
        } = termination;
        let mut transaction = self.begin().await?;
        let ended = sqlx::query(
            "UPDATE visit SET state = 'terminated'
             WHERE id = $1 AND facility_id = $2 AND state IN ('confirmed', 'in_session')
               AND opens_at_ms <= $3 AND $3 < ends_at_ms",
        )
        .bind(visit.to_string())
        .bind(facility.to_string())
        .bind(from_ms(at_ms))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        if ended.rows_affected() == 0 {
            transaction.rollback().await.map_err(failed)?;
            let known = self.has_visit(facility, visit).await?;
            return Ok(if known {
                Terminated::NotOpen
            } else {
                Terminated::NotFound
            });
        }
        sqlx::query("UPDATE seat_link SET state = 'void' WHERE visit_id = $1 AND state <> 'void'")
            .bind(visit.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let (actor, detail) = (Actor::Staff(officer), json!({ "reason": reason }));
        audit::note(
            &mut transaction,
            at_ms,
            actor,
            "terminated",
            Subject::visit(visit),
            detail,
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(Terminated::Done)
    }
}
