//! One hash after another, on the thread that asks.

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::SaltString,
};
use secrecy::{ExposeSecret, SecretString};

use super::{PasswordPoolError, failed};

pub(super) const SALT_BYTES: usize = 16;

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

/// Computes hashes of one cost.
pub(super) struct Hasher {
    argon2: Argon2<'static>,
    /// A hash that no password has, of the same cost as any other.
    nobody: String,
}

impl Hasher {
    pub(super) fn new(PasswordCost(params): PasswordCost) -> Self {
        Self {
            nobody: nobodys_hash(&params),
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
        }
    }

    pub(super) fn hash(
        &self,
        password: &SecretString,
        salt: [u8; SALT_BYTES],
    ) -> Result<String, PasswordPoolError> {
        let salt = SaltString::encode_b64(&salt).map_err(failed)?;
        self.argon2
            .hash_password(password.expose_secret().as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(failed)
    }

    /// Whether a password has this hash. What is no hash costs the same and is never a password's.
    pub(super) fn matches(&self, password: &SecretString, hash: &str) -> bool {
        let known = PasswordHash::new(hash);
        let known = known.as_ref().ok().filter(|known| known.hash.is_some());
        match known {
            Some(known) => self.verify(password, known),
            None => {
                self.match_nobody(password);
                false
            }
        }
    }

    /// Does what [`Self::matches`] does, for somebody who has no password here.
    pub(super) fn match_nobody(&self, password: &SecretString) {
        if let Ok(nobody) = PasswordHash::new(&self.nobody) {
            std::hint::black_box(self.verify(password, &nobody));
        }
    }

    fn verify(&self, password: &SecretString, hash: &PasswordHash<'_>) -> bool {
        self.argon2
            .verify_password(password.expose_secret().as_bytes(), hash)
            .is_ok()
    }
}

/// A hash that nobody knows a password for.
fn nobodys_hash(params: &Params) -> String {
    let (memory, passes) = (params.m_cost(), params.t_cost());
    let (salt, output) = ("A".repeat(22), "A".repeat(43));
    format!("$argon2id$v=19$m={memory},t={passes},p=1${salt}${output}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_outside_the_bounds_of_argon2_is_none() {
        assert_eq!(PasswordCost::new(0, 1), None);
        assert_eq!(PasswordCost::new(64, 0), None);
    }

    #[test]
    fn nobodys_hash_is_one() {
        let hasher = Hasher::new(PasswordCost::default());
        assert!(PasswordHash::new(&hasher.nobody).unwrap().hash.is_some());
    }
}
