//! Passwords, kept as argon2id hashes (RFC 9106) and computed by a bounded pool.
//!
//! One hash takes tens of megabytes and tens of milliseconds on purpose. So only few are computed at a time,
//! each on a thread that may block; others wait their turn, the first who came first. Beyond so many of them,
//! or where the last would wait too long for a page's patience, a request is refused and told when to come
//! back ([`Queue`]). Who goes away while waiting leaves the queue, and no hash is begun for them; one that was
//! begun keeps its place until it is done, so that the bound holds.
//!
//! Visitors and staff have pools of their own: however many visitors come, the service is looked after.
//!
//! A sign-in costs one computation, whether or not there is such an account: for nobody's password
//! [`Place::verify_nobody`] does the work of [`Place::verify`]. So the time of an answer tells nobody who has
//! an account.

mod hasher;
mod line;
mod queue;

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use booking_domain::StoreError;
use governor::Quota;
use rand::{TryRngCore, rngs::OsRng};
use secrecy::SecretString;
use tokio::sync::Semaphore;

pub use self::hasher::PasswordCost;
use self::{
    hasher::{Hasher, SALT_BYTES},
    queue::Queue,
};
use crate::{
    ProblemCode, address_limit::network, client_address::ClientAddress, keyed_limit::KeyedLimit,
    refusal::Refusal,
};

/// How many hashes of visitors are computed at once.
const AT_ONCE: u32 = 2;
/// How many wait for their turn: with two at a time, about 15 seconds.
const WAITING: usize = 512;
/// The same of staff.
const STAFF_AT_ONCE: u32 = 1;
const STAFF_WAITING: usize = 63;
/// A network that is sent away more often than that, at once and then in a minute, is a crowd.
const CROWD: NonZeroU32 = NonZeroU32::new(240).expect("it is not zero");
/// So long a place is kept for somebody whose password's hash is being read.
const READ_WITHIN: Duration = Duration::from_secs(5);
/// So many networks are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 20_000;

/// Computes hashes, few at a time. Clones share the pool.
#[derive(Clone)]
pub(crate) struct PasswordPool(Arc<Parts>);

struct Parts {
    hasher: Hasher,
    turns: Arc<Semaphore>,
    queue: Mutex<Queue>,
    sent_away: KeyedLimit<IpAddr>,
    #[cfg(test)]
    computed: std::sync::atomic::AtomicU64,
}

/// A place in the queue, which is given back when it is dropped.
pub(crate) struct Place {
    pool: PasswordPool,
    network: Option<IpAddr>,
}

/// Why a password was neither hashed nor verified.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordPoolError {
    /// Too many wait already.
    #[error("too many passwords wait to be verified")]
    Busy {
        /// In how long it is this one's turn.
        back_in: Duration,
    },
    /// The system has no randomness or no memory for it.
    #[error("a password could not be hashed: {0}")]
    Failed(String),
}

impl PasswordPool {
    /// A pool for visitors that computes hashes of this cost.
    pub(crate) fn for_visitors(cost: PasswordCost) -> Self {
        Self::new(cost, AT_ONCE, WAITING)
    }

    /// A pool for staff that computes hashes of this cost.
    pub(crate) fn for_staff(cost: PasswordCost) -> Self {
        Self::new(cost, STAFF_AT_ONCE, STAFF_WAITING)
    }

    fn new(cost: PasswordCost, at_once: u32, waiting: usize) -> Self {
        Self(Arc::new(Parts {
            hasher: Hasher::new(cost),
            turns: Arc::new(Semaphore::new(at_once as usize)),
            queue: Mutex::new(Queue::new(at_once, waiting)),
            sent_away: KeyedLimit::new(Quota::per_minute(CROWD), REMEMBERED),
            #[cfg(test)]
            computed: std::sync::atomic::AtomicU64::default(),
        }))
    }

