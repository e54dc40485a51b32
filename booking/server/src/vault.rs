//! What is sealed at rest: national ids, dates of birth, second factors, the keys of documents.
//!
//! A sealed value is `1 | key id | nonce (12) | ciphertext and tag`, by AES-256-GCM (NIST SP 800-38D) under
//! a key that HKDF-SHA-256 (RFC 5869) makes from the vault's key of that id and the context. The context
//! says what the value is and whose, such as `national_id 018f…`, and is authenticated with it, so that a
//! value that is put into another row does not open.
//!
//! Keys rotate: new values are sealed with the current one, old ones open with theirs until they
//! are sealed anew ([`crate::reseal`]). A blind index (HMAC-SHA-256) finds a value without opening
//! any; its key stays, as it would have to be computed anew for every row.

use std::{collections::BTreeMap, fmt, sync::Arc};

use booking_store::KeyCheck;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
    hmac,
    rand::{SecureRandom, SystemRandom},
};

const VERSION: u8 = 1;
const HEADER_BYTES: usize = 2 + NONCE_LEN;
/// What the codes are for by which keys are known again.
const CHECK_CONTEXT: &str = "key check";

/// The keys of the vault. Clones share them.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    current: u8,
    sealing: BTreeMap<u8, [u8; 32]>,
    index: hmac::Key,
    random: SystemRandom,
}

/// The keys do not make a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the vault has no key {0}, which is to be the current one")]
pub struct VaultError(u8);

impl Vault {
    /// A vault that seals with the key `current` of `sealing` and opens with any of them.
    pub fn new(
        current: u8,
        sealing: impl IntoIterator<Item = (u8, [u8; 32])>,
        index: [u8; 32],
    ) -> Result<Self, VaultError> {
        let sealing: BTreeMap<u8, [u8; 32]> = sealing.into_iter().collect();
        if !sealing.contains_key(&current) {
            return Err(VaultError(current));
        }
        Ok(Self(Arc::new(Keys {
            current,
            sealing,
            index: hmac::Key::new(hmac::HMAC_SHA256, &index),
            random: SystemRandom::new(),
        })))
    }

    /// Seals a value for a context.
    ///
    /// # Panics
    /// Where the system has no randomness: then nothing can be kept safely.
    #[must_use]
    pub fn seal(&self, context: &str, value: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        self.0
            .random
            .fill(&mut nonce)
            .expect("the system has randomness");
        let mut sealed = vec![VERSION, self.0.current];
        sealed.extend(nonce);
        sealed.extend(value);
        let (_, body) = sealed.split_at_mut(HEADER_BYTES);
        let tag = key(&self.0.sealing[&self.0.current], context)
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                body,
            )
            .expect("a value is shorter than 64 GiB");
        sealed.extend(tag.as_ref());
        sealed
    }

    /// The value that was sealed for the same context; `None` where it was not, or its key is gone.
    #[must_use]
    pub fn open(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (header, body) = sealed.split_at_checked(HEADER_BYTES)?;
        let [VERSION, id, nonce @ ..] = header else {
            return None;
        };
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut body = body.to_vec();
        let opened = key(self.0.sealing.get(id)?, context)
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut body)
            .ok()?
            .len();
        body.truncate(opened);
        Some(body)
    }

    /// The text that was sealed for the same context.
    #[must_use]
    pub fn open_text(&self, context: &str, sealed: &[u8]) -> Option<String> {
        String::from_utf8(self.open(context, sealed)?).ok()
    }

    /// Whether a value is sealed with the current key.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.get(..2) == Some(&[VERSION, self.0.current])
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn current_key(&self) -> u8 {
        self.0.current
    }

    /// By what each key is known again in a store. Nothing of the keys can be told from it.
    #[must_use]
    pub fn key_checks(&self) -> Vec<KeyCheck> {
        let index = KeyCheck {
            name: "index".to_owned(),
            code: self.mac(CHECK_CONTEXT, b""),
        };
        let sealing = self.0.sealing.iter().map(|(id, key)| KeyCheck {
            name: sealing_key_name(*id),
            code: check_code(key),
        });
        std::iter::once(index).chain(sealing).collect()
    }

    /// The names, in [`Self::key_checks`], of the keys that do not seal any more.
    #[must_use]
    pub fn older_keys(&self) -> Vec<String> {
        let ids = self.0.sealing.keys();
        let older = ids.filter(|id| **id != self.0.current);
        older.map(|id| sealing_key_name(*id)).collect()
    }

    /// What stands for a text where it is looked for, without telling it.
    #[must_use]
    pub fn blind_index(&self, context: &str, text: &str) -> [u8; 32] {
        self.mac(context, text.as_bytes())
    }

    /// A code that only the holder of the vault can make (HMAC-SHA-256, RFC 2104).
    #[must_use]
    pub fn mac(&self, context: &str, bytes: &[u8]) -> [u8; 32] {
        let mut mac = hmac::Context::with_key(&self.0.index);
        mac.update(
            &u64::try_from(context.len())
                .unwrap_or(u64::MAX)
                .to_be_bytes(),
        );
        mac.update(context.as_bytes());
        mac.update(bytes);
        let mut code = [0; 32];
        code.copy_from_slice(mac.sign().as_ref());
        code
    }
}

