//! What requests to book are about: applications of their applicants.

use std::collections::BTreeMap;

use booking_domain::{Ground, NewBooking, StoreError, giving::Wish};
use ids::{ApplicationId, FacilityId, PersonId};
use sqlx::AnyConnection;

use crate::{
    many::{all, asking, pieces, places},
    rows::{id, integer, text},
};

/// That one can book by an `application`, with its `inmate` where both are now.
pub(super) const BOOKABLE: &str = "application.state = 'approved' AND application.mobile = 1
     AND inmate.state = 'present' AND inmate.facility_id = application.facility_id";

/// The facility and the wish of each request whose application is the applicant's.
pub(super) async fn read<'a>(
    connection: &mut AnyConnection,
    requests: &'a [NewBooking],
) -> Result<Vec<Option<(FacilityId, Wish<'a>)>>, StoreError> {
    let applications: Vec<_> = requests.iter().map(|request| request.application).collect();
    let mut rows = Vec::new();
    for piece in pieces(&applications) {
        let sql = format!(
            "SELECT application.id, application.person_id, application.inmate_id,
                    inmate.facility_id, application.relationship,
                    CAST(CASE WHEN {BOOKABLE} THEN 1 ELSE 0 END AS BIGINT) AS present
             FROM application JOIN inmate ON inmate.id = application.inmate_id
             WHERE application.id IN ({})",
            places(1, piece.len())
        );
        rows.append(&mut all(&mut *connection, asking(sql, &piece)).await?);
    }
    let mut found = BTreeMap::new();
    for row in &rows {
        let of: (PersonId, ApplicationId) = (id(row, "person_id")?, id(row, "id")?);
        found.insert(of, row);
    }
    let wish = |request: &'a NewBooking| {
        let applicant = request.party.first()?.person;
        let row = *found.get(&(applicant, request.application))?;
        Some(wish(row, request))
    };
    let wishes = requests.iter().map(|request| wish(request).transpose());
    wishes.collect()
}

fn wish<'a>(
    row: &sqlx::any::AnyRow,
    request: &'a NewBooking,
) -> Result<(FacilityId, Wish<'a>), StoreError> {
    let wish = Wish {
        request,
        inmate: id(row, "inmate_id")?,
        ground: Ground::of_relationship(&text(row, "relationship")?),
        present: integer(row, "present")? == 1,
    };
    Ok((id(row, "facility_id")?, wish))
}
