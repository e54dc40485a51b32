//! All that is kept of a person.

use booking_domain::{
    Actor, AuditStep, MessageKind, StoreError,
    accounts::{
        ApplicationRecord, CompanionRecord, DocumentRecord, EventRecord, MessageRecord,
        PersonalData, RestrictionRecord, VisitRecord,
    },
};
use ids::PersonId;
use sqlx::any::AnyRow;

use super::{note, profile};
use crate::{
    Store,
    applications::name_told,
    error::failed,
    rows::{integer, number, optional_ms, optional_text, text, wrong},
};

pub(super) async fn all(
    store: &Store,
    person: PersonId,
    at_ms: u64,
) -> Result<Option<PersonalData>, StoreError> {
    let Some(account) = profile::read(store, person).await? else {
        return Ok(None);
    };
    let mut transaction = store.begin().await?;
    note(&mut transaction, at_ms, person, AuditStep::PersonalDataTold).await?;
    transaction.commit().await.map_err(failed)?;
    Ok(Some(PersonalData {
        account,
        applications: read(store, APPLICATIONS, person, application).await?,
        documents: read(store, DOCUMENTS, person, document).await?,
        companions: read(store, COMPANIONS, person, companion).await?,
        restrictions: read(store, RESTRICTIONS, person, restriction).await?,
        visits: read(store, VISITS, person, visit).await?,
        messages: read(store, MESSAGES, person, message).await?,
        events: events(store, person).await?,
    }))
}

const APPLICATIONS: &str =
    "SELECT application.id, facility.name AS facility, inmate.name AS inmate,
        relationship, ground, on_site, remote, mobile, application.state, reason, created_at_ms,
        decided_at_ms
    FROM application JOIN facility ON facility.id = application.facility_id
    JOIN inmate ON inmate.id = application.inmate_id
    WHERE person_id = $1 ORDER BY application.id DESC LIMIT $2";

const DOCUMENTS: &str = "SELECT application_id, kind, document.name, bytes, document.created_at_ms,
        deleted_at_ms
    FROM document JOIN application ON application.id = document.application_id
    WHERE person_id = $1 ORDER BY document.id DESC LIMIT $2";

const COMPANIONS: &str =
    "SELECT inmate.name AS inmate_name, companion.state, companion.created_at_ms,
        CASE WHEN inviter_id = $1 THEN 1 ELSE 0 END AS sent,
        (SELECT COUNT(*) FROM application WHERE application.person_id = $1
            AND application.inmate_id = companion.inmate_id) AS applied
    FROM companion JOIN inmate ON inmate.id = companion.inmate_id
    WHERE inviter_id = $1 OR invitee_id = $1 ORDER BY companion.id DESC LIMIT $2";

const RESTRICTIONS: &str = "SELECT facility.name AS facility, inmate.name AS inmate, kind,
        from_ms, until_ms, lifted_at_ms
    FROM restriction JOIN facility ON facility.id = restriction.facility_id
    LEFT JOIN inmate ON inmate.id = restriction.inmate_id
    WHERE person_id = $1 ORDER BY restriction.id DESC LIMIT $2";

const VISITS: &str = "SELECT visit.id, facility.name AS facility, inmate.name AS inmate,
        starts_at_ms, ends_at_ms, visit.state, missed, tested_at_ms, tested
    FROM visit_member JOIN visit ON visit.id = visit_member.visit_id
    JOIN facility ON facility.id = visit.facility_id JOIN inmate ON inmate.id = visit.inmate_id
    WHERE person_id = $1 ORDER BY starts_at_ms DESC LIMIT $2";

const MESSAGES: &str = "SELECT kind, channel, state, recipient, subject, body, created_at_ms,
        sent_at_ms, delivered_at_ms
    FROM outbox WHERE person_id = $1 ORDER BY id DESC LIMIT $2";

async fn read<T>(
    store: &Store,
    sql: &'static str,
    person: PersonId,
    record: fn(&AnyRow) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let rows = sqlx::query(sql)
        .bind(person.to_string())
        .bind(i64::from(PersonalData::AT_MOST))
        .fetch_all(&store.readers)
        .await
        .map_err(failed)?;
    rows.iter().map(record).collect()
}

