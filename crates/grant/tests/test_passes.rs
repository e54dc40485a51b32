//! Passes for a phone's test, as a page shows them.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use grant::{DeviceKey, GrantError, GrantKeyRing, SeatGrant, TestPass};
use ids::Seat;

const NOW_MS: u64 = 1_795_501_800_000;

fn ring() -> GrantKeyRing {
    GrantKeyRing::new(7, [(7, [1; 32])]).unwrap()
}

fn pass() -> TestPass {
    TestPass {
        room: "018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap(),
        person: "018f3f5e-7c1a-7b2e-9c55-0242ac120003".parse().unwrap(),
        ends_at_ms: NOW_MS + TestPass::LENGTH_MS,
    }
}

#[test]
fn a_pass_comes_back_as_it_was_sealed_until_its_minute_is_over() {
    let sealed = ring().seal_test(&pass(), NOW_MS);
    let open = |after_ms| ring().open_test(&sealed, NOW_MS + after_ms);
    assert_eq!(open(59_999).unwrap(), pass());
    assert_eq!(open(60_000), Err(GrantError::Over));
}

#[test]
fn a_pass_is_no_seat_and_a_seat_is_no_pass() {
    let grant = SeatGrant {
        visit: pass().room,
        seat: Seat::ALL[1],
        generation: 1,
        device: DeviceKey::parse("AAECAwQFBgcICQoLDA0ODw").unwrap().hash(),
        name: String::new(),
        facility: String::new(),
        inmate: String::new(),
        opens_at_ms: NOW_MS,
        starts_at_ms: NOW_MS,
        ends_at_ms: NOW_MS + 60_000,
        locale: None,
    };
    let sealed_pass = ring().seal_test(&pass(), NOW_MS);
    let sealed_seat = ring().seal(&grant, NOW_MS);
    assert_eq!(ring().open(&sealed_pass, NOW_MS), Err(GrantError::Invalid));
    assert_eq!(
        ring().open_test(&sealed_seat, NOW_MS),
        Err(GrantError::Invalid)
    );
}

#[test]
fn a_pass_that_was_changed_or_made_with_another_key_is_not_valid() {
    let sealed = ring().seal_test(&pass(), NOW_MS);
    let (head, signature) = sealed.rsplit_once('.').unwrap();
    let other = TestPass {
        ends_at_ms: u64::MAX / 2_000,
        ..pass()
    };
    let longer = ring().seal_test(&other, NOW_MS);
    let body = longer.rsplit_once('.').unwrap().0;
    let foreign = GrantKeyRing::new(7, [(7, [2; 32])]).unwrap();
    for bad in [
        format!("{body}.{signature}"),
        format!("{head}."),
        foreign.seal_test(&pass(), NOW_MS),
        String::new(),
    ] {
        assert_eq!(
            ring().open_test(&bad, NOW_MS),
            Err(GrantError::Invalid),
            "{bad}"
        );
    }
}