fn sealing_key_name(id: u8) -> String {
    format!("vault {id}")
}

fn check_code(master: &[u8; 32]) -> [u8; 32] {
    let mut code = [0; 32];
    salt()
        .extract(master)
        .expand(&[CHECK_CONTEXT.as_bytes()], HKDF_SHA256)
        .and_then(|derived| derived.fill(&mut code))
        .expect("one code is not too much to derive");
    code
}

fn salt() -> Salt {
    Salt::new(HKDF_SHA256, b"openvisit vault")
}

fn key(master: &[u8; 32], context: &str) -> LessSafeKey {
    let info = [context.as_bytes()];
    let derived = salt().extract(master);
    let key = derived
        .expand(&info, &AES_256_GCM)
        .expect("one key is not too much to derive");
    LessSafeKey::new(UnboundKey::from(key))
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("current", &self.0.current)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(current: u8) -> Vault {
        Vault::new(current, [(0, [1; 32]), (1, [2; 32])], [3; 32]).unwrap()
    }

    #[test]
    fn a_value_opens_in_its_context_only_and_only_unchanged() {
        let vault = vault(0);
        let sealed = vault.seal("national_id 1", b"A123456789");
        assert_eq!(
            vault.open_text("national_id 1", &sealed).as_deref(),
            Some("A123456789")
        );
        assert_eq!(vault.open("national_id 2", &sealed), None);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(vault.open("national_id 1", &changed), None, "{place}");
            assert_eq!(vault.open("national_id 1", &sealed[..place]), None);
        }
    }

    #[test]
    fn after_a_rotation_old_values_open_and_are_known_as_old() {
        let old = vault(0).seal("x", b"value");
        let rotated = vault(1);
        assert_eq!(rotated.open("x", &old).unwrap(), b"value");
        assert!(!rotated.is_current(&old));
        assert!(rotated.is_current(&rotated.seal("x", b"value")));
        let without = Vault::new(1, [(1, [2; 32])], [3; 32]).unwrap();
        assert_eq!(without.open("x", &old), None);
        assert_eq!(
            Vault::new(7, [(1, [2; 32])], [3; 32]).unwrap_err(),
            VaultError(7)
        );
    }

    #[test]
    fn keys_are_known_again_and_told_apart_by_their_codes() {
        let checks = vault(1).key_checks();
        let names: Vec<_> = checks.iter().map(|check| check.name.as_str()).collect();
        assert_eq!(names, ["index", "vault 0", "vault 1"]);
        assert_eq!(
            vault(0).key_checks(),
            checks,
            "whichever is the current one"
        );
        assert_eq!(vault(1).older_keys(), ["vault 0"]);
        let other = Vault::new(0, [(0, [1; 32]), (1, [9; 32])], [4; 32]).unwrap();
        let other = other.key_checks();
        let same = |number: usize| checks[number] == other[number];
        assert_eq!([same(0), same(1), same(2)], [false, true, false]);
        let codes: std::collections::BTreeSet<_> = checks.iter().map(|check| check.code).collect();
        assert_eq!(codes.len(), 3);
    }

    #[test]
    fn an_index_is_the_same_for_the_same_text_in_the_same_context() {
        let index = |context, text| vault(0).blind_index(context, text);
        assert_eq!(index("a", "b"), vault(1).blind_index("a", "b"));
        assert_ne!(index("a", "b"), index("a", "c"));
        assert_ne!(index("a", "b"), index("ab", ""));
    }
}
