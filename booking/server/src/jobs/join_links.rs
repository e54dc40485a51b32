//! Each visitor's first link, as soon as the visit opens.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{IssueCause, IssueError, StoreError, VisitJobs};
use rand::{TryRngCore, rngs::OsRng};

use super::Job;
use crate::{LinkIssueError, LinkIssuer};

pub(super) struct JoinLinks(pub(super) LinkIssuer);

#[async_trait]
impl Job for JoinLinks {
    fn name(&self) -> &'static str {
        "join_links"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(5)
    }

    async fn run(&self, now_ms: u64) -> Result<(), StoreError> {
        for (visit, seat) in self.0.store.seats_without_link(now_ms).await? {
            let rng = &mut OsRng.unwrap_err();
            let issued = self
                .0
                .issue(visit, seat, IssueCause::Confirmed, now_ms, rng)
                .await;
            match issued {
                Ok(_) => tracing::info!(%visit, %seat, "a link went out as the visit opened"),
                // Somebody else has just sent it, or the visit was just called off.
                Err(LinkIssueError::Issue(IssueError::HasOne | IssueError::NotJoinable)) => {}
                Err(LinkIssueError::Issue(IssueError::Store(error))) => return Err(error),
                // The others get theirs all the same.
                Err(error) => tracing::error!(%error, %visit, %seat, "a link could not be made"),
            }
        }
        Ok(())
    }
}
