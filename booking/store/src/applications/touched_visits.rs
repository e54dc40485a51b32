//! The visits that a revocation or a restriction touches: staff look at them first, and everybody in them is
//! told.

use booking_domain::{Actor, MessageKind, Notice, StoreError};
use ids::{FacilityId, InmateId, PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    audit::{self, Subject},
    error::failed,
    outbox::queue_notice,
    rows::{from_ms, id},
};

/// Whose visits, and from when until when they start. Unix milliseconds.
#[derive(Clone, Copy)]
pub(super) struct Touched {
    pub(super) person: Option<PersonId>,
    pub(super) inmate: Option<InmateId>,
    pub(super) facility: FacilityId,
    pub(super) from_ms: u64,
    pub(super) until_ms: Option<u64>,
}

/// Flags the confirmed visits, notes why, and tells their visitors. The reason is nobody's but of the one
/// whom it concerns, so that the others hear only that staff look at the visit.
pub(super) async fn flag(
    connection: &mut AnyConnection,
    touched: Touched,
    actor: Actor,
    why: &serde_json::Value,
    at_ms: u64,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "UPDATE visit SET state = 'flagged'
         WHERE facility_id = $1 AND state = 'confirmed'
           AND starts_at_ms >= $2 AND starts_at_ms < $3
           AND inmate_id = COALESCE($4, inmate_id)
           AND ($6 = 0 OR EXISTS (SELECT 1 FROM visit_member
                WHERE visit_member.visit_id = visit.id AND visit_member.person_id = $5))
         RETURNING id",
    )
    .bind(touched.facility.to_string())
    .bind(from_ms(touched.from_ms))
    .bind(touched.until_ms.map_or(i64::MAX, from_ms))
    .bind(touched.inmate.map(|inmate| inmate.to_string()))
    .bind(touched.person.map(|person| person.to_string()))
    .bind(i64::from(touched.person.is_some()))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    for row in rows {
        let visit = id(&row, "id")?;
        let subject = Subject::new("visit", visit, Some(touched.facility));
        audit::note(connection, at_ms, actor, "flagged", subject, why.clone()).await?;
        tell(connection, visit, at_ms).await?;
    }
    Ok(())
}

async fn tell(
    connection: &mut AnyConnection,
    visit: VisitId,
    at_ms: u64,
) -> Result<(), StoreError> {
    let members = sqlx::query("SELECT person_id FROM visit_member WHERE visit_id = $1")
        .bind(visit.to_string())
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    for member in members {
        let about = format!("{visit} {at_ms}");
        let notice = Notice::email(MessageKind::VisitFlagged, about, id(&member, "person_id")?)
            .about_visit(visit);
        queue_notice(connection, &notice, at_ms).await?;
    }
    Ok(())
}
