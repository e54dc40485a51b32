//! Passwords, kept as argon2id hashes (RFC 9106) and computed by a bounded pool.
//!
//! One hash takes tens of megabytes and tens of milliseconds on purpose. So at most [`AT_ONCE`] are computed
//! at a time, each on a thread that may block; others wait their turn, and beyond [`WAITING`] of them a
//! request is refused rather than everybody's made to wait longer. Who goes away while waiting leaves the
//! queue; a hash that was begun keeps its place until it is done, so that the bound holds.
//!
//! A sign-in costs one computation, whether or not there is such an account: for nobody's password
//! [`PasswordPool::verify_nobody`] does the work of [`PasswordPool::verify`]. So the time of an answer tells
//! nobody who has an account.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::SaltString,
};
use rand::{TryRngCore, rngs::OsRng};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many hashes are computed at once.
const AT_ONCE: usize = 2;
/// How many wait for their turn: with two at a time, about 15 seconds.
const WAITING: usize = 512;
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
    computed: Arc<AtomicU64>,
}

/// Why a password was neither hashed nor verified.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordPoolError {
    /// Too many wait already. Trying again later may help.
    #[error("too many passwords wait to be verified")]
    Busy,
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
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            computed: Arc::default(),
        }
    }

    /// The hash of a password, in the PHC string format, with a salt of its own.
    pub(crate) async fn hash(&self, password: SecretString) -> Result<String, PasswordPoolError> {
        let mut salt = [0; SALT_BYTES];
        OsRng.try_fill_bytes(&mut salt).map_err(failed)?;
        let argon2 = self.argon2.clone();
        self.compute(move || hash(&argon2, &password, salt)).await?
    }

    /// Whether a password has this hash. What is no hash costs the same and is never a password's.
    pub(crate) async fn verify(
        &self,
        password: SecretString,
        hash: &str,
    ) -> Result<bool, PasswordPoolError> {
        let argon2 = self.argon2.clone();
        let (hash, nobody) = (hash.to_owned(), self.nobody.clone());
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
        &self,
        password: SecretString,
    ) -> Result<(), PasswordPoolError> {
        let (argon2, nobody) = (self.argon2.clone(), self.nobody.clone());
        self.compute(move || verify_nobody(&argon2, &password, &nobody))
            .await
    }

    /// How many hashes have been computed.
    #[cfg(test)]
    pub(crate) fn computed(&self) -> u64 {
        self.computed.load(Ordering::SeqCst)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordPoolError> {
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| PasswordPoolError::Busy)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(failed)?;
        self.computed.fetch_add(1, Ordering::SeqCst);
        let kept: [OwnedSemaphorePermit; 2] = [place, turn];
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(kept);
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

impl From<PasswordPoolError> for crate::ProblemCode {
    fn from(error: PasswordPoolError) -> Self {
        tracing::error!(%error, "a password was not looked at");
        Self::Unavailable
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
        let waiting: Vec<_> = (0..AT_ONCE + WAITING)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.verify_nobody(secret("a")).await })
            })
            .collect();
        while pool.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = pool.verify_nobody(secret("a")).await;
        assert!(matches!(refused, Err(PasswordPoolError::Busy)));
        assert_eq!(pool.computed(), 0);
        drop(turns);
        for waits in waiting {
            waits.await.unwrap().unwrap();
        }
        pool.verify_nobody(secret("a")).await.unwrap();
    }

    #[test]
    fn a_cost_outside_the_bounds_of_argon2_is_none() {
        assert_eq!(PasswordCost::new(0, 1), None);
        assert_eq!(PasswordCost::new(64, 0), None);
    }
}
