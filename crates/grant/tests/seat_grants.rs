//! Seat grants, as a returning device shows them.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grant::{DeviceKey, GrantError, GrantKeyRing, KeyRingError, SeatGrant};
use ids::{Seat, VisitId};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW_MS: u64 = 1_795_501_800_000;
const ENDS_AT_MS: u64 = NOW_MS + 1_800_000;

fn ring() -> GrantKeyRing {
    GrantKeyRing::new(7, [(7, [1; 32])]).unwrap()
}

fn grant() -> SeatGrant {
    SeatGrant {
        visit: "018f3f5e-7c1a-7b2e-9c55-0242ac120002"
            .parse::<VisitId>()
            .unwrap(),
        seat: Seat::try_from(2).unwrap(),
        generation: 1,
        device: DeviceKey::parse("AAECAwQFBgcICQoLDA0ODw").unwrap().hash(),
        name: "林陳秀英".to_owned(),
        facility: "示範看守所".to_owned(),
        inmate: "林明華".to_owned(),
        opens_at_ms: NOW_MS - 900_000,
        starts_at_ms: NOW_MS,
        ends_at_ms: ENDS_AT_MS,
        locale: Some("zh-TW".to_owned()),
    }
}

fn part(jwt: &str, index: usize) -> Value {
    let part = jwt.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn with_header(jwt: &str, header: &Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let rest: Vec<_> = jwt.split('.').skip(1).collect();
    format!("{header}.{}", rest.join("."))
}

#[test]
fn a_grant_comes_back_as_it_was_sealed() {
    let sealed = ring().seal(&grant(), NOW_MS);
    assert_eq!(ring().open(&sealed, NOW_MS + 60_000).unwrap(), grant());
}

#[test]
fn a_grant_is_a_jwt_with_its_key_id_its_issue_and_the_end_of_the_slot() {
    let sealed = ring().seal(&grant(), NOW_MS);
    assert_eq!(
        part(&sealed, 0),
        json!({"typ": "JWT", "alg": "EdDSA", "kid": "7"})
    );
    let claims = part(&sealed, 1);
    assert_eq!(claims["exp"], ENDS_AT_MS / 1000);
    assert_eq!(claims["iat"], NOW_MS / 1000);
    assert_eq!(claims["iss"], "openvisit");
    assert_eq!(claims["seat"], 2);
}

#[test]
fn a_grant_holds_to_the_last_millisecond_of_its_slot() {
    let sealed = ring().seal(&grant(), NOW_MS);
    assert!(ring().open(&sealed, ENDS_AT_MS - 1).is_ok());
    assert_eq!(
        ring().open(&sealed, ENDS_AT_MS).unwrap_err(),
        GrantError::Over
    );
}

#[test]
fn a_grant_changed_anywhere_is_not_valid() {
    let sealed = ring().seal(&grant(), NOW_MS);
    for position in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[position] = if changed[position] == b'A' {
            b'B'
        } else {
            b'A'
        };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(
            ring().open(&changed, NOW_MS),
            Err(GrantError::Invalid),
            "{position}"
        );
    }
}

#[test]
fn a_grant_of_another_key_with_the_same_id_is_not_valid() {
    let sealed = GrantKeyRing::new(7, [(7, [2; 32])])
        .unwrap()
        .seal(&grant(), NOW_MS);
    assert_eq!(
        ring().open(&sealed, NOW_MS).unwrap_err(),
        GrantError::Invalid
    );
}

#[test]
fn an_unsigned_grant_is_not_valid() {
    let sealed = ring().seal(&grant(), NOW_MS);
    let body = with_header(&sealed, &json!({"typ": "JWT", "alg": "none", "kid": "7"}));
    let unsigned = format!("{}.", body.rsplit_once('.').unwrap().0);
    assert_eq!(ring().open(&body, NOW_MS).unwrap_err(), GrantError::Invalid);
    assert_eq!(
        ring().open(&unsigned, NOW_MS).unwrap_err(),
        GrantError::Invalid
    );
}

