//! Messages that wait to be sent.

use async_trait::async_trait;
use booking_domain::{MessageKind, NewMessage, Outbox, QueuedMessage, StoreError};
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
             ORDER BY created_at_ms DESC, id DESC LIMIT $1",
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

/// Queues a message, in the transaction of what it tells about.
pub(crate) async fn queue(
    connection: &mut AnyConnection,
    message: &NewMessage,
    at_ms: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outbox (id, kind, recipient, body, created_at_ms)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(new_id().to_string())
    .bind(message.kind.as_str())
    .bind(message.recipient.as_str())
    .bind(message.body.as_str())
    .bind(from_ms(at_ms))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}
