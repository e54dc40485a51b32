//! The secret of a paired terminal or of an officer's session.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngCore;

use crate::SecretHash;

/// 256 random bits, written as 43 base64url characters.
///
/// So much entropy needs no salt and no slow hash: a store looks it up by [`SecretHash`].
#[derive(Clone)]
pub struct Secret(String);

/// A text that is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a secret: 43 base64url characters are expected")]
pub struct SecretError;

impl Secret {
    /// A new secret.
    pub fn generate(rng: &mut impl RngCore) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads 43 base64url characters (RFC 4648 section 5, no padding).
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(length) if length == bytes.len() => Ok(Self(text.to_owned())),
            _ => Err(SecretError),
        }
    }

    /// The secret itself, for the one who holds it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What a store keeps of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.0.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn a_secret_is_43_characters_and_survives_text() {
        let secret = Secret::generate(&mut StdRng::seed_from_u64(1));
        assert_eq!(secret.reveal().len(), 43);
        assert_eq!(
            Secret::parse(secret.reveal()).unwrap().hash(),
            secret.hash()
        );
    }

    #[test]
    fn a_shortened_secret_is_refused() {
        let secret = Secret::generate(&mut StdRng::seed_from_u64(1));
        assert_eq!(
            Secret::parse(&secret.reveal()[..42]).unwrap_err(),
            SecretError
        );
    }

    #[test]
    fn debug_does_not_tell_a_secret() {
        let secret = Secret::generate(&mut StdRng::seed_from_u64(1));
        let shown = format!("{secret:?} {:?}", secret.hash());
        assert!(!shown.contains(secret.reveal()));
        assert!(shown.starts_with("Secret(..) SecretHash("));
    }
}
