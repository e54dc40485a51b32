//! What a dispatcher writes down. Each step is one statement, whose condition says who may take it.

use booking_domain::{
    Channel, DeliveryState, MessageKind, MessageText, NextStep, Receipt, ReceiptOf, StoreError,
    StoredMessage, TEXTS_KEPT_MS, Waiting,
};
use ids::{FacilityId, InmateId, MessageId};
use sqlx::{Any, query::Query};

use crate::{
    Store,
    error::failed,
    held::{at, held_places},
    outbox::content::{kept_text, select_messages, stored},
    rows::{from_ms, id, number, optional_ms, wrong},
};

impl Store {
    pub(super) async fn claim(
        &self,
        channel: Channel,
        limit: u32,
        now_ms: u64,
        lease_ms: u64,
    ) -> Result<Vec<(MessageId, u32)>, StoreError> {
        // The condition stands twice: of two claims at once the second waits for the row, and looks again.
        let rows = sqlx::query(
            "UPDATE outbox
             SET state = 'sending', attempts = attempts + 1, next_attempt_at_ms = $3
             WHERE state IN ('queued', 'sending') AND next_attempt_at_ms <= $2
               AND id IN (
                   SELECT id FROM outbox
                   WHERE channel = $1 AND state IN ('queued', 'sending')
                     AND next_attempt_at_ms <= $2
                     AND (expires_at_ms IS NULL OR expires_at_ms > $2)
                   ORDER BY next_attempt_at_ms, id LIMIT $4
               )
             RETURNING id, attempts",
        )
        .bind(channel.as_str())
        .bind(from_ms(now_ms))
        .bind(from_ms(now_ms.saturating_add(lease_ms)))
        .bind(i64::from(limit))
        .fetch_all(&self.writers)
        .await
        .map_err(failed)?;
        let mut claims = rows
            .iter()
            .map(|row| Ok((id(row, "id")?, number(row, "attempts")?)))
            .collect::<Result<Vec<(MessageId, u32)>, StoreError>>()?;
        claims.sort_unstable();
        Ok(claims)
    }

    pub(super) async fn keep(
        &self,
        message: MessageId,
        text: &MessageText,
    ) -> Result<MessageText, StoreError> {
        let rows = sqlx::query(
            "UPDATE outbox
             SET recipient = COALESCE(recipient, $2), locale = COALESCE(locale, $3),
                 subject = COALESCE(subject, $4), body = COALESCE(body, $5),
                 calendar = COALESCE(calendar, $6)
             WHERE id = $1
             RETURNING recipient, locale, subject, body, calendar",
        )
        .bind(message.to_string())
        .bind(text.recipient.as_str())
        .bind(text.locale.tag())
        .bind(text.subject.as_str())
        .bind(text.body.as_str())
        .bind(text.calendar.as_deref())
        .fetch_all(&self.writers)
        .await
        .map_err(failed)?;
        let row = rows.first().ok_or_else(|| wrong("id", "no such message"))?;
        kept_text(row)?.ok_or_else(|| wrong("body", "no text was kept"))
    }

    /// Whichever attempt it was, and even if the message was given up meanwhile: it went out.
    pub(super) async fn note_sent(
        &self,
        message: MessageId,
        provider: &str,
        reference: Option<&str>,
        at_ms: u64,
    ) -> Result<(), StoreError> {
        let statement = sqlx::query(
            "UPDATE outbox
             SET state = 'sent', provider = $2, provider_reference = $3, sent_at_ms = $4,
                 last_error = NULL
             WHERE id = $1 AND state IN ('queued', 'sending', 'expired')",
        )
        .bind(message.to_string())
        .bind(provider)
        .bind(reference)
        .bind(from_ms(at_ms));
        self.run(statement).await.map(|_| ())
    }

    pub(super) async fn note_not_sent(
        &self,
        message: MessageId,
        attempt: u32,
        provider: &str,
        why: &str,
        next: NextStep,
    ) -> Result<(), StoreError> {
        let (state, at_ms) = match next {
            NextStep::Again { at_ms } => (DeliveryState::Queued, Some(from_ms(at_ms))),
            NextStep::Failed => (DeliveryState::Failed, None),
            NextStep::Expired => (DeliveryState::Expired, None),
        };
        let statement = sqlx::query(
            "UPDATE outbox
             SET state = $3, next_attempt_at_ms = COALESCE($4, next_attempt_at_ms),
                 provider = $5, last_error = $6
             WHERE id = $1 AND attempts = $2 AND state = 'sending'",
        )
        .bind(message.to_string())
        .bind(i64::from(attempt))
        .bind(state.as_str())
        .bind(at_ms)
        .bind(provider)
        .bind(why);
        self.run(statement).await.map(|_| ())
    }

    /// What a dispatcher has at the moment is left to it.
    pub(super) async fn expire(&self, now_ms: u64) -> Result<(), StoreError> {
        let statement = sqlx::query(
            "UPDATE outbox SET state = 'expired'
             WHERE state IN ('queued', 'sending') AND next_attempt_at_ms <= $1
               AND expires_at_ms <= $1",
        )
        .bind(from_ms(now_ms));
        self.run(statement).await.map(|_| ())
    }

