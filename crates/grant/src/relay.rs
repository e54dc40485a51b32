//! What lets a client use the relay (TURN, RFC 8656), for the length of a visit.
//!
//! The relay and this service share a secret. Whoever has a seat gets a name and a password made from it, so
//! that the relay needs no list of users and asks nobody (draft-uberti-behave-turn-rest-00 section 2.2; coturn's
//! `use-auth-secret`):
//!
//! ```text
//! username = expiry (Unix time, seconds) ":" id
//! password = base64(HMAC-SHA1(secret, username))
//! ```
//!
//! The id belongs to a seat: a relay that counts what each user takes counts per seat, however often the
//! person comes back. It is made with the secret too, and says neither who sits there nor in which visit. Who tests
//! a phone has an id that belongs to the person, however many tests there are.

use std::fmt;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use ids::{PersonId, Seat, VisitId};
use rand::RngCore;
use sha1::Sha1;
use sha2::Sha256;

use crate::MOST_GIVEN_BACK_MINUTES;

/// Keep the ids apart from the passwords, no username begins like this, and from one another.
const ID_LABEL: &[u8] = b"openvisit relay seat 1";
const TEST_LABEL: &[u8] = b"openvisit relay test 1";
const ID_BYTES: usize = 16;
/// How much longer than a visit or a test a credential is good: the relay's clock may be another one.
const MARGIN_MS: u64 = 5 * 60_000;
const GIVEN_BACK_MS: u64 = MOST_GIVEN_BACK_MINUTES as u64 * 60_000;
const LENGTHS: std::ops::RangeInclusive<usize> = 32..=256;

/// The secret that this service and the relay share.
#[derive(Clone, PartialEq, Eq)]
pub struct RelaySecret(String);

/// A text that is no secret of a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a relay's secret: 32 to 256 letters, digits, or any of + / = - _ are expected")]
pub struct RelaySecretError;

impl RelaySecret {
    /// A new secret: 256 random bits, written as 43 base64url characters.
    pub fn generate(rng: &mut impl RngCore) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a secret. One that a relay has already may be longer than ours; it holds nothing that means
    /// something in a relay's configuration.
    pub fn parse(text: &str) -> Result<Self, RelaySecretError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "+/=-_".contains(c);
        if LENGTHS.contains(&text.len()) && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(RelaySecretError)
        }
    }

    /// The secret itself, for the relay.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn keyed<M: KeyInit>(&self) -> M {
        M::new_from_slice(self.0.as_bytes()).expect("HMAC takes keys of any length")
    }
}

impl fmt::Debug for RelaySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelaySecret(..)")
    }
}

/// Makes credentials for the relay.
#[derive(Clone, Debug)]
pub struct RelayCredentials {
    secret: RelaySecret,
    /// The longest that a credential is good from the moment it is made, ms.
    longest_ms: u64,
}

/// A name and a password for the relay, good until a moment that stands in the name.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayCredential {
    /// `RTCIceServer.username`.
    pub username: String,
    /// `RTCIceServer.credential`.
    pub password: String,
}

impl fmt::Debug for RelayCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelayCredential(..)")
    }
}

impl RelayCredentials {
    /// Credentials made with `secret`, none of which is good for longer than `longest_ms`.
    #[must_use]
    pub const fn new(secret: RelaySecret, longest_ms: u64) -> Self {
        Self { secret, longest_ms }
    }

    /// The credential of a seat: good until twenty minutes after `ends_at_ms`, the end of the slot, which may be moved
    /// by fifteen of them, if that is not too far away. Until then the same seat gets the same one again.
    #[must_use]
    pub fn issue(
        &self,
        visit: VisitId,
        seat: Seat,
        ends_at_ms: u64,
        now_ms: u64,
    ) -> RelayCredential {
        let mac = self.secret.keyed::<Hmac<Sha256>>();
        let mac = mac.chain_update(ID_LABEL).chain_update(visit.as_uuid());
        let ends_at_ms = ends_at_ms.saturating_add(GIVEN_BACK_MS);
        self.made(mac.chain_update([u8::from(seat)]), ends_at_ms, now_ms)
    }

    /// The credential of a person who tests a phone until `ends_at_ms`.
    #[must_use]
    pub fn issue_for_test(
        &self,
        person: PersonId,
        ends_at_ms: u64,
        now_ms: u64,
    ) -> RelayCredential {
        let mac = self.secret.keyed::<Hmac<Sha256>>();
        let mac = mac.chain_update(TEST_LABEL).chain_update(person.as_uuid());
        self.made(mac, ends_at_ms, now_ms)
    }

