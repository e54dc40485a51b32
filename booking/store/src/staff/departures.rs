//! An inmate leaves a facility, and what follows from it.

use booking_domain::{Departed, Departure, InmateRow, MessageKind, Notice, StoreError};
use ids::{ApplicationId, PersonId, VisitId};
use serde_json::json;
use sqlx::AnyConnection;

use super::inmates;
use crate::{
    audit::{self, Subject},
    bookings::uncount,
    error::failed,
    outbox::queue_notice,
    rows::{from_ms, id, optional_text, text},
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
    let there = match &departure.to {
        Some((facility, number)) => {
            let row = InmateRow {
                number: number.clone(),
                name: text(left, "name")?,
                first_name: text(left, "first_name")?,
            };
            Some(inmates::insert(connection, *facility, &row).await?)
        }
        None => None,
    };
    let detail = match &departure.to {
        Some((facility, _)) => json!({ "to": facility, "there": there }),
        None => json!({}),
    };
    note(
        connection,
        departure,
        departed(departure),
        "inmate",
        departure.inmate,
        detail,
    )
    .await?;
    let applications = end_applications(connection, departure).await?;
    release_holds(connection, departure).await?;
    let visits = flag_visits(connection, departure).await?;
    Ok(Departed::Done {
        there,
        applications,
        visits,
    })
}

const fn departed(departure: &Departure) -> &'static str {
    match departure.to {
        Some(_) => "inmate_transferred",
        None => "inmate_released",
    }
}

/// What holds for an inmate here holds no more: every application that is under way or approved ends.
async fn end_applications(
    connection: &mut AnyConnection,
    departure: &Departure,
) -> Result<usize, StoreError> {
    let ended = sqlx::query(
        "UPDATE application SET state = 'stale', changed_at_ms = $2
         WHERE inmate_id = $1
           AND state IN ('draft', 'submitted', 'in_review', 'needs_more', 'approved')
         RETURNING id, person_id",
    )
    .bind(departure.inmate.to_string())
    .bind(from_ms(departure.at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    for row in &ended {
        let (application, person): (ApplicationId, PersonId) =
            (id(row, "id")?, id(row, "person_id")?);
        let cause = json!({ "cause": departed(departure) });
        note(
            connection,
            departure,
            "application_stale",
            "application",
            application,
            cause,
        )
        .await?;
        let notice = Notice::email(MessageKind::ApplicationRevoked, application, person)
            .with("application", application.to_string())
            .with("cause", departed(departure));
        queue_notice(connection, &notice, departure.at_ms).await?;
    }
    Ok(ended.len())
}

/// Slots that somebody is about to confirm are free again, and their months as they were.
async fn release_holds(
    connection: &mut AnyConnection,
    departure: &Departure,
) -> Result<(), StoreError> {
    let released = sqlx::query(
        "UPDATE visit SET state = 'cancelled', ended_by = 'facility'
         WHERE inmate_id = $1 AND state = 'held' RETURNING id, counted_month",
    )
    .bind(departure.inmate.to_string())
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    for row in &released {
        let visit: VisitId = id(row, "id")?;
        if let Some(month) = optional_text(row, "counted_month")? {
            uncount(connection, visit, departure.inmate, &month).await?;
        }
        let cause = json!({ "cause": departed(departure) });
        note(connection, departure, "cancelled", "visit", visit, cause).await?;
    }
    Ok(())
}

/// Visits to come wait until staff have looked at them, and everybody of the party is told.
async fn flag_visits(
    connection: &mut AnyConnection,
    departure: &Departure,
) -> Result<usize, StoreError> {
    let touched = sqlx::query(
        "UPDATE visit SET state = 'flagged'
         WHERE inmate_id = $1 AND state = 'confirmed' AND starts_at_ms > $2
         RETURNING id",
    )
    .bind(departure.inmate.to_string())
    .bind(from_ms(departure.at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    for row in &touched {
        let visit: VisitId = id(row, "id")?;
        let cause = json!({ "cause": departed(departure) });
        note(connection, departure, "flagged", "visit", visit, cause).await?;
        let party = sqlx::query("SELECT person_id FROM visit_member WHERE visit_id = $1")
            .bind(visit.to_string())
            .fetch_all(&mut *connection)
            .await
            .map_err(failed)?;
        for member in &party {
            let about = format!("{visit} {}", departure.at_ms);
            let notice = Notice::email(MessageKind::VisitFlagged, about, id(member, "person_id")?)
                .about_visit(visit)
                .with("cause", departed(departure));
            queue_notice(connection, &notice, departure.at_ms).await?;
        }
    }
    Ok(touched.len())
}

async fn note(
    connection: &mut AnyConnection,
    departure: &Departure,
    action: &str,
    kind: &'static str,
    subject: impl std::fmt::Display,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    let subject = Subject::new(kind, subject, Some(departure.facility));
    audit::note(
        connection,
        departure.at_ms,
        departure.by,
        action,
        subject,
        detail,
    )
    .await
}
