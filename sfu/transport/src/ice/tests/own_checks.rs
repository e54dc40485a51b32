//! Our own checks: media moves only to where a check of ours was answered.

use rtc_stun::{
    attributes::{ATTR_ICE_CONTROLLED, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME},
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter},
    xoraddr::XorMappedAddress,
};

use super::*;

/// An agent whose client has media, and nominated the first address.
fn with_media(now: Instant) -> IceLite {
    let mut agent = agent(now);
    let nominating = Request::to(&agent).nominating().build();
    agent.handle(address(1), &nominating, now);
    agent.begin_media();
    agent
}

/// What a client answers to a check of ours.
fn answer_to(own_check: &[u8], password: &str) -> Vec<u8> {
    let mut request = Message::new();
    request.unmarshal_binary(own_check).unwrap();
    let mut message = Message::new();
    message.typ = BINDING_SUCCESS;
    message.transaction_id = request.transaction_id;
    message.write_header();
    let server = SocketAddr::from(([198, 51, 100, 1], 3_478));
    let mapped = XorMappedAddress {
        ip: server.ip(),
        port: server.port(),
    };
    mapped.add_to(&mut message).unwrap();
    sign(&mut message, password, crypto().crypto());
    message.raw
}

#[test]
fn our_check_of_the_path_that_was_heard_is_one_that_a_client_answers() {
    let now = Instant::now();
    let mut agent = with_media(now);
    let own_check = agent.heard(address(2), now).own_check.unwrap();
    let mut request = Message::new();
    request.unmarshal_binary(&own_check).unwrap();
    FINGERPRINT.check(&request).unwrap();
    MessageIntegrity::check(
        &mut request,
        remote().password.as_bytes(),
        crypto().crypto(),
    )
    .unwrap();
    assert_eq!(request.typ, BINDING_REQUEST);
    let username = format!("{REMOTE_UFRAG}:{}", agent.local().ufrag);
    assert_eq!(request.get(ATTR_USERNAME).unwrap(), username.as_bytes());
    assert!(request.get(ATTR_PRIORITY).is_ok());
    assert!(request.get(ATTR_ICE_CONTROLLED).is_ok());
    assert!(request.get(ATTR_USE_CANDIDATE).is_err());
    assert_eq!(agent.remote(), Some(address(1)), "nothing moves before");
}

#[test]
fn an_answer_to_our_check_moves_media_and_gives_consent_and_nothing_like_it_does() {
    let start = Instant::now();
    let mut agent = with_media(start);
    let own_check = agent.heard(address(2), start).own_check.unwrap();
    let later = start + Duration::from_secs(20);
    let answer = answer_to(&own_check, &remote().password);
    let label = Label::of_answer(&answer);
    assert_eq!(label, Label::of_ufrag(&agent.local().ufrag));
    let forged = answer_to(&own_check, &agent.local().password);
    let mut of_another = own_check.clone();
    of_another[19] ^= 1;
    let of_another = answer_to(&of_another, &remote().password);
    for (from, datagram) in [
        (address(3), &answer),
        (address(2), &forged),
        (address(2), &of_another),
        (address(2), &own_check),
    ] {
        let checked = agent.handle(from, datagram, later);
        assert!(!checked.moved && !checked.authentic);
        assert_eq!(agent.remote(), Some(address(1)));
        assert_eq!(agent.consent_ends_at(), start + CONSENT);
    }
    let checked = agent.handle(address(2), &answer, later);
    assert!(checked.moved && checked.authentic && checked.validated);
    assert_eq!(agent.remote(), Some(address(2)));
    assert_eq!(agent.consent_ends_at(), later + CONSENT);
    assert!(
        !agent.handle(address(2), &answer, later).authentic,
        "a copy"
    );
}

#[test]
fn a_copy_of_a_check_moves_no_media_and_is_answered_by_a_few_checks_of_ours() {
    let start = Instant::now();
    let mut agent = with_media(start);
    let copy = Request::to(&agent).nominating().build();
    let mut own_checks = 0;
    for milli in 0..1_000 {
        let now = start + Duration::from_millis(milli);
        let from = address(u8::try_from(2 + milli % 200).unwrap());
        let checked = agent.handle(from, &copy, now);
        assert!(checked.authentic && !checked.moved);
        own_checks += usize::from(checked.own_check.is_some());
    }
    assert!((1..=20).contains(&own_checks), "{own_checks}");
    assert_eq!(agent.remote(), Some(address(1)));
}

#[test]
fn until_it_is_answered_our_check_is_the_same_again() {
    let start = Instant::now();
    let mut agent = with_media(start);
    let first = agent.heard(address(2), start).own_check.unwrap();
    let soon = start + Duration::from_millis(20);
    assert_eq!(agent.heard(address(2), soon).own_check, None);
    let later = start + Duration::from_millis(60);
    assert_eq!(
        agent.heard(address(2), later).own_check,
        Some(first.clone())
    );
    let answer = answer_to(&first, &remote().password);
    assert!(agent.handle(address(2), &answer, later).moved);
    let last = later + Duration::from_secs(1);
    assert_eq!(agent.heard(address(2), last).own_check, None);
    let back = agent.heard(address(1), last).own_check.unwrap();
    assert_ne!(back, first);
}

#[test]
fn after_a_restart_media_stays_until_the_new_session_has_another_path() {
    let now = Instant::now();
    let mut agent = with_media(now);
    agent.restart(Credentials::generate(0, &mut rng(5)), remote(), now);
    let nominating = Request::to(&agent).nominating().build();
    let checked = agent.handle(address(2), &nominating, now);
    assert_eq!(agent.remote(), Some(address(1)));
    let answer = answer_to(&checked.own_check.unwrap(), &remote().password);
    assert!(agent.handle(address(2), &answer, now).moved);
    assert_eq!(agent.remote(), Some(address(2)));
}
