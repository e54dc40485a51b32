//! One-time links, as the message, the page and the server meet them.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use std::collections::HashSet;

use grant::{KeyRingError, LinkError, LinkKeyRing, MintError, Slot, Window};
use proptest::prelude::*;
use rand::{RngCore, SeedableRng, rngs::StdRng};

/// 2026-11-24T06:30Z, half past two in the afternoon in Taipei.
const STARTS_AT_MS: u64 = 1_795_501_800_000;
const MINUTE_MS: u64 = 60_000;
const SLOT: Slot = Slot {
    starts_at_ms: STARTS_AT_MS,
    ends_at_ms: STARTS_AT_MS + 30 * MINUTE_MS,
};
const BASE64URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn ring() -> LinkKeyRing {
    LinkKeyRing::new(3, [(3, counting_key(0))]).unwrap()
}

fn counting_key(first: u8) -> [u8; 32] {
    std::array::from_fn(|index| first + u8::try_from(index).unwrap())
}

/// A source of randomness that always gives the same.
struct Stuck(u32);

impl RngCore for Stuck {
    fn next_u32(&mut self) -> u32 {
        self.0
    }
    fn next_u64(&mut self) -> u64 {
        u64::from(self.0)
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

#[test]
fn the_form_is_the_one_that_is_written_down() {
    // Computed apart from this code, from the table in `link_token`, with Python's hmac and base64.
    let token = ring().mint(SLOT, &mut Stuck(0x0123_4560)).unwrap();
    assert_eq!(token.reveal(), "MPNgYeASNFasu-ZZVRGaMsFvllcuhHuD");
    let hash = "0e11bf1dee389b3e4f7d5a35edad7ec4967e918b12da1ba29c059ad5d9df9580";
    let hex: String = token
        .hash()
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(hex, hash);
}

#[test]
fn a_minted_link_verifies_and_says_its_slot() {
    let token = ring().mint(SLOT, &mut StdRng::seed_from_u64(1)).unwrap();
    let link = ring().verify(token.reveal()).unwrap();
    assert_eq!(link.slot, SLOT);
    assert_eq!(link.hash, token.hash());
}

#[test]
fn a_link_opens_some_minutes_before_its_slot_and_closes_with_it() {
    let token = ring().mint(SLOT, &mut StdRng::seed_from_u64(1)).unwrap();
    let link = ring().verify(token.reveal()).unwrap();
    let window = |minutes: i64| {
        link.window(
            STARTS_AT_MS.checked_add_signed(minutes * 60_000).unwrap(),
            15 * MINUTE_MS,
        )
    };
    assert_eq!(
        window(-16),
        Window::Early {
            opens_at_ms: STARTS_AT_MS - 15 * MINUTE_MS
        }
    );
    assert_eq!(window(-15), Window::Open);
    assert_eq!(window(29), Window::Open);
    assert_eq!(window(30), Window::Over);
}

#[test]
fn every_change_of_one_character_is_noticed() {
    let token = ring().mint(SLOT, &mut StdRng::seed_from_u64(2)).unwrap();
    let mut changes = 0;
    for position in 0..32 {
        for character in BASE64URL {
            let mut changed = token.reveal().as_bytes().to_vec();
            if changed[position] == *character {
                continue;
            }
            changed[position] = *character;
            let error = ring()
                .verify(std::str::from_utf8(&changed).unwrap())
                .unwrap_err();
            // Only the first character and, by its key id, a part of its bits name another key.
            let expected: &[_] = match position {
                0 => &[LinkError::Damaged, LinkError::Unrecognised],
                _ => &[LinkError::Damaged],
            };
            assert!(expected.contains(&error), "{position} {error:?}");
            changes += 1;
        }
    }
    assert_eq!(changes, 32 * 63);
}

#[test]
fn a_link_cut_off_or_with_something_stuck_to_it_is_incomplete() {
    let token = ring().mint(SLOT, &mut StdRng::seed_from_u64(3)).unwrap();
    let whole = token.reveal();
    let spoiled = [
        String::new(),
        whole[..31].to_owned(),
        whole[1..].to_owned(),
        format!("{whole}A"),
        format!("{}。", &whole[..29]),
        format!("{}+", &whole[..31]),
        format!("{}=", &whole[..31]),
    ];
    for token in spoiled {
        assert_eq!(
            ring().verify(&token).unwrap_err(),
            LinkError::Incomplete,
            "{token}"
        );
    }
}

#[test]
fn a_link_of_a_key_that_is_not_here_is_unrecognised_and_of_a_changed_key_damaged() {
    let token = ring().mint(SLOT, &mut StdRng::seed_from_u64(4)).unwrap();
    let other_id = LinkKeyRing::new(4, [(4, counting_key(0))]).unwrap();
    assert_eq!(
        other_id.verify(token.reveal()).unwrap_err(),
        LinkError::Unrecognised
    );
    let other_key = LinkKeyRing::new(3, [(3, counting_key(1))]).unwrap();
    assert_eq!(
        other_key.verify(token.reveal()).unwrap_err(),
        LinkError::Damaged
    );
}

#[test]
fn an_old_key_verifies_until_it_is_removed() {
    let old = ring().mint(SLOT, &mut StdRng::seed_from_u64(5)).unwrap();
    let rotated = LinkKeyRing::new(4, [(3, counting_key(0)), (4, counting_key(9))]).unwrap();
    assert!(rotated.verify(old.reveal()).is_ok());
    let new = rotated.mint(SLOT, &mut StdRng::seed_from_u64(5)).unwrap();
    assert_eq!(
        ring().verify(new.reveal()).unwrap_err(),
        LinkError::Unrecognised
    );
    let later = LinkKeyRing::new(4, [(4, counting_key(9))]).unwrap();
    assert_eq!(
        later.verify(old.reveal()).unwrap_err(),
        LinkError::Unrecognised
    );
    assert!(later.verify(new.reveal()).is_ok());
}

#[test]
fn a_ring_refuses_keys_it_cannot_use() {
    let refused = |current, ids: &[u8]| {
        LinkKeyRing::new(current, ids.iter().map(|id| (*id, counting_key(0)))).unwrap_err()
    };
    assert_eq!(refused(1, &[0]), KeyRingError::CurrentMissing(1));
    assert_eq!(refused(0, &[0, 15]), KeyRingError::KeyIdTooLarge(15));
    assert_eq!(refused(0, &[0, 0]), KeyRingError::KeyIdTwice(0));
}

#[test]
fn twenty_thousand_links_differ_and_begin_and_end_with_a_letter_or_digit() {
    let mut rng = StdRng::seed_from_u64(6);
    let mut seen = HashSet::new();
    for index in 0..20_000_u64 {
        let ring = LinkKeyRing::new(14, [(14, counting_key(0))]).unwrap();
        let starts_at_ms = STARTS_AT_MS + index / 100 * 30 * MINUTE_MS;
        let slot = Slot {
            starts_at_ms,
            ends_at_ms: starts_at_ms + 30 * MINUTE_MS,
        };
        let token = ring.mint(slot, &mut rng).unwrap();
        let text = token.reveal();
        assert_eq!(text.len(), 32);
        assert!(text.bytes().all(|byte| BASE64URL.contains(&byte)), "{text}");
        assert!(
            text.starts_with(|first: char| first.is_ascii_alphanumeric()),
            "{text}"
        );
        assert!(
            text.ends_with(|last: char| last.is_ascii_alphanumeric()),
            "{text}"
        );
        assert!(seen.insert(text.to_owned()), "{text} twice");
    }
}

#[test]
fn a_broken_source_of_randomness_is_an_error_rather_than_a_loop() {
    // With this nonce the last character is a sign, and it never changes.
    let stuck = (0..u32::MAX)
        .step_by(16)
        .find_map(|random| ring().mint(SLOT, &mut Stuck(random)).err());
    assert_eq!(stuck, Some(MintError::Randomness));
}

#[test]
fn a_chinese_sentence_and_a_link_fit_one_text_message() {
    let token = ring().mint(SLOT, &mut StdRng::seed_from_u64(7)).unwrap();
    let host = "visit.gov.test";
    assert_eq!(host.len(), 14);
    let text = format!("14:30行動接見請點：https://{host}/j#{}", token.reveal());
    assert!(
        text.encode_utf16().count() <= 70,
        "{} units",
        text.encode_utf16().count()
    );
}

#[test]
fn debug_tells_neither_a_token_nor_a_key() {
    let token = ring().mint(SLOT, &mut StdRng::seed_from_u64(8)).unwrap();
    let link = ring().verify(token.reveal()).unwrap();
    let shown = format!("{:?} {token:?} {link:?}", ring());
    assert!(!shown.contains(token.reveal()), "{shown}");
    assert!(
        shown.starts_with("LinkKeyRing { current: 3, key_ids: [3], .. } LinkToken(..)"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,40}") {
        prop_assert!(ring().verify(&text).is_err());
    }

    #[test]
    fn any_32_characters_of_the_alphabet_are_answered(text in "[A-Za-z0-9_-]{32}") {
        let error = ring().verify(&text).unwrap_err();
        prop_assert_ne!(error, LinkError::Incomplete);
    }

    #[test]
    fn any_slot_is_minted_or_refused(starts_at_ms: u64, ends_at_ms: u64, seed: u64) {
        let slot = Slot { starts_at_ms, ends_at_ms };
        if let Ok(token) = ring().mint(slot, &mut StdRng::seed_from_u64(seed)) {
            prop_assert!(ring().verify(token.reveal()).is_ok());
        }
    }
}
