//! Sending a new link to somebody who lost theirs, without telling a stranger anything.
//!
//! The endpoint answers before anything is looked at: it puts the token into a short queue, and one task
//! works through the queue behind it. So the answer and its time are the same for a link that exists, one
//! that does not, and one that was asked about a moment ago. The new link goes to the registered phone and
//! nowhere else, at most once in [`PAUSE_MS`] for each seat, which the store sees to.
//!
//! A new link silences the device with the old one. A link that was itself replaced earlier may be in other
//! hands by then, so it never cuts off somebody who is in the call.

use std::sync::Arc;

use booking_domain::{IssueCause, IssueError, Visits};
use rand::{TryRngCore, rngs::OsRng};
use telemetry::clock::unix_now_ms;
use tokio::sync::mpsc::{self, Sender};

use crate::{LinkIssueError, LinkIssuer, LiveVisits};

/// The least time between two links that a seat's visitor asks for: 2 minutes.
const PAUSE_MS: u64 = 2 * 60 * 1000;
/// Requests that wait. Beyond these, further ones are dropped and counted in the log.
const QUEUE: usize = 256;

/// The requests for a new link.
pub(crate) struct Resends(Sender<String>);

impl Resends {
    /// Starts the task that works on them. It ends when this is dropped.
    pub(crate) fn start(issuer: LinkIssuer, live: Arc<dyn LiveVisits>) -> Self {
        let (sender, mut receiver) = mpsc::channel::<String>(QUEUE);
        tokio::spawn(async move {
            while let Some(token) = receiver.recv().await {
                if let Err(error) = resend(&issuer, &*live, &token).await {
                    tracing::error!(%error, "a link that was asked for could not be sent");
                }
            }
        });
        Self(sender)
    }

    /// Queues a token, whatever it is.
    pub(crate) fn ask(&self, token: String) {
        if self.0.try_send(token).is_err() {
            tracing::warn!("too many people ask for a link at once: a request was dropped");
        }
    }
}

async fn resend(
    issuer: &LinkIssuer,
    live: &dyn LiveVisits,
    token: &str,
) -> Result<(), LinkIssueError> {
    let Ok(link) = issuer.keys.verify(token) else {
        return Ok(());
    };
    let Some(view) = issuer.store.look(link.hash).await? else {
        return Ok(());
    };
    let (visit, seat) = (view.visit.id, view.seat);
    if view.withdrawn && live.connected(visit).await.contains(&seat) {
        return Ok(());
    }
    let now_ms = unix_now_ms();
    let cause = IssueCause::Visitor {
        since_ms: now_ms.saturating_sub(PAUSE_MS),
    };
    match issuer
        .issue(visit, seat, cause, now_ms, &mut OsRng.unwrap_err())
        .await
    {
        Ok(issued) => {
            live.link_reissued(visit, seat, issued.generation).await;
            tracing::info!(%visit, %seat, "a visitor asked for a new link");
            Ok(())
        }
        Err(LinkIssueError::Issue(
            IssueError::NotJoinable | IssueError::NotOpen | IssueError::TooSoon,
        )) => Ok(()),
        Err(error) => Err(error),
    }
}
