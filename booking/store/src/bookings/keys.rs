//! What applicants' requests got before, by their keys.

use std::collections::BTreeMap;

use booking_domain::{Held, StoreError};
use ids::PersonId;
use sqlx::AnyConnection;

use crate::{
    many::all_of_pairs,
    rows::{id, slot, text},
};

/// The visit of each applicant and key that has one.
pub(super) async fn held_before(
    connection: &mut AnyConnection,
    keyed: &[(PersonId, String)],
) -> Result<BTreeMap<(PersonId, String), Held>, StoreError> {
    let sql = "SELECT id, facility_id, terminal_id, inmate_id, starts_at_ms, ends_at_ms,
                applicant_id, idempotency_key
         FROM asked JOIN visit ON visit.applicant_id = asked.one
                              AND visit.idempotency_key = asked.other";
    let mut held = BTreeMap::new();
    for row in &all_of_pairs(connection, keyed, sql).await? {
        let keyed = (id(row, "applicant_id")?, text(row, "idempotency_key")?);
        let visit = Held {
            visit: id(row, "id")?,
            facility: id(row, "facility_id")?,
            terminal: id(row, "terminal_id")?,
            inmate: id(row, "inmate_id")?,
            slot: slot(row)?,
        };
        held.insert(keyed, visit);
    }
    Ok(held)
}
