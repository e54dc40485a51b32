//! The store is asked to give a visit the time back that it lost, beside the call.

use std::{sync::Arc, time::Duration};

use ids::VisitId;
use tokio::time::timeout;

use crate::{room::Command, shared::Shared};

/// How long the store may take. The room asks again nearer the end.
const ANSWER: Duration = Duration::from_secs(5);

/// Asks, and tells the visit's room the answer.
pub(crate) fn ask(shared: &Arc<Shared>, visit: VisitId, lost: Duration) {
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        let lost_ms = u64::try_from(lost.as_millis()).unwrap_or(u64::MAX);
        let now_ms = shared.now().unix_ms;
        let asked = shared.visits.give_time_back(visit, lost_ms, now_ms);
        match timeout(ANSWER, asked).await {
            Ok(Ok(ends_at_ms)) => {
                if let Some(room) = shared.registry.get(visit) {
                    room.tell(Command::GivenBack { ends_at_ms }).await;
                }
            }
            Ok(Err(error)) => tracing::warn!(%visit, %error, "no time can be given back"),
            Err(_) => {
                tracing::warn!(%visit, "no time can be given back: the store does not answer");
            }
        }
    });
}
