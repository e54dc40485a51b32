//! What sending asks of a store.

use std::{collections::BTreeMap, fmt};

use async_trait::async_trait;
use grant::Slot;
use ids::{FacilityId, InmateId, MessageId, VisitId};
use protocol::Locale;

use crate::{Channel, FacilityName, MessageKind, NextStep, Recipient, StoreError, UnknownWord};

/// How long the text of a message is kept once it went out or failed, ms: the 90 days of 科技設備辦法 §13.
pub const TEXTS_KEPT_MS: u64 = 90 * 24 * 60 * 60 * 1000;

/// The messages of the store.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Claims messages that are due, at most `limit`, those that wait longest first, in one conditional
    /// update: no two dispatchers, in whatever process, get the same one until `lease_ms` have passed.
    async fn claim_due(
        &self,
        channel: Channel,
        limit: u32,
        now_ms: u64,
        lease_ms: u64,
    ) -> Result<Vec<ClaimedMessage>, StoreError>;

    /// Keeps a text as the message's for good and answers with the one that is kept: that of whoever was
    /// first.
    async fn keep_text(
        &self,
        message: MessageId,
        text: &MessageText,
    ) -> Result<MessageText, StoreError>;

    /// A gateway took the message. `reference` is its own name for it.
    async fn message_sent(
        &self,
        message: MessageId,
        provider: &str,
        reference: Option<&str>,
        at_ms: u64,
    ) -> Result<(), StoreError>;

    /// An attempt failed. Counts for nothing where another attempt has been made since. `why` names no
    /// person.
    async fn message_not_sent(
        &self,
        message: MessageId,
        attempt: u32,
        provider: &str,
        why: &str,
        next: NextStep,
    ) -> Result<(), StoreError>;

    /// Gives up what helps nobody any more, and wipes texts that carry a secret once it lets nobody in: a
    /// link's after its visit, a token's after it has expired.
    async fn tidy_messages(&self, now_ms: u64) -> Result<(), StoreError>;

    /// Empties the texts of messages that went out [`TEXTS_KEPT_MS`] before `now_ms`, Unix milliseconds, or failed or
    /// helped nobody any more and are as old; at most `limit`. That they went, and to where, stays. Texts about visits
    /// to those who are `held`, and letters about applications to whoever applied for them, stay. How many it were.
    async fn empty_old_texts(
        &self,
        held: &[InmateId],
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError>;

    /// A gateway told what became of a message. Whether there is such a message.
    async fn record_receipt(&self, receipt: &Receipt) -> Result<bool, StoreError>;

    /// How many messages wait at `now_ms`, and since when.
    async fn waiting(&self, now_ms: u64) -> Result<Waiting, StoreError>;

    /// Messages, the newest first.
    async fn messages(&self, filter: &MessageFilter) -> Result<Vec<StoredMessage>, StoreError>;

    /// Queues a message again that failed, or makes one due that waits, if it still helps somebody and has its text.
    /// The text stays as it was; the address is looked up anew. Whether there is such a message.
    async fn retry_message(
        &self,
        message: MessageId,
        facility: Option<FacilityId>,
        now_ms: u64,
    ) -> Result<bool, StoreError>;
}

/// A message that its dispatcher has until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedMessage {
    /// The message. Gateways get it as the reference by which they know a message again.
    pub id: MessageId,
    /// Which attempt this is, counted from 1.
    pub attempt: u32,
    /// What there is to say.
    pub content: MessageContent,
}

