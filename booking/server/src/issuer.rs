//! Making links and sending them.

use std::{fmt, sync::Arc};

use booking_domain::{IssueCause, IssueError, Links, NewLink, StoreError};
use booking_store::Store;
use grant::{LinkKeyRing, LinkToken, MintError, TestKey};
use ids::{Seat, VisitId};
use rand::RngCore;

/// Tokens that were made before are drawn again so often; a second time already is rare.
const DRAWS: usize = 8;

/// Mints a link, stores its hash and queues its message, all or nothing.
#[derive(Clone)]
pub struct LinkIssuer {
    pub(crate) store: Store,
    pub(crate) keys: Arc<LinkKeyRing>,
    public_url: Arc<str>,
}

/// A link that is on its way.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedLink {
    /// Whose seat.
    pub seat: Seat,
    /// How many links the seat has had, with this one.
    pub generation: u32,
    /// The whole link. It lets in whoever has it first.
    pub url: String,
}

/// Why a link was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkIssueError {
    /// The store refused.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The slot or the randomness is not usable.
    #[error(transparent)]
    Mint(#[from] MintError),
}

impl From<StoreError> for LinkIssueError {
    fn from(error: StoreError) -> Self {
        Self::Issue(error.into())
    }
}

impl LinkIssuer {
    /// An issuer of links that begin with `public_url`, such as `https://visit.example`.
    #[must_use]
    pub fn new(store: Store, keys: Arc<LinkKeyRing>, public_url: &str) -> Self {
        Self {
            store,
            keys,
            public_url: public_url.into(),
        }
    }

    /// Sends the first link of a visit to each of its visitors, in the order of their seats.
    pub async fn issue_all(
        &self,
        visit: VisitId,
        now_ms: u64,
        rng: &mut (impl RngCore + Send),
    ) -> Result<Vec<IssuedLink>, LinkIssueError> {
        let mut links = Vec::new();
        for seat in Seat::INMATE.others() {
            if self.store.slot(visit, seat).await?.is_some() {
                links.push(
                    self.issue(visit, seat, IssueCause::Confirmed, now_ms, rng)
                        .await?,
                );
            }
        }
        Ok(links)
    }

    /// Sends a link to the visitor on a seat. An earlier link of the seat is void from then on.
    pub async fn issue(
        &self,
        visit: VisitId,
        seat: Seat,
        cause: IssueCause,
        now_ms: u64,
        rng: &mut (impl RngCore + Send),
    ) -> Result<IssuedLink, LinkIssueError> {
        let slot = self.store.slot(visit, seat).await?;
        let slot = slot.ok_or(IssueError::NotJoinable)?;
        for _ in 0..DRAWS {
            let token = self.keys.mint(slot, rng)?;
            let url = link_url(&self.public_url, &token);
            let link = NewLink {
                visit,
                seat,
                hash: token.hash(),
                cause,
                url: url.clone(),
                at_ms: now_ms,
            };
            match self.store.issue(link).await {
                Ok(generation) => {
                    return Ok(IssuedLink {
                        seat,
                        generation,
                        url,
                    });
                }
                Err(IssueError::TokenExists) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(IssueError::TokenExists.into())
    }
}

impl LinkIssuer {
    /// The address at which a phone is tried with a key. Short, as it stands in a text message.
    pub(crate) fn test_url(&self, key: &TestKey) -> String {
        format!(
            "{}/t#{}",
            self.public_url.trim_end_matches('/'),
            key.reveal()
        )
    }
}

/// The address that a link's token stands in.
fn link_url(public_url: &str, token: &LinkToken) -> String {
    format!("{}/j#{}", public_url.trim_end_matches('/'), token.reveal())
}

impl fmt::Debug for IssuedLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedLink")
            .field("seat", &self.seat)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}
