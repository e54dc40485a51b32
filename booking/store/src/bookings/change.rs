//! The changes of a visit's state, each under the condition that nobody else has changed it meanwhile.

use booking_domain::{
    Actor, AuditStep, Booking, ChangeError, MessageKind, NotPossible, StoreError, gives_back,
    gives_back_until_ms,
};
use ids::{PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    audit::{self, Subject, detail},
    bookings::{month, notices, plain::PlainVisit},
    error::failed,
    rows::from_ms,
};

/// Confirms a hold. Whether it was there to be confirmed.
pub(super) async fn confirm(
    connection: &mut AnyConnection,
    visit: VisitId,
    applicant: PersonId,
    now_ms: u64,
) -> Result<bool, StoreError> {
    let confirmed = sqlx::query(
        "UPDATE visit SET state = 'confirmed', held_until_ms = NULL
         WHERE id = $1 AND applicant_id = $2 AND state = 'held' AND held_until_ms > $3",
    )
    .bind(visit.to_string())
    .bind(applicant.to_string())
    .bind(from_ms(now_ms))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if confirmed.rows_affected() == 0 {
        return Ok(false);
    }
    let (actor, subject) = (Actor::Person(applicant), Subject::visit(visit));
    audit::note(
        &mut *connection,
        now_ms,
        actor,
        AuditStep::VisitConfirmed,
        subject,
        detail! {},
    )
    .await?;
    let kind = MessageKind::VisitConfirmed;
    notices::tell(connection, visit, kind, None, &[], now_ms).await?;
    Ok(true)
}

/// Calls a visit off, where that is what comes `after`: its links are void, its slot is free, and the month gets the
/// visit back where the rules say so. The people of a visit that was confirmed are told. Whether it could be called
/// off.
pub(super) async fn call_off(
    connection: &mut AnyConnection,
    visit: &PlainVisit,
    after: Result<Booking, NotPossible>,
    actor: Actor,
    now_ms: u64,
) -> Result<bool, StoreError> {
    let before = &visit.booking;
    let Ok(after) = after else {
        return Ok(false);
    };
    let Booking::Cancelled { by, reason } = &after else {
        return Ok(false);
    };
    let until_ms = gives_back_until_ms(visit.slot.starts_at_ms, visit.cancel_before_hours);
    let back = gives_back(before, &after, now_ms, until_ms);
    let counted = if back {
        None
    } else {
        visit.counted_month.as_deref()
    };
    let changed = sqlx::query(
        "UPDATE visit SET state = 'cancelled', ended_by = $3, reason = $4, counted_month = $5
         WHERE id = $1 AND state = $2",
    )
    .bind(visit.id.to_string())
    .bind(before.state().as_str())
    .bind(by.as_str())
    .bind(reason.as_deref())
    .bind(counted)
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    if back {
        month::give_back(&mut *connection, visit).await?;
    }
    sqlx::query("UPDATE seat_link SET state = 'void' WHERE visit_id = $1 AND state <> 'void'")
        .bind(visit.id.to_string())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    let held = matches!(before, Booking::Held { .. });
    let step = if held {
        AuditStep::HoldReleased
    } else {
        AuditStep::VisitCancelled
    };
    let detail = detail! {
        By: by.as_str(),
        Reason: reason,
        GivenBack: back && visit.counted_month.is_some(),
    };
    let subject = Subject::visit(visit.id);
    audit::note(&mut *connection, now_ms, actor, step, subject, detail).await?;
    if !held {
        let (kind, reason) = (MessageKind::VisitCancelled, reason.as_deref());
        notices::tell(connection, visit.id, kind, reason, &[], now_ms).await?;
    }
    Ok(true)
}

/// What a change that found nothing to change is told.
pub(super) fn done(changed: bool) -> Result<(), ChangeError> {
    if changed {
        Ok(())
    } else {
        Err(ChangeError::NotPossible)
    }
}
