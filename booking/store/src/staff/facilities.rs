//! The facilities.

use async_trait::async_trait;
use booking_domain::{Facilities, FacilityInfo, StoreError};
use ids::FacilityId;
use sqlx::any::AnyRow;

use crate::{
    Store,
    error::failed,
    rows::{id, text},
};

#[async_trait]
impl Facilities for Store {
    async fn facility(&self, id: FacilityId) -> Result<Option<FacilityInfo>, StoreError> {
        let row = sqlx::query("SELECT id, name, time_zone FROM facility WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed)?;
        row.as_ref().map(facility).transpose()
    }

    async fn facilities(&self) -> Result<Vec<FacilityInfo>, StoreError> {
        let rows = sqlx::query("SELECT id, name, time_zone FROM facility ORDER BY name, id")
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        rows.iter().map(facility).collect()
    }
}

fn facility(row: &AnyRow) -> Result<FacilityInfo, StoreError> {
    Ok(FacilityInfo {
        id: id(row, "id")?,
        name: text(row, "name")?,
        time_zone: text(row, "time_zone")?,
    })
}
