//! Visits that need a look: what they rest on has changed.
//!
//! A visit that has not ended is flagged: staff say whether it takes place, and its party and its facility are
//! told why. If it is under way its call ends, for signaling looks every few seconds whether calls may go on; its
//! links stay, and hold again once staff clear it. A hold is taken back. All of it in the transaction of what has
//! changed.

use booking_domain::{
    Actor, AuditDetail, AuditStep, AuditSubject, Booking, EndedBy, MessageKind, StoreError,
};
use ids::{FacilityId, InmateId, PersonId, VisitId};
use serde_json::json;
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::{
    audit::{self, Subject, detail},
    bookings::{
        change::call_off,
        notices,
        plain::{PlainVisit, keep_plain},
    },
    error::failed,
    rows::{from_ms, id},
};

/// What has changed, through whom and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flagging<'a> {
    /// As everybody told reads it, or the word of a [`booking_domain::Cause`].
    pub(crate) reason: &'a str,
    /// What it comes from, for the audit trail: such as a restriction and its id.
    pub(crate) source: Option<(AuditDetail, Uuid)>,
    pub(crate) actor: Actor,
    /// Now, Unix milliseconds.
    pub(crate) at_ms: u64,
}

/// Whose visits, and from when until when the change stands against them. Unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Touched {
    pub(crate) person: Option<PersonId>,
    pub(crate) inmate: Option<InmateId>,
    pub(crate) facility: FacilityId,
    pub(crate) from_ms: u64,
    pub(crate) until_ms: Option<u64>,
}

impl Touched {
    /// From when visits start that are touched, if they have not ended: what counts from now on stands against
    /// one that is under way, too.
    const fn starts_from_ms(&self, now_ms: u64) -> u64 {
        if self.from_ms <= now_ms {
            0
        } else {
            self.from_ms
        }
    }
}

/// Flags the visits that a change touches and takes back the holds. How many were flagged.
pub(crate) async fn flag_touched(
    connection: &mut AnyConnection,
    touched: Touched,
    flagging: &Flagging<'_>,
) -> Result<usize, StoreError> {
    // Each is kept as it is from here on, so that a hold is not confirmed meanwhile.
    let rows = sqlx::query(
        "UPDATE visit SET reason = reason
         WHERE facility_id = $1 AND state IN ('held', 'confirmed', 'in_session')
           AND starts_at_ms >= $2 AND starts_at_ms < $3 AND ends_at_ms > $7
           AND inmate_id = COALESCE($4, inmate_id)
           AND ($6 = 0 OR EXISTS (SELECT 1 FROM visit_member
                WHERE visit_member.visit_id = visit.id AND visit_member.person_id = $5))
         RETURNING id",
    )
    .bind(touched.facility.to_string())
    .bind(from_ms(touched.starts_from_ms(flagging.at_ms)))
    .bind(touched.until_ms.map_or(i64::MAX, from_ms))
    .bind(touched.inmate.map(|inmate| inmate.to_string()))
    .bind(touched.person.map(|person| person.to_string()))
    .bind(i64::from(touched.person.is_some()))
    .bind(from_ms(flagging.at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let mut flagged = 0;
    for row in &rows {
        let visit = id(row, "id")?;
        flagged += usize::from(flag_or_release(&mut *connection, visit, flagging).await?);
    }
    Ok(flagged)
}

/// Flags a visit, or takes it back if it is a hold. Whether it was flagged.
pub(crate) async fn flag_or_release(
    connection: &mut AnyConnection,
    visit: VisitId,
    flagging: &Flagging<'_>,
) -> Result<bool, StoreError> {
    let Some(visit) = keep_plain(&mut *connection, visit).await? else {
        return Ok(false);
    };
    if let Booking::Held { .. } = visit.booking {
        let (by, reason) = (EndedBy::Facility, Some(flagging.reason.to_owned()));
        let after = visit.booking.clone().cancel(by, reason);
        call_off(connection, &visit, after, flagging.actor, flagging.at_ms).await?;
        return Ok(false);
    }
    flag(connection, &visit, flagging).await
}

/// Flags a visit that is kept as it is, and tells its party and its facility. Whether it could be joined until now.
pub(super) async fn flag(
    connection: &mut AnyConnection,
    visit: &PlainVisit,
    flagging: &Flagging<'_>,
) -> Result<bool, StoreError> {
    let Ok(flagged) = visit.booking.clone().flag(flagging.reason.to_owned()) else {
        return Ok(false);
    };
    sqlx::query("UPDATE visit SET state = $2, reason = $3 WHERE id = $1")
        .bind(visit.id.to_string())
        .bind(flagged.state().as_str())
        .bind(flagging.reason)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    let mut detail = detail! { Reason: flagging.reason };
    if let Some((kind, source)) = flagging.source {
        detail.tell(kind, json!(source));
    }
    let (actor, at_ms) = (flagging.actor, flagging.at_ms);
    let subject = Subject::new(AuditSubject::Visit, visit.id, Some(visit.facility));
    audit::note(
        &mut *connection,
        at_ms,
        actor,
        AuditStep::VisitFlagged,
        subject,
        detail,
    )
    .await?;
    let (kind, reason) = (MessageKind::VisitFlagged, Some(flagging.reason));
    notices::tell(connection, visit.id, kind, reason, &[], at_ms).await?;
    Ok(true)
}