    pub(super) async fn wipe(&self, now_ms: u64) -> Result<(), StoreError> {
        for kind in MessageKind::ALL {
            if !kind.carries_a_secret() {
                continue;
            }
            let statement = sqlx::query(
                "UPDATE outbox SET body = NULL, params = '{}'
                 WHERE kind = $1 AND params <> '{}'
                   AND COALESCE(expires_at_ms, created_at_ms + 86400000) <= $2
                   AND state NOT IN ('queued', 'sending')",
            )
            .bind(kind.as_str())
            .bind(from_ms(now_ms));
            self.run(statement).await?;
        }
        Ok(())
    }

    /// What is still to go out keeps its text, however old it is.
    pub(super) async fn empty_texts(
        &self,
        held: &[InmateId],
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError> {
        let (inmates, last) = (held_places(2, held), held.len() + 2);
        let sql = format!(
            "UPDATE outbox SET subject = NULL, body = NULL, calendar = NULL, params = '{{}}'
             WHERE id IN (
                 SELECT id FROM outbox
                 WHERE state IN ('sent', 'delivered', 'failed', 'expired')
                   AND COALESCE(sent_at_ms, created_at_ms) <= $1
                   AND (body IS NOT NULL OR params <> '{{}}')
                   AND NOT EXISTS (SELECT 1 FROM visit
                       WHERE visit.id = outbox.visit_id AND visit.inmate_id IN ({inmates}))
                   AND NOT (kind LIKE 'application%' AND outbox.person_id IN (
                       SELECT application.person_id FROM application
                       WHERE application.inmate_id IN ({inmates})))
                 LIMIT ${last})"
        );
        let times = [now_ms.saturating_sub(TEXTS_KEPT_MS)];
        let emptied = self
            .run(at(sql, &times, held).bind(i64::from(limit)))
            .await?;
        Ok(u32::try_from(emptied).unwrap_or(u32::MAX))
    }

    /// A receipt may be told twice, and before the answer that it follows; what is final stays.
    pub(super) async fn note_receipt(&self, receipt: &Receipt) -> Result<bool, StoreError> {
        let (id, provider, reference) = match &receipt.of {
            ReceiptOf::Message(id) => (Some(id.to_string()), None, None),
            ReceiptOf::Reference {
                provider,
                reference,
            } => (None, Some(provider.as_str()), Some(reference.as_str())),
        };
        let (state, delivered_at_ms, error) = if receipt.delivered {
            (DeliveryState::Delivered, Some(from_ms(receipt.at_ms)), None)
        } else {
            (DeliveryState::Failed, None, Some(receipt.word.as_str()))
        };
        let statement = sqlx::query(
            "UPDATE outbox
             SET state = CASE WHEN state IN ('delivered', 'failed') THEN state ELSE $4 END,
                 delivered_at_ms = COALESCE(delivered_at_ms, $5),
                 sent_at_ms = COALESCE(sent_at_ms, $7),
                 last_error = COALESCE($6, last_error)
             WHERE id = $1 OR (provider = $2 AND provider_reference = $3)",
        )
        .bind(id)
        .bind(provider)
        .bind(reference)
        .bind(state.as_str())
        .bind(delivered_at_ms)
        .bind(error)
        .bind(from_ms(receipt.at_ms));
        Ok(self.run(statement).await? > 0)
    }

    pub(super) async fn count_waiting(&self, now_ms: u64) -> Result<Waiting, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS messages, MIN(created_at_ms) AS oldest_ms FROM outbox
             WHERE state IN ('queued', 'sending')
               AND (expires_at_ms IS NULL OR expires_at_ms > $1)",
        )
        .bind(from_ms(now_ms))
        .fetch_one(&self.readers)
        .await
        .map_err(failed)?;
        Ok(Waiting {
            messages: number(&row, "messages")?,
            oldest_ms: optional_ms(&row, "oldest_ms")?,
        })
    }

    pub(super) async fn queue_again(
        &self,
        message: MessageId,
        facility: Option<FacilityId>,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let statement = sqlx::query(
            "UPDATE outbox
             SET state = 'queued', attempts = 0, next_attempt_at_ms = $3, recipient = NULL
             WHERE id = $1 AND state IN ('failed', 'queued')
               AND (expires_at_ms IS NULL OR expires_at_ms > $3)
               AND COALESCE(sent_at_ms, created_at_ms) > $4
               AND ($2 IS NULL OR facility_id = $2
                    OR visit_id IN (SELECT id FROM visit WHERE visit.facility_id = $2))",
        )
        .bind(message.to_string())
        .bind(facility.map(|facility| facility.to_string()))
        .bind(from_ms(now_ms))
        .bind(from_ms(now_ms.saturating_sub(TEXTS_KEPT_MS)));
        Ok(self.run(statement).await? > 0)
    }

    pub(super) async fn message(
        &self,
        message: MessageId,
    ) -> Result<Option<StoredMessage>, StoreError> {
        let row = sqlx::query(select_messages!("outbox.id = $1"))
            .bind(message.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed)?;
        row.as_ref().map(stored).transpose()
    }

    async fn run(
        &self,
        statement: Query<'_, Any, sqlx::any::AnyArguments>,
    ) -> Result<u64, StoreError> {
        let done = statement.execute(&self.writers).await.map_err(failed)?;
        Ok(done.rows_affected())
    }
}