async fn events(store: &Store, person: PersonId) -> Result<Vec<EventRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT action, subject, at_ms, CASE WHEN actor = $3 THEN 1 ELSE 0 END AS own
         FROM audit_event WHERE actor = $3 OR (subject = 'account' AND subject_id = $1)
         ORDER BY sequence DESC LIMIT $2",
    )
    .bind(person.to_string())
    .bind(i64::from(PersonalData::AT_MOST))
    .bind(Actor::Person(person).to_string())
    .fetch_all(&store.readers)
    .await
    .map_err(failed)?;
    let event = |row| {
        Ok(EventRecord {
            action: text(row, "action")?,
            subject: text(row, "subject")?,
            own: integer(row, "own")? == 1,
            at_ms: number(row, "at_ms")?,
        })
    };
    rows.iter().map(event).collect()
}

fn application(row: &AnyRow) -> Result<ApplicationRecord, StoreError> {
    Ok(ApplicationRecord {
        id: text(row, "id")?,
        facility: text(row, "facility")?,
        inmate: text(row, "inmate")?,
        relationship: text(row, "relationship")?,
        ground: optional_text(row, "ground")?,
        on_site: integer(row, "on_site")? == 1,
        remote: integer(row, "remote")? == 1,
        mobile: integer(row, "mobile")? == 1,
        state: text(row, "state")?,
        reason: optional_text(row, "reason")?,
        created_at_ms: number(row, "created_at_ms")?,
        decided_at_ms: optional_ms(row, "decided_at_ms")?,
    })
}

fn document(row: &AnyRow) -> Result<DocumentRecord, StoreError> {
    Ok(DocumentRecord {
        application: text(row, "application_id")?,
        kind: text(row, "kind")?,
        name: text(row, "name")?,
        bytes: number(row, "bytes")?,
        created_at_ms: number(row, "created_at_ms")?,
        deleted_at_ms: optional_ms(row, "deleted_at_ms")?,
    })
}

fn companion(row: &AnyRow) -> Result<CompanionRecord, StoreError> {
    let sent = integer(row, "sent")? == 1;
    Ok(CompanionRecord {
        inmate: name_told(row, sent)?,
        sent,
        state: text(row, "state")?,
        created_at_ms: number(row, "created_at_ms")?,
    })
}

fn restriction(row: &AnyRow) -> Result<RestrictionRecord, StoreError> {
    Ok(RestrictionRecord {
        facility: text(row, "facility")?,
        inmate: optional_text(row, "inmate")?,
        kind: text(row, "kind")?,
        from_ms: number(row, "from_ms")?,
        until_ms: optional_ms(row, "until_ms")?,
        lifted_at_ms: optional_ms(row, "lifted_at_ms")?,
    })
}

fn visit(row: &AnyRow) -> Result<VisitRecord, StoreError> {
    Ok(VisitRecord {
        id: text(row, "id")?,
        facility: text(row, "facility")?,
        inmate: text(row, "inmate")?,
        starts_at_ms: number(row, "starts_at_ms")?,
        ends_at_ms: number(row, "ends_at_ms")?,
        state: text(row, "state")?,
        missed: integer(row, "missed")? == 1,
        tested_at_ms: optional_ms(row, "tested_at_ms")?,
        tested: optional_text(row, "tested")?,
    })
}

fn message(row: &AnyRow) -> Result<MessageRecord, StoreError> {
    let word = text(row, "kind")?;
    let kind = MessageKind::parse(&word).map_err(|error| wrong("kind", error))?;
    let said = |column| {
        let said = optional_text(row, column)?;
        Ok(said.filter(|said| !said.is_empty() && !kind.opens_something()))
    };
    Ok(MessageRecord {
        kind: word,
        channel: text(row, "channel")?,
        state: text(row, "state")?,
        recipient: optional_text(row, "recipient")?,
        subject: said("subject")?,
        body: said("body")?,
        created_at_ms: number(row, "created_at_ms")?,
        sent_at_ms: optional_ms(row, "sent_at_ms")?,
        delivered_at_ms: optional_ms(row, "delivered_at_ms")?,
    })
}
