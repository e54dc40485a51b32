//! Correcting what became of a visit.

use booking_domain::{
    Actor, AuditStep, AuditSubject, Correction, EndedBy, Ground, MessageKind, Month, Notice,
    StoreError, local_date,
};
use ids::PersonId;
use sqlx::AnyConnection;

use crate::{
    audit::{self, Subject, detail},
    bookings::{missed::note_missed, month, plain::PlainVisit},
    error::failed,
    outbox::queue_notice,
    rows::{id, optional_text, text, wrong},
    slots::time_zone,
};

/// Corrects the outcome of a visit of the facility's own. Whether it was settled, by the traces of its people or by the
/// officer who ended it, and its people are known still.
pub(super) async fn correct(
    connection: &mut AnyConnection,
    plain: &PlainVisit,
    correction: &Correction,
) -> Result<bool, StoreError> {
    let outcome = correction.outcome;
    let Ok(after) = plain.booking.clone().correct(outcome) else {
        return Ok(false);
    };
    let row = sqlx::query(
        "SELECT visit.ended_by, visit.ground, facility.time_zone
         FROM visit JOIN facility ON facility.id = visit.facility_id
         WHERE visit.id = $1 AND visit.forgotten_at_ms IS NULL
           AND EXISTS (
               SELECT 1 FROM audit_event
               WHERE audit_event.subject = 'visit' AND audit_event.subject_id = visit.id
                 AND audit_event.action IN ($2, $3)
           )",
    )
    .bind(plain.id.to_string())
    .bind(AuditStep::VisitSettled.as_str())
    .bind(AuditStep::Terminated.as_str())
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    let Some(row) = row else { return Ok(false) };
    let was = plain.booking.state().as_str();
    let was_ended_by = optional_text(&row, "ended_by")?;
    let (state, ended_by) = (
        after.state().as_str(),
        outcome.ended_by().map(EndedBy::as_str),
    );
    if (was, was_ended_by.as_deref()) == (state, ended_by) {
        return Ok(true);
    }
    sqlx::query("UPDATE visit SET state = $2, ended_by = $3, reason = $4 WHERE id = $1")
        .bind(plain.id.to_string())
        .bind(state)
        .bind(ended_by)
        .bind(correction.reason.as_str())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    note_missed(&mut *connection, plain.id, outcome).await?;
    let ground = Ground::parse(&text(&row, "ground")?).map_err(|error| wrong("ground", error))?;
    let counts = ground.counts() && !outcome.gives_back();
    let mut given_back = false;
    match &plain.counted_month {
        Some(month) if !counts => {
            given_back = true;
            month::uncount(&mut *connection, plain.id, plain.inmate, month).await?;
        }
        None if counts => {
            let zone = time_zone(&text(&row, "time_zone")?)?;
            let month = Month::of(local_date(plain.slot.starts_at_ms, &zone));
            month::count_again(&mut *connection, plain, month).await?;
        }
        _ => {}
    }
    let subject = Subject::new(AuditSubject::Visit, plain.id, Some(plain.facility));
    let detail = detail! {
        Was: was,
        WasEndedBy: was_ended_by,
        State: state,
        EndedBy: ended_by,
        Reason: correction.reason,
        GivenBack: given_back,
    };
    let (actor, step) = (Actor::Staff(correction.by), AuditStep::VisitCorrected);
    let at_ms = correction.now_ms;
    audit::note(&mut *connection, at_ms, actor, step, subject, detail).await?;
    if given_back {
        tell(connection, plain, correction).await?;
    }
    Ok(true)
}

/// Tells the party that the month gets the visit back, and why.
async fn tell(
    connection: &mut AnyConnection,
    plain: &PlainVisit,
    correction: &Correction,
) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT person_id FROM visit_member WHERE visit_id = $1 ORDER BY seat")
        .bind(plain.id.to_string())
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    for row in &rows {
        let person: PersonId = id(row, "person_id")?;
        // An outcome may be corrected more than once.
        let about = format!("{} {}", plain.id, correction.now_ms);
        let notice = Notice::email(MessageKind::TimeGivenBack, about, person)
            .about_visit(plain.id)
            .with("reason", correction.reason.as_str());
        queue_notice(&mut *connection, &notice, correction.now_ms).await?;
    }
    Ok(())
}
