//! All that is kept of a person.

use booking_domain::{
    Actor, AuditStep, StoreError,
    accounts::{
        ApplicationRecord, CompanionRecord, DocumentRecord, EventRecord, MessageRecord,
        PersonalData, VisitRecord,
    },
};
use ids::PersonId;
use sqlx::any::AnyRow;

use super::{note, profile};
use crate::{
    Store,
    error::failed,
    rows::{integer, number, optional_ms, optional_text, text},
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
        visits: read(store, VISITS, person, visit).await?,
        messages: read(store, MESSAGES, person, message).await?,
        events: events(store, person).await?,
    }))
}

const APPLICATIONS: &str =
    "SELECT application.id, facility.name AS facility, inmate.name AS inmate,
        relationship, ground, application.state, reason, created_at_ms, decided_at_ms
    FROM application JOIN facility ON facility.id = application.facility_id
    JOIN inmate ON inmate.id = application.inmate_id
    WHERE person_id = $1 ORDER BY application.id DESC LIMIT $2";

const DOCUMENTS: &str = "SELECT application_id, kind, document.name, bytes, document.created_at_ms,
        deleted_at_ms
    FROM document JOIN application ON application.id = document.application_id
    WHERE person_id = $1 ORDER BY document.id DESC LIMIT $2";

const COMPANIONS: &str = "SELECT inmate.name AS inmate, companion.state, created_at_ms,
        CASE WHEN inviter_id = $1 THEN 1 ELSE 0 END AS sent
    FROM companion JOIN inmate ON inmate.id = companion.inmate_id
    WHERE inviter_id = $1 OR invitee_id = $1 ORDER BY companion.id DESC LIMIT $2";

const VISITS: &str = "SELECT visit.id, facility.name AS facility, inmate.name AS inmate,
        starts_at_ms, ends_at_ms, visit.state, tested_at_ms, tested
    FROM visit_member JOIN visit ON visit.id = visit_member.visit_id
    JOIN facility ON facility.id = visit.facility_id JOIN inmate ON inmate.id = visit.inmate_id
    WHERE person_id = $1 ORDER BY starts_at_ms DESC LIMIT $2";

const MESSAGES: &str = "SELECT kind, channel, state, created_at_ms FROM outbox
    WHERE person_id = $1 ORDER BY id DESC LIMIT $2";

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
    Ok(CompanionRecord {
        inmate: text(row, "inmate")?,
        sent: integer(row, "sent")? == 1,
        state: text(row, "state")?,
        created_at_ms: number(row, "created_at_ms")?,
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
        tested_at_ms: optional_ms(row, "tested_at_ms")?,
        tested: optional_text(row, "tested")?,
    })
}

fn message(row: &AnyRow) -> Result<MessageRecord, StoreError> {
    Ok(MessageRecord {
        kind: text(row, "kind")?,
        channel: text(row, "channel")?,
        state: text(row, "state")?,
        created_at_ms: number(row, "created_at_ms")?,
    })
}
