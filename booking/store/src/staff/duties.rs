//! Duties, as rows.

use booking_domain::{Duty, Role, StoreError};
use ids::FacilityId;
use sqlx::any::AnyRow;

use crate::rows::{optional_text, wrong};

/// The duty in the columns `role` and `facility_id`; none where an outer join found none.
pub(crate) fn duty(row: &AnyRow) -> Result<Option<Duty>, StoreError> {
    let Some(role) = optional_text(row, "role")? else {
        return Ok(None);
    };
    let role = Role::parse(&role).map_err(|error| wrong("role", error))?;
    let facility: Option<FacilityId> = optional_text(row, "facility_id")?
        .map(|facility| facility.parse())
        .transpose()
        .map_err(|error| wrong("facility_id", error))?;
    Duty::new(role, facility)
        .map(Some)
        .map_err(|error| wrong("role", error))
}