#[test]
fn a_grant_signed_by_hmac_with_the_public_key_as_its_secret_is_not_valid() {
    // Python's `cryptography` gives this public key for the seed of 32 times 01.
    let public = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
    let public: Vec<u8> = (0..32)
        .map(|index| u8::from_str_radix(&public[2 * index..2 * index + 2], 16).unwrap())
        .collect();
    let claims = part(&ring().seal(&grant(), NOW_MS), 1);
    let header = Header {
        kid: Some("7".to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let forged = encode(&header, &claims, &EncodingKey::from_secret(&public)).unwrap();
    assert_eq!(
        ring().open(&forged, NOW_MS).unwrap_err(),
        GrantError::Invalid
    );
}

#[test]
fn a_jwt_of_the_right_key_for_another_purpose_is_not_valid() {
    let pkcs8 = [
        &[
            0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
        ],
        &[1_u8; 32][..],
    ];
    let key = EncodingKey::from_ed_der(&pkcs8.concat());
    let header = Header {
        kid: Some("7".to_owned()),
        ..Header::new(Algorithm::EdDSA)
    };
    let claims = part(&ring().seal(&grant(), NOW_MS), 1);
    assert!(
        ring()
            .open(&encode(&header, &claims, &key).unwrap(), NOW_MS)
            .is_ok()
    );
    for claim in ["iss", "aud"] {
        let mut other = claims.clone();
        other[claim] = json!("somebody else");
        let sealed = encode(&header, &other, &key).unwrap();
        assert_eq!(
            ring().open(&sealed, NOW_MS),
            Err(GrantError::Invalid),
            "{claim}"
        );
        other.as_object_mut().unwrap().remove(claim);
        let sealed = encode(&header, &other, &key).unwrap();
        assert_eq!(
            ring().open(&sealed, NOW_MS),
            Err(GrantError::Invalid),
            "no {claim}"
        );
    }
}

#[test]
fn an_old_key_verifies_until_it_is_removed() {
    let old = ring().seal(&grant(), NOW_MS);
    let rotated = GrantKeyRing::new(8, [(7, [1; 32]), (8, [3; 32])]).unwrap();
    assert!(rotated.open(&old, NOW_MS).is_ok());
    let new = rotated.seal(&grant(), NOW_MS);
    assert_eq!(part(&new, 0)["kid"], "8");
    assert_eq!(ring().open(&new, NOW_MS).unwrap_err(), GrantError::Invalid);
    let later = GrantKeyRing::new(8, [(8, [3; 32])]).unwrap();
    assert_eq!(later.open(&old, NOW_MS).unwrap_err(), GrantError::Invalid);
}

#[test]
fn a_ring_without_the_key_to_sign_with_is_refused() {
    let missing = GrantKeyRing::new(1, [(0, [1; 32])]).unwrap_err();
    assert_eq!(missing, KeyRingError::CurrentMissing(1));
    let twice = GrantKeyRing::new(0, [(0, [1; 32]), (0, [2; 32])]).unwrap_err();
    assert_eq!(twice, KeyRingError::KeyIdTwice(0));
}

#[test]
fn debug_tells_no_key() {
    let shown = format!("{:?}", ring());
    assert_eq!(shown, "GrantKeyRing { current: 7, key_ids: [7], .. }");
}

proptest! {
    #[test]
    fn any_text_is_refused_without_a_panic(text in ".{0,200}") {
        prop_assert_eq!(ring().open(&text, NOW_MS), Err(GrantError::Invalid));
    }

    #[test]
    fn any_three_parts_are_refused_without_a_panic(head in ".{0,60}", body in ".{0,60}", tail in ".{0,60}") {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let jwt = format!("{}.{}.{}", part(&head), part(&body), part(&tail));
        prop_assert_eq!(ring().open(&jwt, NOW_MS), Err(GrantError::Invalid));
    }
}
