//! What must be known before somebody is told that a slot is full, for many at a time.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::StoreError;
use ids::{ApplicationId, FacilityId, PersonId};

use crate::{
    Store,
    many::{all, asking, pieces, places},
    rows::{id, text},
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
                                         AND inmate.facility_id = application.facility_id
             WHERE application.id IN ({}) AND application.state = 'approved'
               AND application.mobile = 1 AND inmate.state = 'present'",
            places(1, piece.len())
        );
        for row in &all(store, asking(sql, &piece)).await? {
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
    let mut used: BTreeSet<(PersonId, String)> = BTreeSet::new();
    for piece in pieces(keyed) {
        let count = piece.len();
        let sql = format!(
            "SELECT applicant_id, idempotency_key FROM visit
             WHERE applicant_id IN ({}) AND idempotency_key IN ({})",
            places(1, count),
            places(count + 1, count)
        );
        let people: Vec<_> = piece.iter().map(|(person, _)| *person).collect();
        let mut asking = asking(sql, &people);
        for (_, key) in &piece {
            asking = asking.bind(key.clone());
        }
        for row in &all(store, asking).await? {
            used.insert((id(row, "applicant_id")?, text(row, "idempotency_key")?));
        }
    }
    Ok(keyed.iter().map(|of| used.contains(of)).collect())
}
