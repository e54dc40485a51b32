//! The keys that sign links.

use std::{collections::BTreeMap, fmt};

use hmac::{Hmac, KeyInit, Mac};
use rand::RngCore;
use sha2::Sha256;

use crate::{
    LinkHash, LinkToken, Slot, Window,
    link_token::{BYTES, Fields},
};

/// Keeps this signature apart from every other use of the same key.
const LABEL: &[u8] = b"openvisit link 1";
const MAC_BYTES: usize = 16;
const MAX_KEY_ID: u8 = 14;
/// Two of 64 last characters are signs: so many draws in a row fail once in 2^320.
const DRAWS: usize = 64;

/// The HMAC-SHA256 keys (RFC 2104) of links: one signs, all of them verify.
#[derive(Clone)]
pub struct LinkKeyRing {
    current: u8,
    keys: BTreeMap<u8, Hmac<Sha256>>,
}

/// Keys that make no ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// The key to sign with is not among the keys.
    #[error("the current key, {0}, is not among the keys")]
    CurrentMissing(u8),
    /// A key id that a token has no room for.
    #[error("key id {0} is too large: {MAX_KEY_ID} is the largest")]
    KeyIdTooLarge(u8),
    /// Two keys with one id.
    #[error("key id {0} is given twice")]
    KeyIdTwice(u8),
    /// A key that the signature scheme refuses.
    #[error("key {0} is not usable")]
    KeyNotUsable(u8),
}

/// A link that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MintError {
    /// The slot is empty, longer than 255 minutes, before 2025 or after 2056.
    #[error("a link cannot say the slot from {} to {}", .0.starts_at_ms, .0.ends_at_ms)]
    Slot(Slot),
    /// The source of randomness always gives the same.
    #[error("the source of randomness does not work")]
    Randomness,
}

/// A token that is no link of ours. None of these needs a look into the store, so none tells which
/// links exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Not 32 base64url characters: most often cut off when it was copied.
    #[error("the link is incomplete")]
    Incomplete,
    /// The signature does not fit: a character differs.
    #[error("the link is damaged")]
    Damaged,
    /// Signed with a key that is not in use here.
    #[error("the link was not made here, or long ago")]
    Unrecognised,
}

/// A link with a good signature. Whether it was used or withdrawn, the store knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedLink {
    /// The slot in whole minutes that cover the visit's own times.
    pub slot: Slot,
    /// What the store knows the link by.
    pub hash: LinkHash,
}

impl VerifiedLink {
    /// Where `now_ms` lies, for a visit that can be joined from `opens_before_ms` before its start.
    #[must_use]
    pub const fn window(&self, now_ms: u64, opens_before_ms: u64) -> Window {
        let opens_at_ms = self.slot.starts_at_ms.saturating_sub(opens_before_ms);
        Window::at(now_ms, opens_at_ms, self.slot.ends_at_ms)
    }
}

impl LinkKeyRing {
    /// A ring of 32-byte `keys` with ids from 0 to 14, of which `current` signs.
    pub fn new(
        current: u8,
        keys: impl IntoIterator<Item = (u8, [u8; 32])>,
    ) -> Result<Self, KeyRingError> {
        let mut ring = Self {
            current,
            keys: BTreeMap::new(),
        };
        for (id, key) in keys {
            if id > MAX_KEY_ID {
                return Err(KeyRingError::KeyIdTooLarge(id));
            }
            let key = Hmac::new_from_slice(&key).map_err(|_| KeyRingError::KeyNotUsable(id))?;
            if ring.keys.insert(id, key).is_some() {
                return Err(KeyRingError::KeyIdTwice(id));
            }
        }
        if ring.keys.contains_key(&current) {
            Ok(ring)
        } else {
            Err(KeyRingError::CurrentMissing(current))
        }
    }

    /// A new link for one seat of the visit in `slot`.
    ///
    /// Two links of one slot differ by 28 random bits: rarely a token comes twice, and the store, which
    /// keeps hashes unique, says so.
    pub fn mint(&self, slot: Slot, rng: &mut impl RngCore) -> Result<LinkToken, MintError> {
        let fields = Fields::covering(self.current, slot).ok_or(MintError::Slot(slot))?;
        let key = &self.keys[&self.current];
        (0..DRAWS)
            .find_map(|_| LinkToken::sturdy(sign(key, fields.with_nonce(rng.next_u32()))))
            .ok_or(MintError::Randomness)
    }

    /// What a token says, if it is one of ours. Constant in time as far as the signature goes.
    pub fn verify(&self, token: &str) -> Result<VerifiedLink, LinkError> {
        let bytes = LinkToken::bytes_of(token).ok_or(LinkError::Incomplete)?;
        let (head, mac) = bytes.split_first_chunk().ok_or(LinkError::Incomplete)?;
        let fields = Fields::from_bytes(*head);
        let key = self
            .keys
            .get(&fields.key_id)
            .ok_or(LinkError::Unrecognised)?;
        labelled(key, head)
            .verify_truncated_left(mac)
            .map_err(|_| LinkError::Damaged)?;
        Ok(VerifiedLink {
            slot: fields.slot(),
            hash: LinkHash::of(token.as_bytes()),
        })
    }
}

fn sign(key: &Hmac<Sha256>, fields: Fields) -> [u8; BYTES] {
    let head = fields.to_bytes();
    let mac = labelled(key, &head).finalize().into_bytes();
    let mut bytes = [0; BYTES];
    bytes[..head.len()].copy_from_slice(&head);
    bytes[head.len()..].copy_from_slice(&mac[..MAC_BYTES]);
    bytes
}

fn labelled(key: &Hmac<Sha256>, head: &[u8]) -> Hmac<Sha256> {
    key.clone().chain_update(LABEL).chain_update(head)
}

impl fmt::Debug for LinkKeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkKeyRing")
            .field("current", &self.current)
            .field("key_ids", &self.keys.keys())
            .finish_non_exhaustive()
    }
}
