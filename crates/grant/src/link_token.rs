//! The 32 characters of a link, and what they say.
//!
//! A token is 24 bytes, written as base64url (RFC 4648 section 5), so that a Chinese sentence and the
//! whole link fit one text message of 70 characters:
//!
//! | Bits | Field |
//! |---|---|
//! | 4 | key id, 0 to 14 |
//! | 24 | start of the slot, minutes since 2025-01-01T00:00Z (until 2056) |
//! | 8 | length of the slot, minutes, 1 to 255 |
//! | 28 | nonce, random |
//! | 128 | HMAC-SHA256 over a fixed label and the fields above, its first 16 bytes |
//!
//! All numbers are big-endian. The slot stands in whole minutes that cover the visit's own times; the
//! store knows those to the millisecond and has the last word.
//!
//! The first and the last character are always letters or digits, because message programs leave a
//! closing `-` or `_` out of what they underline. The nonce is drawn again until the last one is. The
//! first one is by the key id: with 15, which stays unused, it could be a sign.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use crate::{LinkHash, Slot};

/// The bytes of a token.
pub(crate) const BYTES: usize = 24;
/// The characters of a token.
const CHARACTERS: usize = 32;
/// 2025-01-01T00:00Z in Unix milliseconds.
const EPOCH_MS: u64 = 1_735_689_600_000;
const MINUTE_MS: u64 = 60_000;
const START_BITS: u32 = 24;
const LENGTH_BITS: u32 = 8;
const NONCE_BITS: u32 = 28;

/// The signed part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) key_id: u8,
    start_minute: u32,
    length_minutes: u8,
    nonce: u32,
}

impl Fields {
    /// The fields of a token for `slot`, or `None` where the slot is empty, too long or too far away.
    pub(crate) fn covering(key_id: u8, slot: Slot) -> Option<Self> {
        let since_epoch_ms = slot.starts_at_ms.checked_sub(EPOCH_MS)?;
        let start_minute = since_epoch_ms / MINUTE_MS;
        let minute_ms = EPOCH_MS + start_minute * MINUTE_MS;
        let length_ms = slot.ends_at_ms.checked_sub(minute_ms)?;
        let fits = slot.ends_at_ms > slot.starts_at_ms && start_minute >> START_BITS == 0;
        fits.then_some(Self {
            key_id,
            start_minute: u32::try_from(start_minute).ok()?,
            length_minutes: u8::try_from(length_ms.div_ceil(MINUTE_MS)).ok()?,
            nonce: 0,
        })
    }

    /// The same fields with 28 of the bits of `random` as the nonce.
    pub(crate) const fn with_nonce(self, random: u32) -> Self {
        Self {
            nonce: random >> (u32::BITS - NONCE_BITS),
            ..self
        }
    }

    /// The slot in whole minutes.
    pub(crate) fn slot(self) -> Slot {
        let starts_at_ms = EPOCH_MS + u64::from(self.start_minute) * MINUTE_MS;
        let ends_at_ms = starts_at_ms + u64::from(self.length_minutes) * MINUTE_MS;
        Slot {
            starts_at_ms,
            ends_at_ms,
        }
    }

    pub(crate) fn to_bytes(self) -> [u8; 8] {
        let mut bits = u64::from(self.key_id);
        bits = bits << START_BITS | u64::from(self.start_minute);
        bits = bits << LENGTH_BITS | u64::from(self.length_minutes);
        bits = bits << NONCE_BITS | u64::from(self.nonce);
        bits.to_be_bytes()
    }

    pub(crate) fn from_bytes(bytes: [u8; 8]) -> Self {
        let bits = u64::from_be_bytes(bytes);
        let field = |end: u32, width: u32| (bits >> end) & ((1 << width) - 1);
        let narrow = "the mask leaves no more bits than the type has";
        Self {
            key_id: u8::try_from(bits >> (NONCE_BITS + LENGTH_BITS + START_BITS)).expect(narrow),
            start_minute: u32::try_from(field(NONCE_BITS + LENGTH_BITS, START_BITS)).expect(narrow),
            length_minutes: u8::try_from(field(NONCE_BITS, LENGTH_BITS)).expect(narrow),
            nonce: u32::try_from(field(0, NONCE_BITS)).expect(narrow),
        }
    }
}

/// A link's token: the capability for one seat of one visit within its window.
///
/// Neither `Debug` nor a log shows it; [`LinkToken::reveal`] does.
#[derive(Clone)]
pub struct LinkToken([u8; CHARACTERS]);

impl LinkToken {
    /// The token of `bytes`, if it begins and ends with a letter or a digit.
    pub(crate) fn sturdy(bytes: [u8; BYTES]) -> Option<Self> {
        let mut text = [0; CHARACTERS];
        URL_SAFE_NO_PAD
            .encode_slice(bytes, &mut text)
            .expect("24 bytes are 32 characters");
        let [first, .., last] = text;
        (first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric()).then_some(Self(text))
    }

    /// The bytes of a token's text, or `None` where it is not of that form.
    pub(crate) fn bytes_of(text: &str) -> Option<[u8; BYTES]> {
        let mut bytes = [0; BYTES];
        let whole =
            text.len() == CHARACTERS && URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) == Ok(BYTES);
        whole.then_some(bytes)
    }

    /// The 32 characters, for the message that carries them.
    #[must_use]
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).expect("base64url is ASCII")
    }

    /// What a store keeps of it.
    #[must_use]
    pub fn hash(&self) -> LinkHash {
        LinkHash::of(&self.0)
    }
}

impl PartialEq for LinkToken {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for LinkToken {}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn fields_survive_their_eight_bytes(bytes: [u8; 8]) {
            prop_assert_eq!(Fields::from_bytes(bytes).to_bytes(), bytes);
        }

        #[test]
        fn the_slot_of_a_token_covers_the_slot_it_was_made_for_by_less_than_a_minute_at_each_end(
            start in EPOCH_MS..EPOCH_MS + (1 << 24) * MINUTE_MS,
            length in 1..254 * MINUTE_MS,
            random: u32,
        ) {
            let slot = Slot { starts_at_ms: start, ends_at_ms: start + length };
            let said = Fields::covering(3, slot).unwrap().with_nonce(random).slot();
            prop_assert!(said.starts_at_ms <= start && start - said.starts_at_ms < MINUTE_MS);
            prop_assert!(said.ends_at_ms >= slot.ends_at_ms && said.ends_at_ms - slot.ends_at_ms < MINUTE_MS);
        }
    }

    #[test]
    fn a_slot_that_a_token_cannot_say_is_refused() {
        let slot = |starts_at_ms, length_ms| Slot {
            starts_at_ms,
            ends_at_ms: starts_at_ms + length_ms,
        };
        assert!(Fields::covering(0, slot(EPOCH_MS, 255 * MINUTE_MS)).is_some());
        assert!(Fields::covering(0, slot(EPOCH_MS, 255 * MINUTE_MS + 1)).is_none());
        assert!(Fields::covering(0, slot(EPOCH_MS - 1, MINUTE_MS)).is_none());
        assert!(Fields::covering(0, slot(EPOCH_MS + (1 << 24) * MINUTE_MS, MINUTE_MS)).is_none());
        assert!(Fields::covering(0, slot(EPOCH_MS + 5, 0)).is_none());
    }
}
