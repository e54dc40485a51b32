//! A visit, as far as a change of it needs it.

use booking_domain::{Booking, ChangeError, EndedBy, Ground, StoreError, VisitState};
use grant::Slot;
use ids::{FacilityId, InmateId, PersonId, StaffId, VisitId};
use sqlx::{AnyConnection, any::AnyRow};
use uuid::Uuid;

use crate::{
    error::failed,
    rows::{
        id, number, optional_id, optional_integer, optional_ms, optional_text, slot, text, wrong,
    },
};

/// A visit before a change. The change is made under the condition that its state is still this one.
#[derive(Debug)]
pub(super) struct PlainVisit {
    pub(super) id: VisitId,
    pub(super) facility: FacilityId,
    pub(super) inmate: InmateId,
    pub(super) applicant: Option<PersonId>,
    /// In a batch of the grid, and not added by staff.
    pub(super) in_grid: bool,
    pub(super) opens_at_ms: u64,
    pub(super) slot: Slot,
    pub(super) booking: Booking,
    pub(super) ground: Ground,
    pub(super) counted_month: Option<String>,
    pub(super) cancel_before_hours: u16,
}

/// Reads a visit.
pub(super) async fn read_plain(
    connection: &mut AnyConnection,
    visit: VisitId,
) -> Result<Option<PlainVisit>, StoreError> {
    let row = sqlx::query(
        "SELECT visit.id, visit.facility_id, visit.inmate_id, visit.applicant_id,
                visit.batch, visit.opens_at_ms, visit.starts_at_ms, visit.ends_at_ms, visit.state,
                visit.held_until_ms, visit.ground, visit.counted_month, visit.ended_by, visit.reason,
                facility.cancel_before_hours
         FROM visit JOIN facility ON facility.id = visit.facility_id WHERE visit.id = $1",
    )
    .bind(visit.to_string())
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    row.as_ref().map(plain).transpose()
}

/// Reads where a visit stands.
pub(crate) async fn read_booking(
    connection: &mut AnyConnection,
    visit: VisitId,
) -> Result<Option<Booking>, StoreError> {
    let plain = read_plain(connection, visit).await?;
    Ok(plain.map(|plain| plain.booking))
}

/// Reads a visit that a person applied for.
pub(super) async fn read_own(
    connection: &mut AnyConnection,
    visit: VisitId,
    applicant: PersonId,
) -> Result<PlainVisit, ChangeError> {
    let plain = read_plain(connection, visit).await?;
    plain
        .filter(|plain| plain.applicant == Some(applicant))
        .ok_or(ChangeError::NotFound)
}

/// Reads a visit and keeps it as it is until the end of the transaction.
pub(super) async fn keep_plain(
    connection: &mut AnyConnection,
    visit: VisitId,
) -> Result<Option<PlainVisit>, StoreError> {
    sqlx::query("UPDATE visit SET reason = reason WHERE id = $1")
        .bind(visit.to_string())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    read_plain(connection, visit).await
}

fn plain(row: &AnyRow) -> Result<PlainVisit, StoreError> {
    Ok(PlainVisit {
        id: id(row, "id")?,
        facility: id(row, "facility_id")?,
        inmate: id(row, "inmate_id")?,
        applicant: optional_id(row, "applicant_id")?,
        in_grid: optional_integer(row, "batch")?.is_some(),
        opens_at_ms: number(row, "opens_at_ms")?,
        slot: slot(row)?,
        booking: booking(row)?,
        ground: Ground::parse(&text(row, "ground")?).map_err(|error| wrong("ground", error))?,
        counted_month: optional_text(row, "counted_month")?,
        cancel_before_hours: number(row, "cancel_before_hours")?,
    })
}

fn booking(row: &AnyRow) -> Result<Booking, StoreError> {
    let state = VisitState::parse(&text(row, "state")?).map_err(|error| wrong("state", error))?;
    let by = optional_text(row, "ended_by")?
        .map(|by| EndedBy::parse(&by).map_err(|error| wrong("ended_by", error)))
        .transpose()?
        .unwrap_or(EndedBy::System);
    let reason = optional_text(row, "reason")?;
    Ok(match state {
        VisitState::Held => Booking::Held {
            until_ms: optional_ms(row, "held_until_ms")?.unwrap_or(0),
        },
        VisitState::Confirmed => Booking::Confirmed,
        VisitState::Flagged => Booking::Flagged {
            reason: reason.unwrap_or_default(),
        },
        VisitState::InSession => Booking::InSession,
        VisitState::Completed => Booking::Completed,
        // Who ended it stands in the audit trail only.
        VisitState::Terminated => Booking::Terminated {
            officer: StaffId::from_uuid(Uuid::nil()),
            by,
            reason: reason.unwrap_or_default(),
        },
        VisitState::TechnicalFailure => Booking::TechnicalFailure,
        VisitState::Cancelled => Booking::Cancelled { by, reason },
        VisitState::NoShow => Booking::NoShow { who: by },
    })
}
