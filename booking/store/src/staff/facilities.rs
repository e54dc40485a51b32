//! The facilities.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, Facilities, FacilityContact, FacilityInfo, NewFacility,
    StoreError,
};
use ids::FacilityId;
use sqlx::any::AnyRow;

use crate::{
    Store,
    audit::{self, Subject, detail},
    error::failed,
    rows::{facility_name, id, new_id, optional_text, text},
};

#[async_trait]
impl Facilities for Store {
    async fn facility(&self, id: FacilityId) -> Result<Option<FacilityInfo>, StoreError> {
        let row = sqlx::query(
            "SELECT id, name, latin_name, time_zone, contact_telephone FROM facility WHERE id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.as_ref().map(facility).transpose()
    }

    async fn found_facility(
        &self,
        facility: NewFacility,
        contact: FacilityContact,
        by: Actor,
        at_ms: u64,
    ) -> Result<FacilityId, StoreError> {
        let id = FacilityId::from_uuid(new_id());
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO facility (id, name, time_zone, contact_email, contact_telephone, latin_name)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.to_string())
        .bind(facility.name)
        .bind(facility.time_zone)
        .bind(contact.email)
        .bind(contact.telephone)
        .bind(contact.latin_name)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        audit::note(
            &mut transaction,
            at_ms,
            by,
            AuditStep::FacilityAdded,
            Subject::new(AuditSubject::Facility, id, Some(id)),
            detail! {},
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(id)
    }

    async fn facilities(&self) -> Result<Vec<FacilityInfo>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, latin_name, time_zone, contact_telephone FROM facility ORDER BY name, id",
        )
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(facility).collect()
    }
}

fn facility(row: &AnyRow) -> Result<FacilityInfo, StoreError> {
    Ok(FacilityInfo {
        id: id(row, "id")?,
        name: facility_name(row, "name", "latin_name")?,
        time_zone: text(row, "time_zone")?,
        telephone: optional_text(row, "contact_telephone")?,
    })
}
