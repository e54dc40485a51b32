//! An inmate leaves a facility, and what follows from it.
//!
//! Who goes to another facility is another inmate there, and the same person: what a court or the inmate has said about
//! visitors goes along, and so does what of the month is used.

use booking_domain::{
    AuditDetail, AuditStep, AuditSubject, Cause, Departed, Departure, InmateRow, StoreError,
};
use sqlx::AnyConnection;

use super::inmates;
use crate::{
    applications,
    audit::{self, Subject, detail},
    bookings::{self, Flagging, Touched, flag_touched},
    error::failed,
    rows::{from_ms, text},
};

/// Notes that an inmate has left, where the inmate is present.
pub(super) async fn depart(
    connection: &mut AnyConnection,
    departure: &Departure,
) -> Result<Departed, StoreError> {
    let left = sqlx::query(
        "UPDATE inmate SET state = $3, left_at_ms = $4
         WHERE id = $1 AND facility_id = $2 AND state = 'present'
         RETURNING name, first_name",
    )
    .bind(departure.inmate.to_string())
    .bind(departure.facility.to_string())
    .bind(match departure.to {
        Some(_) => "transferred",
        None => "released",
    })
    .bind(from_ms(departure.at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let Some(left) = left.first() else {
        return Ok(Departed::NotPresent);
    };
    let (actor, at_ms) = (departure.by, departure.at_ms);
    let there = match &departure.to {
        Some((facility, number)) => {
            let row = InmateRow {
                number: number.clone(),
                name: text(left, "name")?,
                first_name: text(left, "first_name")?,
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
    let (step, cause) = words(departure);
    audit::note(connection, at_ms, actor, step, subject, detail).await?;
    let inmate = departure.inmate;
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

/// The step in the audit trail, and why what follows from it does.
const fn words(departure: &Departure) -> (AuditStep, Cause) {
    match departure.to {
        Some(_) => (AuditStep::InmateTransferred, Cause::InmateTransferred),
        None => (AuditStep::InmateReleased, Cause::InmateReleased),
    }
}
