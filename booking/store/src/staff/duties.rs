//! Duties, as rows.

use booking_domain::{Duty, Role, StoreError};
use sqlx::any::AnyRow;

use crate::rows::{optional_id, optional_text, wrong};

/// The duty in the columns `role` and `facility_id`; none where an outer join found none.
pub(crate) fn duty(row: &AnyRow) -> Result<Option<Duty>, StoreError> {
    let Some(role) = optional_text(row, "role")? else {
        return Ok(None);
    };
    let role = Role::parse(&role).map_err(|error| wrong("role", error))?;
    Duty::new(role, optional_id(row, "facility_id")?)
        .map(Some)
        .map_err(|error| wrong("role", error))
}
