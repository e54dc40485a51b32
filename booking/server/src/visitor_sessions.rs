//! The sessions of visitors: one look into the store for all who ask in the same moment.
//!
//! That a session is used is noted beside the request and not before its answer, for all together every
//! [`NOTED_EVERY`]. What was not noted yet when the process ends is noted at the next request.

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use booking_domain::{
    StoreError,
    accounts::{Accounts, SessionRules},
};
use booking_store::Store;
use grant::SecretHash;
use ids::PersonId;
use telemetry::clock::unix_now_ms;
use tokio::{sync::mpsc, time::sleep};

use crate::together::{Answers, Together};

/// How long uses are gathered.
const NOTED_EVERY: Duration = Duration::from_secs(5);
/// Uses that wait to be noted. Beyond these, one is noted at the session's next request.
const WAITING: usize = 16 * 1024;

/// The sessions of the store.
pub(crate) struct VisitorSessions(Together<Looks>);

struct Looks {
    store: Store,
    used: mpsc::Sender<SecretHash>,
}

#[async_trait]
impl Answers for Looks {
    type Question = SecretHash;
    type Answer = Option<PersonId>;

    async fn answer(&mut self, secrets: Vec<SecretHash>) -> Result<Vec<Self::Answer>, StoreError> {
        let (rules, now_ms) = (SessionRules::VISITOR, unix_now_ms());
        let sessions = self.store.sessions(&secrets, rules, now_ms).await?;
        let sessions = sessions.into_iter().zip(secrets);
        Ok(sessions
            .map(|(session, secret)| {
                if session.is_some_and(|session| session.note_due) {
                    let _ = self.used.try_send(secret);
                }
                session.map(|session| session.person)
            })
            .collect())
    }
}

impl VisitorSessions {
    /// Starts the tasks that look and note. They end when this is dropped.
    pub(crate) fn start(store: Store) -> Self {
        let (used, uses) = mpsc::channel(WAITING);
        tokio::spawn(note(store.clone(), uses));
        Self(Together::start(Looks { store, used }))
    }

    /// Whose session a secret is of, if it runs.
    pub(crate) async fn person(&self, secret: SecretHash) -> Result<Option<PersonId>, StoreError> {
        self.0.ask(secret).await
    }
}

async fn note(store: Store, mut uses: mpsc::Receiver<SecretHash>) {
    let mut used = Vec::new();
    while uses.recv_many(&mut used, WAITING).await > 0 {
        sleep(NOTED_EVERY).await;
        while let Ok(secret) = uses.try_recv() {
            used.push(secret);
        }
        let secrets: BTreeSet<SecretHash> = used.drain(..).collect();
        let secrets: Vec<SecretHash> = secrets.into_iter().collect();
        if let Err(error) = store.note_sessions(&secrets, unix_now_ms()).await {
            tracing::warn!(%error, "the use of sessions was not noted");
        }
    }
}
