//! Passwords, kept as argon2id hashes (RFC 9106) and computed by a bounded pool.
//!
//! One hash takes tens of megabytes and tens of milliseconds on purpose. So at most [`AT_ONCE`] are computed
//! at a time, each on a thread that may block; others wait their turn, the first who came first. Beyond
//! [`WAITING`] of them, or where the last would wait too long for a page's patience, a request is refused and
//! told when to come back ([`Line`]). Who goes away while waiting leaves the queue, and no hash is begun for
//! them; one that was begun keeps its place until it is done, so that the bound holds.
//!
//! A sign-in costs one computation, whether or not there is such an account: for nobody's password
//! [`PasswordPool::verify_nobody`] does the work of [`PasswordPool::verify`]. So the time of an answer tells
//! nobody who has an account.

mod line;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::SaltString,
};
use rand::{TryRngCore, rngs::OsRng};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::line::Line;
use crate::{ProblemCode, refusal::Refusal};

/// How many hashes are computed at once.
const AT_ONCE: u32 = 2;
/// How many wait for their turn: with two at a time, about 15 seconds.
const WAITING: usize = 512;
/// Those who wait and those whose turn it is.
const PLACES: usize = AT_ONCE as usize + WAITING;
const SALT_BYTES: usize = 16;

/// What a hash costs (RFC 9106 section 3.1), within the bounds of argon2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordCost(Params);

impl PasswordCost {
    /// So much memory (KiB) and so many passes over it, in one lane. `None` outside the bounds of argon2.
    #[must_use]
    pub fn new(memory_kib: u32, passes: u32) -> Option<Self> {
        Params::new(memory_kib, passes, 1, None).ok().map(Self)
    }
}

/// The first choice for argon2id in OWASP's cheat sheet on storing passwords.
impl Default for PasswordCost {
    fn default() -> Self {
        Self::new(47_104, 1).expect("46 MiB and one pass are within the bounds")
    }
}

/// Computes hashes, few at a time. Clones share the pool.
#[derive(Clone)]
pub(crate) struct PasswordPool {
    argon2: Argon2<'static>,
    /// A hash that no password has, of the same cost as any other.
    nobody: Arc<str>,
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    line: Arc<Mutex<Line>>,
    computed: Arc<AtomicU64>,
}

/// A place in the queue, for one password.
pub(crate) struct Place {
    pool: PasswordPool,
    permit: OwnedSemaphorePermit,
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
    /// A pool that computes hashes of this cost.
    pub(crate) fn new(cost: PasswordCost) -> Self {
        let PasswordCost(params) = cost;
        Self {
            nobody: nobodys_hash(&params).into(),
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            turns: Arc::new(Semaphore::new(AT_ONCE as usize)),
            places: Arc::new(Semaphore::new(PLACES)),
            line: Arc::new(Mutex::new(Line::new())),
            computed: Arc::default(),
        }
    }

    /// A place in the queue, or when to come back for one.
    pub(crate) fn place(&self) -> Result<Place, PasswordPoolError> {
        let mut line = self.line();
        let ahead = PLACES - self.places.available_permits();
        let permit = self.places.clone().try_acquire_owned();
        match permit {
            Ok(permit) if line.is_short(ahead) => Ok(Place {
                pool: self.clone(),
                permit,
            }),
            _ => {
                let now = Instant::now();
                if line.is_empty(now) {
                    tracing::warn!("more people sign in than can be answered: they come back");
                }
                let back_in = line.turn(ahead, now);
                Err(PasswordPoolError::Busy { back_in })
            }
        }
    }

    /// The hash of a password, in the PHC string format, with a salt of its own.
    pub(crate) async fn hash(&self, password: SecretString) -> Result<String, PasswordPoolError> {
        let mut salt = [0; SALT_BYTES];
        OsRng.try_fill_bytes(&mut salt).map_err(failed)?;
        let argon2 = self.argon2.clone();
        let hashed = self
            .place()?
            .compute(move || hash(&argon2, &password, salt));
        hashed.await?
    }

    /// What [`Place::verify`] does, with a place of its own.
    pub(crate) async fn verify(
        &self,
        password: SecretString,
        hash: &str,
    ) -> Result<bool, PasswordPoolError> {
        self.place()?.verify(password, hash).await
    }

    /// What [`Place::verify_nobody`] does, with a place of its own.
    pub(crate) async fn verify_nobody(
        &self,
        password: SecretString,
    ) -> Result<(), PasswordPoolError> {
        self.place()?.verify_nobody(password).await
    }

    /// How many hashes have been computed.
    #[cfg(test)]
    pub(crate) fn computed(&self) -> u64 {
        self.computed.load(Ordering::SeqCst)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Whether a password has this hash. What is no hash costs the same and is never a password's.
    pub(crate) async fn verify(
        self,
        password: SecretString,
        hash: &str,
    ) -> Result<bool, PasswordPoolError> {
        let argon2 = self.pool.argon2.clone();
        let (hash, nobody) = (hash.to_owned(), self.pool.nobody.clone());
        self.compute(move || {
            let known = PasswordHash::new(&hash);
            let known = known.as_ref().ok().filter(|known| known.hash.is_some());
            match known {
                Some(known) => matches(&argon2, &password, known),
                None => {
                    verify_nobody(&argon2, &password, &nobody);
                    false
                }
            }
        })
        .await
    }

    /// Does what [`Self::verify`] does, for somebody who has no password here.
    pub(crate) async fn verify_nobody(
        self,
        password: SecretString,
    ) -> Result<(), PasswordPoolError> {
        let (argon2, nobody) = (self.pool.argon2.clone(), self.pool.nobody.clone());
        self.compute(move || verify_nobody(&argon2, &password, &nobody))
            .await
    }

    async fn compute<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordPoolError> {
        let Self { pool, permit } = self;
        let turn = pool.turns.clone().acquire_owned().await.map_err(failed)?;
        pool.computed.fetch_add(1, Ordering::SeqCst);
        let done = tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            let result = work();
            pool.line().measured(began.elapsed());
            drop((permit, turn));
            result
        });
        done.await.map_err(failed)
    }
}

