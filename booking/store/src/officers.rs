//! What officers see and do.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, Officers, StoreError, SupervisedVisit, Terminated, Termination,
};
use ids::{FacilityId, VisitId};

use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    rows::{from_ms, id},
    visit_rows::{fold_visits, select_visits},
};

#[async_trait]
impl Officers for Store {
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

    async fn visit_facility(&self, visit: VisitId) -> Result<Option<FacilityId>, StoreError> {
        let row = sqlx::query("SELECT facility_id FROM visit WHERE id = $1")
            .bind(visit.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed)?;
        row.map(|row| id(&row, "facility_id")).transpose()
    }

    async fn terminate(&self, termination: Termination) -> Result<Terminated, StoreError> {
        let Termination {
            visit,
            facility,
            officer,
            reason,
            at_ms,
        } = termination;
        again(|| async {
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
                let known = self.visit_facility(visit).await?;
                return Ok(if known == Some(facility) {
                    Terminated::NotOpen
                } else {
                    Terminated::NotFound
                });
            }
            sqlx::query(
                "UPDATE seat_link SET state = 'void' WHERE visit_id = $1 AND state <> 'void'",
            )
            .bind(visit.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            let (actor, detail) = (Actor::Staff(officer), detail! { Reason: reason });
            audit::note(
                &mut transaction,
                at_ms,
                actor,
                AuditStep::Terminated,
                Subject::visit(visit),
                detail,
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(Terminated::Done)
        })
        .await
    }
}
