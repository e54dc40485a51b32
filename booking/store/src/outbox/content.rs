//! Reading messages, each with what its text is made of.

use std::collections::BTreeMap;

use booking_domain::{
    Channel, DeliveryState, MessageContent, MessageFilter, MessageKind, MessageText, MessageVisit,
    Recipient, StoreError, StoredMessage,
};
use ids::{FacilityId, PersonId};
use protocol::Locale;
use sqlx::any::AnyRow;

use crate::{
    Store,
    error::failed,
    rows::{
        facility_name, id, number, optional_integer, optional_ms, optional_text, slot, text, wrong,
    },
};

/// `SELECT` of messages, with the rest of the statement from `WHERE` on.
macro_rules! select_messages {
    ($rest:literal) => {
        concat!(
            "SELECT outbox.id, outbox.kind, outbox.channel, outbox.person_id, outbox.facility_id,
                    outbox.params, outbox.recipient, outbox.locale, outbox.subject, outbox.body,
                    outbox.calendar, outbox.state, outbox.created_at_ms, outbox.expires_at_ms,
                    outbox.attempts, outbox.provider, outbox.last_error, outbox.sent_at_ms,
                    outbox.delivered_at_ms, person.name AS person_name, person.phone,
                    person.locale AS person_locale, account.email,
                    addressee.name AS addressee_name, addressee.contact_email,
                    visit.id AS visit_id, visit.batch, visit.opens_at_ms, visit.starts_at_ms,
                    visit.ends_at_ms, place.name AS place_name, place.latin_name, place.time_zone,
                    inmate.name AS inmate_name, inmate.number AS inmate_number
             FROM outbox
             LEFT JOIN person ON person.id = outbox.person_id
             LEFT JOIN account ON account.person_id = outbox.person_id
             LEFT JOIN facility AS addressee ON addressee.id = outbox.facility_id
             LEFT JOIN visit ON visit.id = outbox.visit_id
             LEFT JOIN facility AS place ON place.id = visit.facility_id
             LEFT JOIN inmate ON inmate.id = visit.inmate_id
             WHERE ",
            $rest
        )
    };
}
pub(super) use select_messages;

impl Store {
    pub(super) async fn list_messages(
        &self,
        filter: &MessageFilter,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        let rows = sqlx::query(select_messages!(
            "($1 IS NULL OR outbox.facility_id = $1 OR visit.facility_id = $1)
             AND ($2 IS NULL OR outbox.state = $2)
             AND ($3 IS NULL OR outbox.id < $3)
             ORDER BY outbox.id DESC LIMIT $4"
        ))
        .bind(filter.facility.map(|facility| facility.to_string()))
        .bind(filter.state.map(DeliveryState::as_str))
        .bind(filter.before.map(|before| before.to_string()))
        .bind(i64::from(filter.limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(stored).collect()
    }
}

/// A row of [`select_messages`].
pub(super) fn stored(row: &AnyRow) -> Result<StoredMessage, StoreError> {
    let state = DeliveryState::parse(&text(row, "state")?).map_err(|e| wrong("state", e))?;
    Ok(StoredMessage {
        id: id(row, "id")?,
        content: content(row)?,
        state,
        attempts: number(row, "attempts")?,
        provider: optional_text(row, "provider")?,
        last_error: optional_text(row, "last_error")?,
        sent_at_ms: optional_ms(row, "sent_at_ms")?,
        delivered_at_ms: optional_ms(row, "delivered_at_ms")?,
    })
}

/// The text of a message, once it was made and until it is wiped.
pub(super) fn kept_text(row: &AnyRow) -> Result<Option<MessageText>, StoreError> {
    let (Some(recipient), Some(body)) = (
        optional_text(row, "recipient")?,
        optional_text(row, "body")?,
    ) else {
        return Ok(None);
    };
    Ok(Some(MessageText {
        recipient,
        locale: locale(optional_text(row, "locale")?)?,
        subject: optional_text(row, "subject")?.unwrap_or_default(),
        body,
        calendar: optional_text(row, "calendar")?,
    }))
}

fn content(row: &AnyRow) -> Result<MessageContent, StoreError> {
    let kind = MessageKind::parse(&text(row, "kind")?).map_err(|e| wrong("kind", e))?;
    let channel = Channel::parse(&text(row, "channel")?).map_err(|e| wrong("channel", e))?;
    let params: BTreeMap<String, String> =
        serde_json::from_str(&text(row, "params")?).map_err(|e| wrong("params", e))?;
    let (to, name, email) = addressee(row)?;
    let registered = match channel {
        Channel::Sms => optional_text(row, "phone")?,
        Channel::Email => email,
    };
    let address = params.get("address").cloned().or(registered);
    Ok(MessageContent {
        kind,
        channel,
        to,
        name: name.unwrap_or_default(),
        address: address.filter(|address| !address.is_empty()),
        locale: locale(optional_text(row, "person_locale")?)?,
        visit: visit(row)?,
        params,
        created_at_ms: number(row, "created_at_ms")?,
        expires_at_ms: optional_ms(row, "expires_at_ms")?,
        text: kept_text(row)?,
    })
}

type Addressee = (Option<Recipient>, Option<String>, Option<String>);

fn addressee(row: &AnyRow) -> Result<Addressee, StoreError> {
    if optional_text(row, "person_id")?.is_some() {
        let person: PersonId = id(row, "person_id")?;
        let (name, email) = (
            optional_text(row, "person_name")?,
            optional_text(row, "email")?,
        );
        return Ok((Some(Recipient::Person(person)), name, email));
    }
    if optional_text(row, "facility_id")?.is_some() {
        let facility: FacilityId = id(row, "facility_id")?;
        let name = optional_text(row, "addressee_name")?;
        let email = optional_text(row, "contact_email")?;
        return Ok((Some(Recipient::Facility(facility)), name, email));
    }
    Ok((None, None, None))
}

fn visit(row: &AnyRow) -> Result<Option<MessageVisit>, StoreError> {
    if optional_text(row, "visit_id")?.is_none() {
        return Ok(None);
    }
    let batch = optional_integer(row, "batch")?;
    let batch = batch.map(u32::try_from).transpose();
    Ok(Some(MessageVisit {
        id: id(row, "visit_id")?,
        facility_name: facility_name(row, "place_name", "latin_name")?,
        time_zone: text(row, "time_zone")?,
        inmate_name: text(row, "inmate_name")?,
        inmate_number: text(row, "inmate_number")?,
        batch: batch.map_err(|e| wrong("batch", e))?,
        opens_at_ms: number(row, "opens_at_ms")?,
        slot: slot(row)?,
    }))
}

/// The language of a tag; the agency's own where none is known.
fn locale(tag: Option<String>) -> Result<Locale, StoreError> {
    tag.map_or(Ok(Locale::default()), |tag| {
        Locale::from_tag(&tag).ok_or_else(|| wrong("locale", "not a language of the service"))
    })
}
