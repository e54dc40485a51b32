//! How a phone shows whose it is, that is tried before a visit without signing in.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngCore;

use crate::TestKeyHash;

/// 128 random bits, written as 22 base64url characters: short enough for a text message.
///
/// It opens tests of a phone and nothing else, until the visit that it was made for is over.
#[derive(Clone)]
pub struct TestKey([u8; 16]);

/// A text that is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a test key: 22 base64url characters are expected")]
pub struct TestKeyError;

impl TestKey {
    /// A new key.
    pub fn generate(rng: &mut impl RngCore) -> Self {
        let mut key = [0; 16];
        rng.fill_bytes(&mut key);
        Self(key)
    }

    /// Reads 22 base64url characters (RFC 4648 section 5, no padding).
    pub fn parse(text: &str) -> Result<Self, TestKeyError> {
        let mut key = [0; 16];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut key) {
            Ok(length) if length == key.len() => Ok(Self(key)),
            _ => Err(TestKeyError),
        }
    }

    /// The key itself, for the one who holds it.
    #[must_use]
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What a store keeps of it.
    #[must_use]
    pub fn hash(&self) -> TestKeyHash {
        TestKeyHash::of(&self.0)
    }
}

impl fmt::Debug for TestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn a_key_is_22_characters_and_survives_text_and_hides_itself() {
        let key = TestKey::generate(&mut StdRng::seed_from_u64(1));
        let text = key.reveal();
        assert_eq!(text.len(), 22);
        assert_eq!(TestKey::parse(&text).unwrap().hash(), key.hash());
        let other = TestKey::generate(&mut StdRng::seed_from_u64(2));
        assert_ne!(other.hash(), key.hash());
        assert_eq!(format!("{key:?}"), "TestKey(..)");
    }

    proptest! {
        #[test]
        fn any_text_is_a_key_or_an_error_and_one_key_has_one_spelling(text in ".*|[A-Za-z0-9_-]{22}") {
            if let Ok(key) = TestKey::parse(&text) {
                prop_assert_eq!(key.reveal(), text);
            }
        }
    }
}
