//! Which checks of a client are answered, and how (RFC 8489, RFC 8445 section 7.3).

use proptest::prelude::*;
use rtc_stun::{
    attributes::{ATTR_ICE_CONTROLLED, ATTR_UNKNOWN_ATTRIBUTES, ATTR_USE_CANDIDATE, AttrType},
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{
        BINDING_SUCCESS, CLASS_INDICATION, Getter, METHOD_BINDING, MessageType, Setter,
        TransactionId,
    },
    xoraddr::XorMappedAddress,
};

use super::*;

#[test]
fn a_good_check_is_answered_with_the_address_it_came_from() {
    let now = Instant::now();
    for from in [
        address(7),
        SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, 7], 9)).into(),
    ] {
        let mut agent = agent(now);
        let request = Request::to(&agent).build();
        let checked = agent.handle(from, &request, now);
        assert!(checked.authentic && checked.validated && checked.moved);
        let mut answer = read(checked.answer);
        assert_eq!(answer.typ, BINDING_SUCCESS);
        assert_eq!(answer.transaction_id, TransactionId([9; 12]));
        let mut mapped = XorMappedAddress::default();
        mapped.get_from(&answer).unwrap();
        assert_eq!(SocketAddr::new(mapped.ip, mapped.port), from.remote);
        let password = agent.local().password.clone();
        MessageIntegrity::check(&mut answer, password.as_bytes(), crypto().crypto()).unwrap();
        assert_eq!(agent.remote(), Some(from));
    }
}

#[test]
fn wrong_credentials_are_unauthorized_and_validate_nothing() {
    let now = Instant::now();
    let mut agent = agent(now);
    let stranger = Credentials::generate(0, &mut rng(2));
    let wrong_name = Request {
        local: &stranger,
        ..Request::to(&agent)
    }
    .build();
    let wrong_remote = Request {
        remote_ufrag: "else",
        ..Request::to(&agent)
    }
    .build();
    let wrong_password = Credentials {
        password: "x".repeat(32),
        ..agent.local().clone()
    };
    let wrong_password = Request {
        local: &wrong_password,
        ..Request::to(&agent)
    }
    .build();
    for request in [wrong_name, wrong_remote, wrong_password] {
        let checked = agent.handle(address(1), &request, now);
        assert!(!checked.authentic);
        assert_eq!(error_code(checked.answer), 401);
    }
    assert!(!agent.is_validated(address(1)));
    assert_eq!(agent.remote(), None);
}

#[test]
fn a_check_without_integrity_is_a_bad_request() {
    let now = Instant::now();
    let mut agent = agent(now);
    let mut message = Request::to(&agent).unsigned();
    FINGERPRINT.add_to(&mut message).unwrap();
    let checked = agent.handle(address(1), &message.raw, now);
    assert_eq!(error_code(checked.answer), 400);
    assert!(!checked.authentic);
}

#[test]
fn attributes_after_the_integrity_do_not_count() {
    let now = Instant::now();
    let mut agent = agent(now);
    let plain = Request::to(&agent).build();
    agent.handle(address(1), &plain, now);
    let mut message = Request::to(&agent).unsigned();
    MessageIntegrity::new_short_term_integrity_with_provider(
        agent.local().password.clone(),
        crypto().crypto(),
    )
    .add_to(&mut message)
    .unwrap();
    message.add(ATTR_USE_CANDIDATE, &[]);
    FINGERPRINT.add_to(&mut message).unwrap();
    let checked = agent.handle(address(2), &message.raw, now);
    assert!(checked.authentic);
    agent.handle(address(3), &plain, now);
    assert_eq!(agent.remote(), Some(address(3)), "nothing was nominated");
}

#[test]
fn a_controlled_client_is_told_to_take_the_other_role() {
    let now = Instant::now();
    let mut agent = agent(now);
    let request = Request {
        role: ATTR_ICE_CONTROLLED,
        ..Request::to(&agent)
    }
    .build();
    let checked = agent.handle(address(1), &request, now);
    assert_eq!(error_code(checked.answer), 487);
    assert!(!agent.is_validated(address(1)));
}

#[test]
fn an_attribute_that_must_be_understood_is_named_in_the_refusal() {
    let now = Instant::now();
    let mut agent = agent(now);
    let request = Request {
        extra: Some(AttrType(0x7abc)),
        ..Request::to(&agent)
    }
    .build();
    let answer = agent.handle(address(1), &request, now).answer;
    let unknown = read(answer.clone()).get(ATTR_UNKNOWN_ATTRIBUTES).unwrap();
    assert_eq!(unknown, [0x7a, 0xbc]);
    assert_eq!(error_code(answer), 420);
    let request = Request {
        extra: Some(AttrType(0xc057)),
        ..Request::to(&agent)
    }
    .build();
    assert!(
        agent.handle(address(1), &request, now).authentic,
        "an optional one may be unknown"
    );
}

#[test]
fn what_is_no_request_is_not_answered() {
    let now = Instant::now();
    let mut agent = agent(now);
    let mut indication = Request::to(&agent).unsigned();
    indication.set_type(MessageType::new(METHOD_BINDING, CLASS_INDICATION));
    sign(
        &mut indication,
        &agent.local().password.clone(),
        crypto().crypto(),
    );
    let mut damaged = Request::to(&agent).build();
    damaged[30] ^= 1;
    let mut longer = Request::to(&agent).build();
    longer.extend([0; 4]);
    for datagram in [indication.raw, damaged, longer] {
        assert_eq!(agent.handle(address(1), &datagram, now), Checked::default());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_taken_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let now = Instant::now();
        prop_assert!(!agent(now).handle(address(1), &bytes, now).authentic);
    }

    #[test]
    fn a_check_with_any_bytes_changed_is_taken_without_panic(
        changes in proptest::collection::vec((0_usize..100, any::<u8>()), 1..4),
    ) {
        let now = Instant::now();
        let mut agent = agent(now);
        let genuine = Request::to(&agent).build();
        let mut changed = genuine.clone();
        for (position, byte) in changes {
            let len = changed.len();
            changed[position % len] = byte;
        }
        prop_assume!(changed != genuine);
        prop_assert!(!agent.handle(address(1), &changed, now).authentic);
    }
}
