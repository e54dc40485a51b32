//! Letters to addresses that anybody may name, without telling whether they are known.
//!
//! The endpoint answers before anything is looked at: it puts the address into a short queue, and one task
//! works through the queue behind it. So the answer and its time are the same for an address that has an
//! account, one that has none, and one that was written to a moment ago. How often an account is written to
//! the store sees to.

use booking_domain::{
    StoreError,
    accounts::{Accounts, EmailProof},
};
use booking_store::Store;
use grant::Secret;
use rand::{TryRngCore, rngs::OsRng};
use telemetry::clock::unix_now_ms;
use tokio::sync::mpsc::{self, Sender};

/// Requests that wait. Beyond these, further ones are dropped and told in the log.
const QUEUE: usize = 256;

/// The requests for letters.
pub(crate) struct AccountLetters(Sender<Request>);

/// What somebody asks for. Who has forgotten the password of an account that was never proved is written the
/// letter that proves it.
struct Request {
    email_key: String,
    reset: bool,
}

impl AccountLetters {
    /// Starts the task that works on them. It ends when this is dropped.
    pub(crate) fn start(store: Store) -> Self {
        let (sender, mut receiver) = mpsc::channel::<Request>(QUEUE);
        tokio::spawn(async move {
            while let Some(request) = receiver.recv().await {
                if let Err(error) = write(&store, &request).await {
                    tracing::error!(%error, "a letter that was asked for could not be queued");
                }
            }
        });
        Self(sender)
    }

    /// Asks for another letter that proves an address.
    pub(crate) fn ask_verification(&self, email_key: String) {
        self.ask(Request {
            email_key,
            reset: false,
        });
    }

    /// Asks for a letter with which a new password can be set.
    pub(crate) fn ask_reset(&self, email_key: String) {
        self.ask(Request {
            email_key,
            reset: true,
        });
    }

    fn ask(&self, request: Request) {
        if self.0.try_send(request).is_err() {
            tracing::warn!("too many people ask for letters at once: a request was dropped");
        }
    }
}

async fn write(store: &Store, request: &Request) -> Result<(), StoreError> {
    let verify = email_proof(EmailProof::VERIFY_MS);
    let verified = store.renew_verification(&request.email_key, verify).await?;
    if request.reset && !verified {
        let reset = email_proof(EmailProof::RESET_MS);
        store.offer_reset(&request.email_key, reset).await?;
    }
    Ok(())
}

/// A new token that counts for so long from now on.
pub(crate) fn email_proof(for_ms: u64) -> EmailProof {
    let at_ms = unix_now_ms();
    EmailProof {
        token: Secret::generate(&mut OsRng.unwrap_err()),
        at_ms,
        expires_at_ms: at_ms.saturating_add(for_ms),
    }
}
