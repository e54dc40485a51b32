//! Telling everybody concerned about a visit.
//!
//! A notice carries what its text needs, as it was when it was queued: `facility`, `time_zone`, `inmate`,
//! `starts_at_ms`, `ends_at_ms`, `reason` (where there is one), `counts` (whether the visit counts in its month, of
//! one that was ended) and, to the facility, `event`: the kind of what the visitors were told.

use std::collections::BTreeMap;

use booking_domain::{Channel, MessageKind, Notice, Recipient, StoreError};
use ids::{FacilityId, PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    error::failed,
    outbox::queue_notice,
    rows::{id, integer, optional_text, text},
};

/// Tells a visit's party and its facility. `others` are told too: those who are not of the party any more.
pub(super) async fn tell(
    connection: &mut AnyConnection,
    visit: VisitId,
    kind: MessageKind,
    reason: Option<&str>,
    others: &[PersonId],
    now_ms: u64,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT member.person_id, visit.facility_id, visit.starts_at_ms, visit.ends_at_ms,
                visit.counted_month, facility.name AS facility_name, facility.time_zone, facility.contact_email,
                inmate.name AS inmate_name
         FROM visit JOIN facility ON facility.id = visit.facility_id
         JOIN inmate ON inmate.id = visit.inmate_id
         LEFT JOIN visit_member AS member ON member.visit_id = visit.id
         WHERE visit.id = $1 ORDER BY member.seat",
    )
    .bind(visit.to_string())
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let mut params = BTreeMap::from([
        ("facility", text(first, "facility_name")?),
        ("time_zone", text(first, "time_zone")?),
        ("inmate", text(first, "inmate_name")?),
        ("starts_at_ms", integer(first, "starts_at_ms")?.to_string()),
        ("ends_at_ms", integer(first, "ends_at_ms")?.to_string()),
    ]);
    if let Some(reason) = reason {
        params.insert("reason", reason.to_owned());
    }
    if kind == MessageKind::VisitEnded {
        let counts = optional_text(first, "counted_month")?.is_some();
        params.insert("counts", counts.to_string());
    }
    let mut people = others.to_vec();
    for row in &rows {
        if optional_text(row, "person_id")?.is_some() {
            people.push(id(row, "person_id")?);
        }
    }
    for person in people {
        let notice = Notice {
            // A visit may change more than once.
            key: format!("{} {visit} {person} {now_ms}", kind.as_str()),
            kind,
            channel: Channel::Email,
            to: Recipient::Person(person),
            visit: Some(visit),
            params: params.clone(),
            expires_at_ms: None,
        };
        queue_notice(&mut *connection, &notice, now_ms).await?;
    }
    if optional_text(first, "contact_email")?.is_some() {
        let facility: FacilityId = id(first, "facility_id")?;
        params.insert("event", kind.as_str().to_owned());
        let notice = Notice {
            key: format!("{} {visit} {facility} {now_ms}", kind.as_str()),
            kind: MessageKind::FacilityNotice,
            channel: Channel::Email,
            to: Recipient::Facility(facility),
            visit: Some(visit),
            params,
            expires_at_ms: None,
        };
        queue_notice(connection, &notice, now_ms).await?;
    }
    Ok(())
}
