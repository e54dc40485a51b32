//! Messages that wait to be sent.

use async_trait::async_trait;

use crate::{StoreError, UnknownWord};

/// The messages of the store.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// The newest messages, at most `limit`, the newest first.
    async fn newest_messages(&self, limit: u32) -> Result<Vec<QueuedMessage>, StoreError>;
}

/// A message to be queued. Its body carries a link's token and is for its recipient only: it stands in no
/// log.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// What it is about.
    pub kind: MessageKind,
    /// The mobile number.
    pub recipient: String,
    /// The text.
    pub body: String,
}

impl std::fmt::Debug for NewMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewMessage")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// A message in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedMessage {
    /// What was queued.
    pub message: NewMessage,
    /// When it was queued, Unix milliseconds.
    pub created_at_ms: u64,
    /// When a provider took it, Unix milliseconds.
    pub sent_at_ms: Option<u64>,
}

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// The first link to a visit.
    JoinLink,
    /// A new link, which replaces the last.
    NewJoinLink,
}

impl MessageKind {
    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JoinLink => "join_link",
            Self::NewJoinLink => "new_join_link",
        }
    }

    /// The kind of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        [Self::JoinLink, Self::NewJoinLink]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "kind of message"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_neither_the_recipient_nor_the_text() {
        let message = NewMessage {
            kind: MessageKind::JoinLink,
            recipient: "0900000001".to_owned(),
            body: "https://visit.gov.test/j#MPNgYeASNFasu".to_owned(),
        };
        assert_eq!(format!("{message:?}"), "NewMessage { kind: JoinLink, .. }");
    }
}