    fn made(&self, id: Hmac<Sha256>, ends_at_ms: u64, now_ms: u64) -> RelayCredential {
        let until_ms = ends_at_ms.saturating_add(MARGIN_MS);
        let at_most_ms = now_ms.saturating_add(self.longest_ms);
        let expiry_seconds = until_ms.min(at_most_ms) / 1_000;
        let id = URL_SAFE_NO_PAD.encode(&id.finalize().into_bytes()[..ID_BYTES]);
        let username = format!("{expiry_seconds}:{id}");
        let mac = self.secret.keyed::<Hmac<Sha1>>().chain_update(&username);
        RelayCredential {
            password: STANDARD.encode(mac.finalize().into_bytes()),
            username,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    const HOUR_MS: u64 = 3_600_000;
    const NOW_MS: u64 = 1_800_000_000_000;
    const ENDS_AT_MS: u64 = NOW_MS + HOUR_MS / 2;

    fn credentials() -> RelayCredentials {
        let secret = RelaySecret::parse("north-star-of-the-visiting-room-42").unwrap();
        RelayCredentials::new(secret, 6 * HOUR_MS)
    }

    fn visit(number: u8) -> VisitId {
        format!("01936b1a-8a40-7c31-a4f2-0000000000{number:02}")
            .parse()
            .unwrap()
    }

    fn seat(number: u8) -> Seat {
        Seat::try_from(number).unwrap()
    }

    /// The password as `openssl dgst -sha1 -hmac SECRET -binary | base64` makes it, and the id as `-sha256`.
    #[test]
    fn a_credential_is_made_as_a_relay_checks_it() {
        let ends_at_ms = ENDS_AT_MS - GIVEN_BACK_MS;
        let made = credentials().issue(visit(1), seat(2), ends_at_ms, NOW_MS);
        assert_eq!(made.username, "1800002100:5zBc0Jfs8p6oZDB80lmLpQ");
        assert_eq!(made.password, "QCTf7hiGzyfVX7klYtT2RtqRWMM=");
    }

    #[test]
    fn a_seat_keeps_its_id_and_no_two_seats_share_one() {
        let id = |number, of, now_ms| {
            let made = credentials().issue(visit(number), seat(of), ENDS_AT_MS, now_ms);
            made.username.split_once(':').unwrap().1.to_owned()
        };
        assert_eq!(id(1, 2, NOW_MS), id(1, 2, NOW_MS + HOUR_MS));
        assert_ne!(id(1, 2, NOW_MS), id(1, 3, NOW_MS));
        assert_ne!(id(1, 2, NOW_MS), id(2, 2, NOW_MS));
    }

    #[test]
    fn who_tests_keeps_one_id_over_all_tests_and_it_is_nobody_elses() {
        let id = |made: RelayCredential| made.username.split_once(':').unwrap().1.to_owned();
        let of = |number: u128, now_ms| {
            let person: PersonId = format!("{number:032x}").parse().unwrap();
            id(credentials().issue_for_test(person, now_ms + 60_000, now_ms))
        };
        assert_eq!(of(1, NOW_MS), of(1, NOW_MS + HOUR_MS));
        assert_ne!(of(1, NOW_MS), of(2, NOW_MS));
        let seats = [0, 1, 2, 3].map(|of| id(credentials().issue(visit(1), seat(of), NOW_MS, 0)));
        assert!(!seats.contains(&of(1, NOW_MS)));
    }

    #[test]
    fn a_credential_ends_soon_after_its_slot_and_never_later_than_allowed() {
        let until = |ends_at_ms, longest_ms| {
            let secret = credentials().secret;
            let made = RelayCredentials::new(secret, longest_ms).issue(
                visit(1),
                seat(0),
                ends_at_ms,
                NOW_MS,
            );
            let (until, _) = made.username.split_once(':').unwrap();
            until.parse::<u64>().unwrap() - NOW_MS / 1_000
        };
        assert_eq!(until(NOW_MS + 60_000, HOUR_MS), 60 + 1_200);
        assert_eq!(until(NOW_MS + 2 * HOUR_MS, HOUR_MS), 3_600);
        assert_eq!(until(u64::MAX, HOUR_MS), 3_600);
    }

    #[test]
    fn a_secret_is_long_enough_and_has_no_meaning_elsewhere() {
        let made = RelaySecret::generate(&mut StdRng::seed_from_u64(1));
        assert_eq!(made.reveal().len(), 43);
        assert_eq!(RelaySecret::parse(made.reveal()), Ok(made));
        for bad in [
            "short",
            &"x".repeat(257),
            &"y z".repeat(20),
            &"#".repeat(40),
        ] {
            assert_eq!(RelaySecret::parse(bad), Err(RelaySecretError), "{bad}");
        }
    }

    #[test]
    fn debug_tells_nothing() {
        let made = credentials().issue(visit(1), seat(2), ENDS_AT_MS, NOW_MS);
        let shown = format!("{:?} {made:?}", credentials());
        for secret in [
            credentials().secret.reveal(),
            &made.username,
            &made.password,
        ] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
