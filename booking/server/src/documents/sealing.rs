//! Sealing a document with a key of its own.
//!
//! A sealed document is `1 | ciphertext and tag`, by AES-256-GCM (NIST SP 800-38D) under a key that is drawn
//! for it and never used again, so that the nonce is zero. The vault seals the key for the document's id: when
//! the vault's keys rotate, no file is written, and when the key is deleted, the file says nothing.

use ids::DocumentId;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};

use crate::Vault;

const VERSION: u8 = 1;

/// A sealed document, and its key, sealed too.
pub(super) struct Sealed {
    pub(super) key: Vec<u8>,
    pub(super) bytes: Vec<u8>,
}

/// Seals a document.
///
/// # Panics
/// Where the system has no randomness: then nothing can be kept safely.
pub(super) fn seal(vault: &Vault, document: DocumentId, bytes: &[u8]) -> Sealed {
    let mut secret = [0; 32];
    SystemRandom::new()
        .fill(&mut secret)
        .expect("the system has randomness");
    let mut sealed = Vec::with_capacity(1 + bytes.len() + AES_256_GCM.tag_len());
    sealed.push(VERSION);
    sealed.extend(bytes);
    let tag = key(&secret)
        .seal_in_place_separate_tag(nonce(), authenticated(document), &mut sealed[1..])
        .expect("a document is shorter than 64 GiB");
    sealed.extend(tag.as_ref());
    Sealed {
        key: vault.seal(&context(document), &secret),
        bytes: sealed,
    }
}

/// The document, if its key opens and nothing was changed.
pub(super) fn open(
    vault: &Vault,
    document: DocumentId,
    sealed_key: &[u8],
    mut sealed: Vec<u8>,
) -> Option<Vec<u8>> {
    let secret = vault.open(&context(document), sealed_key)?;
    let secret = secret.try_into().ok()?;
    let (version, body) = sealed.split_first_mut()?;
    if *version != VERSION {
        return None;
    }
    let length = key(&secret)
        .open_in_place(nonce(), authenticated(document), body)
        .ok()?
        .len();
    sealed.truncate(1 + length);
    sealed.remove(0);
    Some(sealed)
}

fn key(secret: &[u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&AES_256_GCM, secret).expect("32 bytes are a key of AES-256");
    LessSafeKey::new(key)
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn authenticated(document: DocumentId) -> Aad<[u8; 16]> {
    Aad::from(document.as_uuid().into_bytes())
}

/// What a document's key is sealed for.
pub(crate) fn context(document: DocumentId) -> String {
    format!("document {document}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::vault;

    fn document(last: u8) -> DocumentId {
        let id = format!("01935f00-0000-7000-8000-0000000000{last:02x}");
        id.parse().unwrap()
    }

    #[test]
    fn a_document_opens_with_its_own_key_and_only_unchanged() {
        let content = b"identity card".as_slice();
        let sealed = seal(&vault(), document(1), content);
        let open = |document, bytes: Vec<u8>| open(&vault(), document, &sealed.key, bytes);
        assert_eq!(open(document(1), sealed.bytes.clone()).unwrap(), content);
        assert_eq!(open(document(2), sealed.bytes.clone()), None);
        for place in 0..sealed.bytes.len() {
            let mut changed = sealed.bytes.clone();
            changed[place] ^= 1;
            assert_eq!(open(document(1), changed), None, "{place}");
            assert_eq!(open(document(1), sealed.bytes[..place].to_vec()), None);
        }
        let other = seal(&vault(), document(1), content);
        assert_eq!(open(document(1), other.bytes.clone()), None);
        assert_ne!(other.bytes, sealed.bytes);
    }

    #[test]
    fn without_its_key_a_document_does_not_open() {
        let sealed = seal(&vault(), document(1), b"photo");
        assert_eq!(open(&vault(), document(1), &[], sealed.bytes), None);
    }
}
