//! Messages that wait to be sent.

use async_trait::async_trait;
use booking_domain::{
    MessageKind, NewMessage, Notice, Outbox, QueuedMessage, Recipient, StoreError,
};
use serde_json::json;
use sqlx::AnyConnection;

use crate::{
    Store,
    error::failed,
    rows::{from_ms, new_id, number, optional_ms, text, wrong},
};

#[async_trait]
impl Outbox for Store {
    async fn newest_messages(&self, limit: u32) -> Result<Vec<QueuedMessage>, StoreError> {
        let rows = sqlx::query(
            "SELECT kind, recipient, body, created_at_ms, sent_at_ms FROM outbox
             WHERE body IS NOT NULL ORDER BY created_at_ms DESC, id DESC LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let message = |row| {
            let kind = MessageKind::parse(&text(row, "kind")?).map_err(|e| wrong("kind", e))?;
            let (recipient, body) = (text(row, "recipient")?, text(row, "body")?);
            Ok(QueuedMessage {
                message: NewMessage {
                    kind,
                    recipient,
                    body,
                },
                created_at_ms: number(row, "created_at_ms")?,
                sent_at_ms: optional_ms(row, "sent_at_ms")?,
            })
        };
        rows.iter().map(message).collect()
    }
}

/// Queues a notice, in the transaction of what it tells about. One that is queued already stays as it is.
pub(crate) async fn queue_notice(
    connection: &mut AnyConnection,
    notice: &Notice,
    at_ms: u64,
) -> Result<(), StoreError> {
    let (person, facility) = match notice.to {
        Recipient::Person(person) => (Some(person.to_string()), None),
        Recipient::Facility(facility) => (None, Some(facility.to_string())),
    };
    sqlx::query(
        "INSERT INTO outbox (id, key, kind, channel, person_id, facility_id, visit_id, params,
                             state, created_at_ms, expires_at_ms, next_attempt_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, $9)
         ON CONFLICT (key) DO NOTHING",
    )
    .bind(new_id().to_string())
    .bind(notice.key.as_str())
    .bind(notice.kind.as_str())
    .bind(notice.channel.as_str())
    .bind(person)
    .bind(facility)
    .bind(notice.visit.map(|visit| visit.to_string()))
    .bind(json!(notice.params).to_string())
    .bind(from_ms(at_ms))
    .bind(notice.expires_at_ms.map(from_ms))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

/// Queues a message, in the transaction of what it tells about.
pub(crate) async fn queue(
    connection: &mut AnyConnection,
    message: &NewMessage,
    at_ms: u64,
) -> Result<(), StoreError> {
    let id = new_id().to_string();
    sqlx::query(
        "INSERT INTO outbox (id, key, kind, channel, recipient, subject, body,
                             state, created_at_ms, next_attempt_at_ms)
         VALUES ($1, $1, $2, 'sms', $3, '', $4, 'queued', $5, $5)",
    )
    .bind(id)
    .bind(message.kind.as_str())
    .bind(message.recipient.as_str())
    .bind(message.body.as_str())
    .bind(from_ms(at_ms))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}
