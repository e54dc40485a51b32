//! Ending a visit before its time.

use booking_domain::{
    Actor, AuditStep, MessageKind, StoreError, Termination, VisitState, gives_back,
    gives_back_until_ms,
};
use sqlx::AnyConnection;

use crate::{
    audit::{self, Subject, detail},
    bookings::{month, notices, plain::keep_plain},
    error::failed,
};

/// Ends a visit that is open at its facility. Whether it was.
pub(crate) async fn terminate(
    connection: &mut AnyConnection,
    termination: &Termination,
) -> Result<bool, StoreError> {
    let Termination {
        visit,
        facility,
        officer,
        ended_by,
        ref reason,
        at_ms,
    } = *termination;
    let Some(plain) = keep_plain(&mut *connection, visit).await? else {
        return Ok(false);
    };
    let open = plain.opens_at_ms <= at_ms && at_ms < plain.slot.ends_at_ms;
    if plain.facility != facility || !open {
        return Ok(false);
    }
    let before = &plain.booking;
    let Ok(after) = before.clone().terminate(officer, ended_by, reason.clone()) else {
        return Ok(false);
    };
    let until_ms = gives_back_until_ms(plain.slot.starts_at_ms, plain.cancel_before_hours);
    let back = gives_back(before, &after, at_ms, until_ms) && plain.counted_month.is_some();
    let counted = plain.counted_month.as_deref().filter(|_| !back);
    sqlx::query(
        "UPDATE visit SET state = $2, ended_by = $3, reason = $4, counted_month = $5 WHERE id = $1",
    )
    .bind(visit.to_string())
    .bind(VisitState::Terminated.as_str())
    .bind(ended_by.as_str())
    .bind(reason)
    .bind(counted)
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if back {
        month::give_back(&mut *connection, &plain).await?;
    }
    sqlx::query("UPDATE seat_link SET state = 'void' WHERE visit_id = $1 AND state <> 'void'")
        .bind(visit.to_string())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    let (actor, step) = (Actor::Staff(officer), AuditStep::Terminated);
    let detail = detail! {
        EndedBy: ended_by.as_str(),
        Reason: reason,
        GivenBack: back,
    };
    let subject = Subject::visit(visit);
    audit::note(&mut *connection, at_ms, actor, step, subject, detail).await?;
    let (kind, reason) = (MessageKind::VisitEnded, Some(reason.as_str()));
    notices::tell(connection, visit, kind, reason, &[], at_ms).await?;
    Ok(true)
}