    /// A place in the queue, or when to come back for one.
    pub(crate) fn place(
        &self,
        ClientAddress(client): ClientAddress,
    ) -> Result<Place, PasswordPoolError> {
        let network = client.map(network);
        let mut queue = self.queue();
        if queue.enter(network) {
            let pool = self.clone();
            return Ok(Place { pool, network });
        }
        let of_crowd = network.is_some_and(|network| !self.0.sent_away.admits(&network));
        let now = Instant::now();
        if queue.sends_nobody_away(now) {
            tracing::warn!("more people sign in than can be answered: they come back");
        }
        let back_in = queue.turn(of_crowd, now);
        Err(PasswordPoolError::Busy { back_in })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Computes one hash, and takes note of how long it took.
    fn compute<T>(&self, hash: impl FnOnce(&Hasher) -> T) -> T {
        let began = Instant::now();
        let result = hash(&self.0.hasher);
        self.queue().measured(began.elapsed());
        #[cfg(test)]
        self.0
            .computed
            .fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        result
    }
}

impl Place {
    /// Reads what a password is to be held against, so that who has no place costs the store nothing. Refuses
    /// with `unavailable` where that takes longer than [`READ_WITHIN`].
    pub(crate) async fn read<T>(
        &self,
        read: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, ProblemCode> {
        self.read_within(READ_WITHIN, read).await
    }

    async fn read_within<T>(
        &self,
        within: Duration,
        read: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, ProblemCode> {
        let Ok(read) = tokio::time::timeout(within, read).await else {
            tracing::error!("the store took too long to say what a password is held against");
            return Err(ProblemCode::Unavailable);
        };
        Ok(read?)
    }

    /// The hash of a password, in the PHC string format, with a salt of its own.
    pub(crate) async fn hash(self, password: SecretString) -> Result<String, PasswordPoolError> {
        let salt = salt()?;
        self.in_turn(move |pool| pool.compute(|hasher| hasher.hash(&password, salt)))
            .await?
    }

    /// Whether a password has this hash. What is no hash costs the same and is never a password's.
    pub(crate) async fn verify(
        self,
        password: SecretString,
        hash: &str,
    ) -> Result<bool, PasswordPoolError> {
        let hash = hash.to_owned();
        self.in_turn(move |pool| pool.compute(|hasher| hasher.matches(&password, &hash)))
            .await
    }

    /// Does what [`Self::verify`] does, for somebody who has no password here.
    pub(crate) async fn verify_nobody(
        self,
        password: SecretString,
    ) -> Result<(), PasswordPoolError> {
        self.in_turn(move |pool| pool.compute(|hasher| hasher.match_nobody(&password)))
            .await
    }

    /// The hash of a new password, in the same turn in which the current one is verified; none where it does
    /// not have this hash.
    pub(crate) async fn exchange(
        self,
        current: SecretString,
        hash: &str,
        new: SecretString,
    ) -> Result<Option<String>, PasswordPoolError> {
        let (hash, salt) = (hash.to_owned(), salt()?);
        self.in_turn(move |pool| {
            pool.compute(|hasher| hasher.matches(&current, &hash))
                .then(|| pool.compute(|hasher| hasher.hash(&new, salt)))
                .transpose()
        })
        .await?
    }

    async fn in_turn<T: Send + 'static>(
        self,
        work: impl FnOnce(&PasswordPool) -> T + Send + 'static,
    ) -> Result<T, PasswordPoolError> {
        let turns = self.pool.0.turns.clone();
        let turn = turns.acquire_owned().await.map_err(failed)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work(&self.pool);
            drop((self, turn));
            result
        });
        done.await.map_err(failed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.pool.queue().leave(self.network);
    }
}

fn salt() -> Result<[u8; SALT_BYTES], PasswordPoolError> {
    let mut salt = [0; SALT_BYTES];
    OsRng.try_fill_bytes(&mut salt).map_err(failed)?;
    Ok(salt)
}

fn failed(error: impl std::fmt::Display) -> PasswordPoolError {
    PasswordPoolError::Failed(error.to_string())
}

impl From<PasswordPoolError> for Refusal {
    fn from(error: PasswordPoolError) -> Self {
        match error {
            PasswordPoolError::Busy { back_in } => Self::Later(ProblemCode::ManyAtOnce, back_in),
            PasswordPoolError::Failed(_) => {
                tracing::error!(%error, "a password was not looked at");
                Self::Code(ProblemCode::Unavailable)
            }
        }
    }
}

#[cfg(test)]
impl PasswordPool {
    /// How many hashes have been computed.
    pub(crate) fn computed(&self) -> u64 {
        self.0.computed.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// How many have a place.
    pub(crate) fn taken(&self) -> usize {
        self.queue().taken()
    }

    /// Nobody has a turn as long as this is kept.
    pub(crate) async fn hold(&self) -> tokio::sync::OwnedSemaphorePermit {
        let turns = self.0.turns.clone();
        let all = u32::try_from(turns.available_permits()).unwrap();
        turns.acquire_many_owned(all).await.unwrap()
    }
}

#[cfg(test)]
mod tests;
