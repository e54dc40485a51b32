//! Issuing links.

use async_trait::async_trait;
use grant::{LinkHash, Slot};
use ids::{Seat, StaffId, VisitId};

use crate::StoreError;

/// Links and the people they go to.
#[async_trait]
pub trait Links: Send + Sync {
    /// When the visit of a seat takes place. `None` where nobody has the seat.
    async fn slot(&self, visit: VisitId, seat: Seat) -> Result<Option<Slot>, StoreError>;

    /// Issues the next link of a seat and queues its message, in one transaction. An earlier link of
    /// the seat is void from then on. Returns how many links the seat has had, with this one.
    async fn issue(&self, link: NewLink) -> Result<u32, IssueError>;
}

/// A link to be issued. Its address carries the token and stands in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct NewLink {
    /// The visit.
    pub visit: VisitId,
    /// The seat.
    pub seat: Seat,
    /// The token's hash.
    pub hash: LinkHash,
    /// Who wants it.
    pub cause: IssueCause,
    /// The whole link, for the text message to the visitor.
    pub url: String,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

impl std::fmt::Debug for NewLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewLink")
            .field("visit", &self.visit)
            .field("seat", &self.seat)
            .finish_non_exhaustive()
    }
}

/// Who wants a link to be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueCause {
    /// The visit opens: this is the first link. Refused when the seat has had one.
    Confirmed,
    /// The visitor asked for it, once the visit is open. Refused when the seat's visitor has asked after `since_ms`.
    Visitor {
        /// Unix milliseconds.
        since_ms: u64,
    },
    /// An officer sent it, once the visit is open.
    Officer(StaffId),
}

/// Why a link was not issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// No visitor has the seat, or the visit is over or does not take place.
    #[error("there is nothing to join with a link")]
    NotJoinable,
    /// The visit has not opened yet: the first link comes when it does.
    #[error("the visit has not opened yet")]
    NotOpen,
    /// The visitor has asked a short while ago.
    #[error("a link was asked for a short while ago")]
    TooSoon,
    /// The seat has had its first link.
    #[error("the seat has had its first link")]
    HasOne,
    /// The token exists: another must be minted.
    #[error("the token exists")]
    TokenExists,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}
