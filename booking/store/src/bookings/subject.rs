//! What a request to book is about: an application of the applicant's.

use booking_domain::{Ground, Held, StoreError};
use grant::Slot;
use ids::{ApplicationId, FacilityId, InmateId, PersonId};
use sqlx::AnyConnection;

use crate::{
    error::failed,
    rows::{id, integer, number, optional_text, text},
};

/// An application, as a booking needs it.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) facility: FacilityId,
    pub(super) inmate: InmateId,
    pub(super) present: bool,
    pub(super) ground: Ground,
    /// What a request with the same key got before.
    pub(super) asked_before: Option<Held>,
}

/// Reads an application of a person's, and what the key stands for already.
pub(super) async fn read(
    connection: &mut AnyConnection,
    person: PersonId,
    application: ApplicationId,
    key: Option<&str>,
) -> Result<Option<Subject>, StoreError> {
    let row = sqlx::query(
        "SELECT application.inmate_id, inmate.facility_id, application.relationship,
                CAST(CASE WHEN application.state = 'approved' AND application.mobile = 1
                      AND inmate.state = 'present'
                      AND inmate.facility_id = application.facility_id
                     THEN 1 ELSE 0 END AS BIGINT) AS present,
                visit.id AS visit_id, visit.facility_id AS visit_facility_id, visit.terminal_id, visit.starts_at_ms,
                visit.ends_at_ms
         FROM application JOIN inmate ON inmate.id = application.inmate_id
         LEFT JOIN visit ON visit.applicant_id = application.person_id
                        AND visit.idempotency_key = $3
         WHERE application.id = $1 AND application.person_id = $2",
    )
    .bind(application.to_string())
    .bind(person.to_string())
    .bind(key)
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    let Some(row) = row else { return Ok(None) };
    let asked_before = match optional_text(&row, "visit_id")? {
        None => None,
        Some(_) => Some(Held {
            visit: id(&row, "visit_id")?,
            facility: id(&row, "visit_facility_id")?,
            terminal: id(&row, "terminal_id")?,
            slot: Slot {
                starts_at_ms: number(&row, "starts_at_ms")?,
                ends_at_ms: number(&row, "ends_at_ms")?,
            },
        }),
    };
    Ok(Some(Subject {
        facility: id(&row, "facility_id")?,
        inmate: id(&row, "inmate_id")?,
        present: integer(&row, "present")? == 1,
        ground: Ground::of_relationship(&text(&row, "relationship")?),
        asked_before,
    }))
}

impl Subject {
    /// With whom the applicant wants to speak, at a time.
    pub(super) const fn wanted(&self, slot: Slot) -> super::facts::Wanted {
        super::facts::Wanted {
            facility: self.facility,
            inmate: self.inmate,
            slot,
        }
    }
}