/// What a message says, and to whom. It stands in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageContent {
    /// What it is about.
    pub kind: MessageKind,
    /// By which way.
    pub channel: Channel,
    /// Whom it is for.
    pub to: Option<Recipient>,
    /// The person's or the facility's name.
    pub name: String,
    /// The mobile number or the e-mail address as it is now; none where there is none.
    pub address: Option<String>,
    /// The language that they read.
    pub locale: Locale,
    /// The visit that it is about.
    pub visit: Option<MessageVisit>,
    /// What its text needs to know besides; see [`crate::Notice`].
    pub params: BTreeMap<String, String>,
    /// When it was queued, Unix milliseconds.
    pub created_at_ms: u64,
    /// When it helps nobody any more, Unix milliseconds.
    pub expires_at_ms: Option<u64>,
    /// The text, once it was made.
    pub text: Option<MessageText>,
}

/// A visit, as a message tells about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageVisit {
    /// The visit.
    pub id: VisitId,
    /// The facility's name.
    pub facility_name: FacilityName,
    /// Its time zone, as the IANA database names it.
    pub time_zone: String,
    /// The inmate's name.
    pub inmate_name: String,
    /// The inmate number 呼號.
    pub inmate_number: String,
    /// 第1梯 is 1; none outside the grid.
    pub batch: Option<u32>,
    /// From when one may join, Unix milliseconds.
    pub opens_at_ms: u64,
    /// When it takes place.
    pub slot: Slot,
}

/// A text as it goes out. It stands in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageText {
    /// The mobile number or the e-mail address.
    pub recipient: String,
    /// The language that it is in.
    pub locale: Locale,
    /// A letter's subject; empty for a text message.
    pub subject: String,
    /// The text.
    pub body: String,
    /// A calendar file that goes along (RFC 5545).
    pub calendar: Option<String>,
}

impl fmt::Debug for MessageContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageContent")
            .field("kind", &self.kind)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for MessageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageText").finish_non_exhaustive()
    }
}

/// A message as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// The message.
    pub id: MessageId,
    /// What it says, and to whom.
    pub content: MessageContent,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// Which gateway had it last.
    pub provider: Option<String>,
    /// What kept it from going out the last time.
    pub last_error: Option<String>,
    /// When a gateway took it, Unix milliseconds.
    pub sent_at_ms: Option<u64>,
    /// When it reached the phone or mailbox, Unix milliseconds.
    pub delivered_at_ms: Option<u64>,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// It waits.
    Queued,
    /// A dispatcher has it.
    Sending,
    /// A gateway took it.
    Sent,
    /// It reached the phone or mailbox.
    Delivered,
    /// It will not get there.
    Failed,
    /// It would have helped nobody any more.
    Expired,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Failed,
        Self::Expired,
    ];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    /// The state of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "state of a message"))
    }
}

/// Which messages are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Those to a facility or about its visits.
    pub facility: Option<FacilityId>,
    /// Those that stand so.
    pub state: Option<DeliveryState>,
    /// Those older than this one.
    pub before: Option<MessageId>,
    /// At most so many.
    pub limit: u32,
}

/// What a gateway tells later about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which message.
    pub of: ReceiptOf,
    /// It reached the phone; otherwise it never will.
    pub delivered: bool,
    /// The gateway's word for it.
    pub word: String,
    /// When it was told, Unix milliseconds.
    pub at_ms: u64,
}

/// How a gateway names a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptOf {
    /// By our own id.
    Message(MessageId),
    /// By its own reference.
    Reference {
        /// The gateway.
        provider: String,
        /// What it answered when it took the message.
        reference: String,
    },
}

/// What waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Messages that are queued or on their way to a gateway.
    pub messages: u64,
    /// When the oldest of them was queued, Unix milliseconds.
    pub oldest_ms: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_neither_the_recipient_nor_the_text() {
        let text = MessageText {
            recipient: "0900000001".to_owned(),
            locale: Locale::ZhTw,
            subject: String::new(),
            body: "https://visit.gov.test/j#MPNgYeASNFasu".to_owned(),
            calendar: None,
        };
        assert_eq!(format!("{text:?}"), "MessageText { .. }");
    }

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for state in DeliveryState::ALL {
            assert_eq!(DeliveryState::parse(state.as_str()), Ok(state));
        }
    }
}
