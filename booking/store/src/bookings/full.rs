//! What must be known before somebody is told that a slot is full, for many at a time.

use std::collections::BTreeMap;

use booking_domain::StoreError;
use ids::{ApplicationId, FacilityId, PersonId};

use crate::{
    Store,
    bookings::{keys, wishes::BOOKABLE},
    error::failed,
    many::{all, asking, pieces, places},
    rows::id,
};

/// The facility of each application of a person's by which one can book.
pub(super) async fn facilities(
    store: &Store,
    asked: &[(PersonId, ApplicationId)],
) -> Result<Vec<Option<FacilityId>>, StoreError> {
    let mut facilities = BTreeMap::new();
    let applications: Vec<_> = asked.iter().map(|(_, application)| *application).collect();
    for piece in pieces(&applications) {
        let sql = format!(
            "SELECT application.id, application.person_id, inmate.facility_id
             FROM application JOIN inmate ON inmate.id = application.inmate_id
             WHERE application.id IN ({}) AND {BOOKABLE}",
            places(1, piece.len())
        );
        for row in &all(&store.readers, asking(sql, &piece)).await? {
            let of: (PersonId, ApplicationId) = (id(row, "person_id")?, id(row, "id")?);
            let facility: FacilityId = id(row, "facility_id")?;
            facilities.insert(of, facility);
        }
    }
    Ok(asked.iter().map(|of| facilities.get(of).copied()).collect())
}

/// Whether each person has a visit by a request with this key.
pub(super) async fn keys_used(
    store: &Store,
    keyed: &[(PersonId, String)],
) -> Result<Vec<bool>, StoreError> {
    if keyed.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = store.readers.acquire().await.map_err(failed)?;
    let held = keys::held_before(&mut connection, keyed).await?;
    Ok(keyed.iter().map(|of| held.contains_key(of)).collect())
}
