//! Telling everybody concerned about a visit.
//!
//! A notice carries what its text needs, as it was when it was queued: `facility`, `time_zone`, `inmate`,
//! `starts_at_ms`, `ends_at_ms`, `party`, `state`, `reason` (where there is one), `counts` (whether the visit counts in
//! its month, of one that was ended) and, to the facility, `event`: the kind of what the visitors were told.

use std::collections::BTreeMap;

use booking_domain::{Channel, MessageKind, Notice, Recipient, StoreError};
use ids::{FacilityId, PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    error::failed,
    outbox::queue_notice,
    rows::{id, integer, number, optional_text, text},
};

/// Tells a visit's party and its facility, and `others` that they are not of the party any more.
pub(super) async fn tell(
    connection: &mut AnyConnection,
    visit: VisitId,
    kind: MessageKind,
    reason: Option<&str>,
    others: &[PersonId],
    now_ms: u64,
) -> Result<(), StoreError> {
    let Some(mut told) = Told::read(&mut *connection, visit, reason).await? else {
        return Ok(());
    };
    if kind == MessageKind::VisitEnded {
        told.params.insert("counts", told.counts.to_string());
    }
    told.write(&mut *connection, MessageKind::VisitLeft, others, now_ms)
        .await?;
    told.write(&mut *connection, kind, &told.people, now_ms)
        .await?;
    told.write_to_facility(connection, kind, now_ms).await
}

/// Tells a visit's party and its facility that it goes on, though its time has come already. Whoever has a link reads
/// so in a text message too, which is read sooner; the others get their first link now.
pub(super) async fn tell_resumed(
    connection: &mut AnyConnection,
    visit: VisitId,
    now_ms: u64,
) -> Result<(), StoreError> {
    let kind = MessageKind::VisitResumed;
    let Some(told) = Told::read(&mut *connection, visit, None).await? else {
        return Ok(());
    };
    told.write(&mut *connection, kind, &told.people, now_ms)
        .await?;
    for person in &told.with_a_link {
        let to = Recipient::Person(*person);
        let mut notice = told
            .notice(kind, kind, to, told.params.clone(), now_ms)
            .by_sms()
            .until(told.ends_at_ms);
        notice.key.push_str(" sms");
        queue_notice(&mut *connection, &notice, now_ms).await?;
    }
    told.write_to_facility(connection, kind, now_ms).await
}

/// Tells people that they are not of a visit's party any more, and why.
pub(super) async fn tell_gone(
    connection: &mut AnyConnection,
    visit: VisitId,
    gone: &[PersonId],
    reason: Option<&str>,
    now_ms: u64,
) -> Result<(), StoreError> {
    match Told::read(&mut *connection, visit, reason).await? {
        Some(told) => {
            told.write(connection, MessageKind::VisitLeft, gone, now_ms)
                .await
        }
        None => Ok(()),
    }
}

/// A visit, as it is told.
struct Told {
    visit: VisitId,
    facility: FacilityId,
    facility_reads: bool,
    people: Vec<PersonId>,
    /// Those of them who have been sent a link.
    with_a_link: Vec<PersonId>,
    ends_at_ms: u64,
    /// It counts in its month.
    counts: bool,
    params: BTreeMap<&'static str, String>,
}

impl Told {
    async fn read(
        connection: &mut AnyConnection,
        visit: VisitId,
        reason: Option<&str>,
    ) -> Result<Option<Self>, StoreError> {
        let rows = sqlx::query(
            "SELECT member.person_id, member.links_issued, person.name AS member_name, visit.facility_id, visit.state, visit.counted_month,
                    visit.starts_at_ms, visit.ends_at_ms, facility.name AS facility_name, facility.latin_name,
                    facility.time_zone, facility.contact_email, facility.contact_telephone,
                    inmate.name AS inmate_name
             FROM visit JOIN facility ON facility.id = visit.facility_id
             JOIN inmate ON inmate.id = visit.inmate_id
             LEFT JOIN visit_member AS member ON member.visit_id = visit.id
             LEFT JOIN person ON person.id = member.person_id
             WHERE visit.id = $1 ORDER BY member.seat",
        )
        .bind(visit.to_string())
        .fetch_all(connection)
        .await
        .map_err(failed)?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let mut people = Vec::new();
        let mut with_a_link = Vec::new();
        let mut names = Vec::new();
        for row in &rows {
            if let Some(name) = optional_text(row, "member_name")? {
                people.push(id(row, "person_id")?);
                if integer(row, "links_issued")? > 0 {
                    with_a_link.push(id(row, "person_id")?);
                }
                names.push(name);
            }
        }
        let mut params = BTreeMap::from([
            ("facility", text(first, "facility_name")?),
            ("time_zone", text(first, "time_zone")?),
            ("inmate", text(first, "inmate_name")?),
            ("starts_at_ms", integer(first, "starts_at_ms")?.to_string()),
            ("ends_at_ms", integer(first, "ends_at_ms")?.to_string()),
            ("state", text(first, "state")?),
            ("party", names.join("\n")),
        ]);
        if let Some(latin) = optional_text(first, "latin_name")? {
            params.insert("facility_latin", latin);
        }
        if let Some(telephone) = optional_text(first, "contact_telephone")? {
            params.insert("telephone", telephone);
        }
        if let Some(reason) = reason {
            params.insert("reason", reason.to_owned());
        }
        Ok(Some(Self {
            visit,
            facility: id(first, "facility_id")?,
            facility_reads: optional_text(first, "contact_email")?.is_some(),
            people,
            with_a_link,
            ends_at_ms: number(first, "ends_at_ms")?,
            counts: optional_text(first, "counted_month")?.is_some(),
            params,
        }))
    }

    async fn write(
        &self,
        connection: &mut AnyConnection,
        kind: MessageKind,
        people: &[PersonId],
        now_ms: u64,
    ) -> Result<(), StoreError> {
        for person in people {
            let to = Recipient::Person(*person);
            let notice = self.notice(kind, kind, to, self.params.clone(), now_ms);
            queue_notice(&mut *connection, &notice, now_ms).await?;
        }
        Ok(())
    }

    /// Tells the facility what the visitors were told, if it has an address.
    async fn write_to_facility(
        &self,
        connection: &mut AnyConnection,
        event: MessageKind,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        if !self.facility_reads {
            return Ok(());
        }
        let mut params = self.params.clone();
        params.insert("event", event.as_str().to_owned());
        let to = Recipient::Facility(self.facility);
        let notice = self.notice(MessageKind::FacilityNotice, event, to, params, now_ms);
        queue_notice(connection, &notice, now_ms).await
    }

    fn notice(
        &self,
        kind: MessageKind,
        about: MessageKind,
        to: Recipient,
        params: BTreeMap<&'static str, String>,
        now_ms: u64,
    ) -> Notice {
        let visit = self.visit;
        let whom = match to {
            Recipient::Person(person) => person.to_string(),
            Recipient::Facility(facility) => facility.to_string(),
        };
        Notice {
            // A visit may change more than once.
            key: format!("{} {visit} {whom} {now_ms}", about.as_str()),
            kind,
            channel: Channel::Email,
            to,
            visit: Some(visit),
            params,
            expires_at_ms: None,
        }
    }
}
