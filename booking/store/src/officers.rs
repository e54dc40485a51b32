//! What officers see and do.

use async_trait::async_trait;
use booking_domain::{Officers, StoreError, SupervisedVisit, Terminated, Termination};
use ids::{FacilityId, VisitId};

use crate::{
    Store,
    again::again,
    bookings,
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
            visit, facility, ..
        } = termination;
        again(|| async {
            let mut transaction = self.begin().await?;
            if !bookings::terminate(&mut transaction, &termination).await? {
                transaction.rollback().await.map_err(failed)?;
                let known = self.visit_facility(visit).await?;
                return Ok(if known == Some(facility) {
                    Terminated::NotOpen
                } else {
                    Terminated::NotFound
                });
            }
            transaction.commit().await.map_err(failed)?;
            Ok(Terminated::Done)
        })
        .await
    }
}
