//! How a device shows that it is the same one.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::DeviceHash;

/// 128 random bits that a browser makes and keeps, so that it may ask again when an answer was lost.
#[derive(Clone)]
pub struct DeviceKey([u8; 16]);

/// A text that is no device key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a device key: 22 base64url characters are expected")]
pub struct DeviceKeyError;

impl DeviceKey {
    /// Reads 22 base64url characters (RFC 4648 section 5, no padding).
    pub fn parse(text: &str) -> Result<Self, DeviceKeyError> {
        let mut key = [0; 16];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut key) {
            Ok(length) if length == key.len() => Ok(Self(key)),
            _ => Err(DeviceKeyError),
        }
    }

    /// What a store and a grant keep of it.
    #[must_use]
    pub fn hash(&self) -> DeviceHash {
        DeviceHash::of(&self.0)
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(..)")
    }
}

/// 43 base64url characters, as in a grant.
impl Serialize for DeviceHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.as_bytes()))
    }
}

impl<'de> Deserialize<'de> for DeviceHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut hash = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut hash) {
            Ok(length) if length == hash.len() => Ok(Self::from_bytes(hash)),
            _ => Err(D::Error::custom("not a device hash")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_key_always_has_the_same_hash_and_another_key_another() {
        let key = DeviceKey::parse("AAECAwQFBgcICQoLDA0ODw").unwrap();
        let again = DeviceKey::parse("AAECAwQFBgcICQoLDA0ODw").unwrap();
        let other = DeviceKey::parse("AQECAwQFBgcICQoLDA0ODw").unwrap();
        assert_eq!(key.hash(), again.hash());
        assert_ne!(key.hash(), other.hash());
        // SHA-256 of the bytes 00 to 0f.
        assert_eq!(format!("{:?}", key.hash()), "DeviceHash(be45cb26…)");
    }

    #[test]
    fn a_key_of_another_length_or_alphabet_is_refused() {
        for text in [
            "",
            "AAECAwQFBgcICQoLDA0OD",
            "AAECAwQFBgcICQoLDA0ODwA",
            "AAECAwQFBgcICQoLDA0O+w",
        ] {
            assert_eq!(
                DeviceKey::parse(text).unwrap_err(),
                DeviceKeyError,
                "{text}"
            );
        }
        // The last character carries four bits that must be zero, or one key had sixteen spellings.
        assert_eq!(
            DeviceKey::parse("AAECAwQFBgcICQoLDA0ODx").unwrap_err(),
            DeviceKeyError
        );
    }

    #[test]
    fn a_hash_survives_json() {
        let hash = DeviceKey::parse("AAECAwQFBgcICQoLDA0ODw").unwrap().hash();
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json.len(), 43 + 2);
        assert_eq!(serde_json::from_str::<DeviceHash>(&json).unwrap(), hash);
        assert!(serde_json::from_str::<DeviceHash>("\"AAEC\"").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_key_or_an_error_and_never_a_panic(text in ".*") {
            let _ = DeviceKey::parse(&text);
        }
    }
}