/// A hash that nobody knows a password for.
fn nobodys_hash(params: &Params) -> String {
    let (memory, passes) = (params.m_cost(), params.t_cost());
    let (salt, output) = ("A".repeat(22), "A".repeat(43));
    format!("$argon2id$v=19$m={memory},t={passes},p=1${salt}${output}")
}

fn hash(
    argon2: &Argon2<'_>,
    password: &SecretString,
    salt: [u8; SALT_BYTES],
) -> Result<String, PasswordPoolError> {
    let salt = SaltString::encode_b64(&salt).map_err(failed)?;
    argon2
        .hash_password(password.expose_secret().as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(failed)
}

fn matches(argon2: &Argon2<'_>, password: &SecretString, hash: &PasswordHash<'_>) -> bool {
    argon2
        .verify_password(password.expose_secret().as_bytes(), hash)
        .is_ok()
}

fn verify_nobody(argon2: &Argon2<'_>, password: &SecretString, nobody: &str) {
    if let Ok(nobody) = PasswordHash::new(nobody) {
        std::hint::black_box(matches(argon2, password, &nobody));
    }
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
mod tests {
    use super::*;

    /// Some hundred times less than in use.
    fn cheap() -> PasswordPool {
        PasswordPool::new(PasswordCost::new(64, 1).unwrap())
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[tokio::test]
    async fn a_password_has_its_own_hash_and_no_other() {
        let pool = cheap();
        let hash = pool.hash(secret("正確的密碼 0001")).await.unwrap();
        assert!(pool.verify(secret("正確的密碼 0001"), &hash).await.unwrap());
        assert!(!pool.verify(secret("正確的密碼 0002"), &hash).await.unwrap());
        let again = pool.hash(secret("正確的密碼 0001")).await.unwrap();
        assert_ne!(hash, again);
    }

    #[tokio::test]
    async fn a_hash_tells_its_cost_in_the_phc_format() {
        let pool = PasswordPool::new(PasswordCost::default());
        let hash = pool.hash(secret("a")).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"),
            "{hash}"
        );
    }

    #[tokio::test]
    async fn nobodys_password_costs_as_much_as_somebodys() {
        let pool = cheap();
        let hash = pool.hash(secret("a")).await.unwrap();
        let computed = pool.computed();
        pool.verify(secret("b"), &hash).await.unwrap();
        assert_eq!(pool.computed(), computed + 1);
        pool.verify_nobody(secret("b")).await.unwrap();
        assert_eq!(pool.computed(), computed + 2);
        assert!(PasswordHash::new(&pool.nobody).unwrap().hash.is_some());
        for none in [
            "",
            "x",
            "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(!pool.verify(secret(""), none).await.unwrap(), "{none}");
        }
        assert_eq!(pool.computed(), computed + 5);
    }

    #[tokio::test]
    async fn who_comes_when_the_queue_is_full_is_refused_and_the_others_are_served() {
        let pool = cheap();
        let turns = pool.turns.clone().acquire_many_owned(2).await.unwrap();
        let waiting: Vec<_> = (0..PLACES)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.verify_nobody(secret("a")).await })
            })
            .collect();
        while pool.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = pool.verify_nobody(secret("a")).await;
        let Err(PasswordPoolError::Busy { back_in }) = refused else {
            panic!("{refused:?}");
        };
        assert!(back_in > Duration::from_secs(10), "{back_in:?}");
        assert_eq!(pool.computed(), 0);
        drop(turns);
        for waits in waiting {
            waits.await.unwrap().unwrap();
        }
        pool.verify_nobody(secret("a")).await.unwrap();
    }

    #[tokio::test]
    async fn no_hash_is_begun_for_whoever_has_gone_and_the_others_go_on_in_the_order_they_came() {
        let pool = cheap();
        let mut turns = pool.turns.clone().acquire_many_owned(2).await.unwrap();
        let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
        let mut waiting = Vec::new();
        for number in 0..3 {
            let (pool, done) = (pool.clone(), done.clone());
            waiting.push(tokio::spawn(async move {
                let place = pool.place().unwrap();
                let work = place.compute(move || done.send(number));
                work.await.unwrap().unwrap();
            }));
            tokio::task::yield_now().await;
        }
        waiting[1].abort();
        while !waiting[1].is_finished() {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.places.available_permits(), PLACES - 2);
        // One turn only, so that they finish one after the other.
        let one = turns.split(1);
        drop(one);
        assert_eq!((order.recv().await, order.recv().await), (Some(0), Some(2)));
        assert_eq!(pool.computed(), 2);
    }

    #[test]
    fn a_cost_outside_the_bounds_of_argon2_is_none() {
        assert_eq!(PasswordCost::new(0, 1), None);
        assert_eq!(PasswordCost::new(64, 0), None);
    }
}
