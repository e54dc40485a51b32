//! Issuing links.

use async_trait::async_trait;
use grant::{LinkHash, Slot};
use ids::{Seat, StaffId, VisitId};
use protocol::Locale;

use crate::{NewMessage, StoreError};

/// Links and the people they go to.
#[async_trait]
pub trait Links: Send + Sync {
    /// Whom a seat's link goes to, and what the message must say. `None` where nobody has the seat.
    async fn recipient(
        &self,
        visit: VisitId,
        seat: Seat,
    ) -> Result<Option<LinkRecipient>, StoreError>;

    /// Issues the next link of a seat and queues its message, in one transaction. An earlier link of
    /// the seat is void from then on. Returns how many links the seat has had, with this one.
    async fn issue(&self, link: NewLink) -> Result<u32, IssueError>;
}

/// The visitor on a seat, as a message needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRecipient {
    /// The registered mobile number.
    pub phone: String,
    /// The visitor's language.
    pub locale: Locale,
    /// The time of the visit.
    pub slot: Slot,
    /// The facility's time zone, as the IANA database names it.
    pub time_zone: String,
}

/// A link to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// The visit.
    pub visit: VisitId,
    /// The seat.
    pub seat: Seat,
    /// The token's hash.
    pub hash: LinkHash,
    /// Who wants it.
    pub cause: IssueCause,
    /// The message that carries the token.
    pub message: NewMessage,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// Who wants a link to be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueCause {
    /// The visit was confirmed: this is the first link.
    Confirmed,
    /// The visitor asked for it. Refused when the seat's visitor has asked after `since_ms`.
    Visitor {
        /// Unix milliseconds.
        since_ms: u64,
    },
    /// An officer sent it.
    Officer(StaffId),
}

/// Why a link was not issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// No visitor has the seat, or the visit is over or does not take place.
    #[error("there is nothing to join with a link")]
    NotJoinable,
    /// The visitor has asked a short while ago.
    #[error("a link was asked for a short while ago")]
    TooSoon,
    /// The token exists: another must be minted.
    #[error("the token exists")]
    TokenExists,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}
