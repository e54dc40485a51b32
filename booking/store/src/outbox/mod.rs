//! Messages that wait to be sent, and what became of them.

mod content;
mod sending;

use async_trait::async_trait;
use booking_domain::{
    Channel, ClaimedMessage, MessageFilter, MessageText, NextStep, Notice, Outbox, Receipt,
    Recipient, StoreError, StoredMessage, Waiting,
};
use ids::{FacilityId, InmateId, MessageId};
use serde_json::json;
use sqlx::AnyConnection;

use crate::{
    Store,
    error::failed,
    rows::{from_ms, new_id},
};

#[async_trait]
impl Outbox for Store {
    async fn claim_due(
        &self,
        channel: Channel,
        limit: u32,
        now_ms: u64,
        lease_ms: u64,
    ) -> Result<Vec<ClaimedMessage>, StoreError> {
        let claims = self.claim(channel, limit, now_ms, lease_ms).await?;
        let mut claimed = Vec::with_capacity(claims.len());
        for (id, attempt) in claims {
            if let Some(stored) = self.message(id).await? {
                claimed.push(ClaimedMessage {
                    id,
                    attempt,
                    content: stored.content,
                });
            }
        }
        Ok(claimed)
    }

    async fn keep_text(
        &self,
        message: MessageId,
        text: &MessageText,
    ) -> Result<MessageText, StoreError> {
        self.keep(message, text).await
    }

    async fn message_sent(
        &self,
        message: MessageId,
        provider: &str,
        reference: Option<&str>,
        at_ms: u64,
    ) -> Result<(), StoreError> {
        self.note_sent(message, provider, reference, at_ms).await
    }

    async fn message_not_sent(
        &self,
        message: MessageId,
        attempt: u32,
        provider: &str,
        why: &str,
        next: NextStep,
    ) -> Result<(), StoreError> {
        self.note_not_sent(message, attempt, provider, why, next)
            .await
    }

    async fn tidy_messages(&self, now_ms: u64) -> Result<(), StoreError> {
        self.expire(now_ms).await?;
        self.wipe(now_ms).await
    }

    async fn empty_old_texts(
        &self,
        held: &[InmateId],
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError> {
        self.empty_texts(held, now_ms, limit).await
    }

    async fn record_receipt(&self, receipt: &Receipt) -> Result<bool, StoreError> {
        self.note_receipt(receipt).await
    }

    async fn waiting(&self, now_ms: u64) -> Result<Waiting, StoreError> {
        self.count_waiting(now_ms).await
    }

    async fn messages(&self, filter: &MessageFilter) -> Result<Vec<StoredMessage>, StoreError> {
        self.list_messages(filter).await
    }

    async fn retry_message(
        &self,
        message: MessageId,
        facility: Option<FacilityId>,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        self.queue_again(message, facility, now_ms).await
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
