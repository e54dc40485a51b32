//! An inmate leaves a facility, and what follows from it.
//!
//! Who goes to another facility is another inmate there, and the same person: what a court or the inmate has said about
//! visitors goes along, and so does what of the month is used.

use booking_domain::{
    AuditDetail, AuditSubject, Departed, Departure, InmateRow, InmateState, StoreError,
};
use sqlx::{AnyConnection, any::AnyRow};

use super::inmates;
use crate::{
    applications,
    audit::{self, Subject, detail},
    bookings::{self, Flagging, Touched, flag_touched},
    error::failed,
    rows::{from_ms, text, wrong},
};

/// Notes that an inmate has left, where the inmate is present.
pub(super) async fn depart(
    connection: &mut AnyConnection,
    departure: &Departure,
) -> Result<Departed, StoreError> {
    let step = departure.step();
    let Some(from) = standing(connection, departure).await? else {
        return Ok(Departed::NotPresent);
    };
    let Some(next) = from.after(step) else {
        return Ok(Departed::NotPresent);
    };
    let Some(left) = advance(connection, departure, from, next).await? else {
        return Ok(Departed::NotPresent);
    };
    let (actor, at_ms) = (departure.by, departure.at_ms);
    let there = match &departure.to {
        Some((facility, number)) => {
            let row = InmateRow {
                number: number.clone(),
                name: text(&left, "name")?,
                first_name: text(&left, "first_name")?,
            };
            let there = inmates::insert(connection, *facility, &row).await?;
            applications::follow(connection, departure.inmate, *facility, there, actor, at_ms)
                .await?;
            bookings::carry_months(connection, departure.inmate, there, at_ms).await?;
            Some(there)
        }
        None => None,
    };
    let detail = match &departure.to {
        Some((facility, _)) => detail! { To: facility, There: there },
        None => detail! {},
    };
    let subject = Subject::new(
        AuditSubject::Inmate,
        departure.inmate,
        Some(departure.facility),
    );
    audit::note(connection, at_ms, actor, step.audited(), subject, detail).await?;
    let (inmate, cause) = (departure.inmate, step.cause());
    let applications = applications::leave(connection, inmate, cause, actor, at_ms).await?;
    let touched = Touched {
        person: None,
        inmate: Some(inmate),
        facility: departure.facility,
        from_ms: at_ms,
        until_ms: None,
    };
    let flagging = Flagging {
        reason: cause.as_str(),
        source: Some((AuditDetail::Inmate, inmate.as_uuid())),
        actor,
        at_ms,
    };
    let visits = flag_touched(connection, touched, &flagging).await?;
    Ok(Departed::Done {
        there,
        applications,
        visits,
    })
}

/// Whether the inmate is there. `None` where the facility has no such inmate.
async fn standing(
    connection: &mut AnyConnection,
    departure: &Departure,
) -> Result<Option<InmateState>, StoreError> {
    let row = sqlx::query("SELECT state FROM inmate WHERE id = $1 AND facility_id = $2")
        .bind(departure.inmate.to_string())
        .bind(departure.facility.to_string())
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    let Some(row) = row else {
        return Ok(None);
    };
    let state = InmateState::parse(&text(&row, "state")?);
    state
        .ok_or_else(|| wrong("state", "not a state of an inmate"))
        .map(Some)
}

/// Sets that an inmate has left, and answers the names, unless another step came first.
async fn advance(
    connection: &mut AnyConnection,
    departure: &Departure,
    from: InmateState,
    next: InmateState,
) -> Result<Option<AnyRow>, StoreError> {
    let left = sqlx::query(
        "UPDATE inmate SET state = $2, left_at_ms = $3 WHERE id = $1 AND state = $4
         RETURNING name, first_name",
    )
    .bind(departure.inmate.to_string())
    .bind(next.as_str())
    .bind(from_ms(departure.at_ms))
    .bind(from.as_str())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    Ok(left.into_iter().next())
}
