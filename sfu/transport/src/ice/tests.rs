use std::net::SocketAddr;

use proptest::prelude::*;
use rtc_crypto::{RTCCrypto, default_provider};
use rtc_stun::{
    attributes::{
        ATTR_ICE_CONTROLLED, ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE,
        ATTR_USERNAME, AttrType,
    },
    error_code::ErrorCodeAttribute,
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{
        BINDING_REQUEST, BINDING_SUCCESS, Getter, Message, MessageType, Setter, TransactionId,
    },
    xoraddr::XorMappedAddress,
};

use super::*;
use crate::{Via, testing::rng};

const REMOTE_UFRAG: &str = "peer";

fn agent(now: Instant) -> IceLite {
    let local = Credentials::generate(0, &mut rng(1));
    IceLite::new(local, remote(), 11, default_provider().unwrap(), now)
}

fn remote() -> Credentials {
    Credentials {
        ufrag: REMOTE_UFRAG.to_owned(),
        password: "the client's password".to_owned(),
    }
}

fn address(host: u8) -> Path {
    SocketAddr::from(([192, 0, 2, host], 40_000)).into()
}

fn crypto() -> Arc<dyn RTCCryptoProvider> {
    default_provider().unwrap()
}

/// A check like a browser's, with what differs from the usual.
struct Request<'a> {
    local: &'a Credentials,
    remote_ufrag: &'a str,
    role: AttrType,
    nominate: bool,
    extra: Option<AttrType>,
}

impl<'a> Request<'a> {
    fn to(agent: &'a IceLite) -> Self {
        Self {
            local: agent.local(),
            remote_ufrag: REMOTE_UFRAG,
            role: ATTR_ICE_CONTROLLING,
            nominate: false,
            extra: None,
        }
    }

    fn nominating(mut self) -> Self {
        self.nominate = true;
        self
    }

    fn unsigned(&self) -> Message {
        let mut message = Message::new();
        message.typ = BINDING_REQUEST;
        message.transaction_id = TransactionId([9; 12]);
        message.write_header();
        let username = format!("{}:{}", self.local.ufrag, self.remote_ufrag);
        message.add(ATTR_USERNAME, username.as_bytes());
        message.add(ATTR_PRIORITY, &[1, 2, 3, 4]);
        message.add(self.role, &[5; 8]);
        if self.nominate {
            message.add(ATTR_USE_CANDIDATE, &[]);
        }
        if let Some(extra) = self.extra {
            message.add(extra, &[0; 4]);
        }
        message
    }

    fn build(&self) -> Vec<u8> {
        let mut message = self.unsigned();
        sign(&mut message, &self.local.password, crypto().crypto());
        message.raw
    }
}

fn sign(message: &mut Message, password: &str, crypto: &dyn RTCCrypto) {
    MessageIntegrity::new_short_term_integrity_with_provider(password.to_owned(), crypto)
        .add_to(message)
        .unwrap();
    FINGERPRINT.add_to(message).unwrap();
}

fn read(answer: Option<Vec<u8>>) -> Message {
    let mut message = Message::new();
    message.unmarshal_binary(&answer.unwrap()).unwrap();
    FINGERPRINT.check(&message).unwrap();
    message
}

fn error_code(answer: Option<Vec<u8>>) -> u16 {
    let mut code = ErrorCodeAttribute::default();
    code.get_from(&read(answer)).unwrap();
    code.code.0
}

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
fn without_nomination_the_address_validated_last_is_used_and_a_nomination_overrules() {
    let now = Instant::now();
    let mut agent = agent(now);
    let plain = Request::to(&agent).build();
    let nominating = Request::to(&agent).nominating().build();
    agent.handle(address(1), &plain, now);
    assert!(agent.handle(address(2), &plain, now).moved);
    assert!(
        !agent.handle(address(1), &plain, now).moved,
        "a repeated check moves nothing"
    );
    assert_eq!(agent.remote(), Some(address(2)));
    assert!(agent.handle(address(1), &nominating, now).moved);
    assert!(!agent.handle(address(3), &plain, now).moved);
    assert_eq!(agent.remote(), Some(address(1)));
    assert!(agent.handle(address(3), &nominating, now).moved);
    assert_eq!(agent.remote(), Some(address(3)));
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
    let unknown = read(answer.clone())
        .get(rtc_stun::attributes::ATTR_UNKNOWN_ATTRIBUTES)
        .unwrap();
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
    indication.set_type(MessageType::new(
        rtc_stun::message::METHOD_BINDING,
        rtc_stun::message::CLASS_INDICATION,
    ));
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

#[test]
fn a_restart_takes_the_old_credentials_until_the_first_check_with_the_new() {
    let now = Instant::now();
    let mut agent = agent(now);
    let old = Request::to(&agent).nominating().build();
    agent.handle(address(1), &old, now);
    agent.restart(Credentials::generate(0, &mut rng(5)), remote(), now);
    assert!(agent.handle(address(1), &old, now).authentic);
    assert_eq!(agent.remote(), Some(address(1)));
    let new = Request::to(&agent).build();
    let checked = agent.handle(address(2), &new, now);
    assert!(checked.moved, "the old nomination no longer counts");
    assert_eq!(agent.remote(), Some(address(2)));
    assert_eq!(error_code(agent.handle(address(1), &old, now).answer), 401);
    assert!(!agent.is_validated(address(1)));
}

#[test]
fn consent_ends_thirty_seconds_after_the_last_authentic_check() {
    let start = Instant::now();
    let mut agent = agent(start);
    assert_eq!(agent.consent_ends_at(), start + CONSENT);
    let later = start + Duration::from_secs(20);
    let request = Request::to(&agent).build();
    agent.handle(address(1), &request, later);
    assert_eq!(agent.consent_ends_at(), later + CONSENT);
    let mut forged = request;
    let end = forged.len();
    forged[end - 1] ^= 1;
    agent.handle(address(1), &forged, later + Duration::from_secs(5));
    assert_eq!(agent.consent_ends_at(), later + CONSENT);
}

#[test]
fn validated_addresses_are_bounded_and_the_nominated_one_stays() {
    let start = Instant::now();
    let mut agent = agent(start);
    let plain = Request::to(&agent).build();
    let nominating = Request::to(&agent).nominating().build();
    agent.handle(address(1), &nominating, start);
    for host in 2..100 {
        let now = start + Duration::from_millis(u64::from(host));
        assert!(agent.handle(address(host), &plain, now).validated);
    }
    let validated = (1..100).filter(|host| agent.is_validated(address(*host)));
    assert_eq!(validated.count(), paths::KNOWN_MAX);
    assert!(agent.is_validated(address(1)) && agent.is_validated(address(99)));
    assert!(!agent.is_validated(address(2)));
    assert_eq!(agent.remote(), Some(address(1)));
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

#[test]
fn a_closed_connection_gives_way_to_the_path_validated_before_it() {
    let now = Instant::now();
    let mut agent = agent(now);
    let plain = Request::to(&agent).build();
    let nominating = Request::to(&agent).nominating().build();
    let connection = |connection| Path {
        via: Via::Tcp { connection },
        ..address(1)
    };
    agent.handle(address(1), &plain, now);
    agent.handle(connection(1), &plain, now);
    agent.handle(connection(2), &nominating, now);
    assert_eq!(agent.remote(), Some(connection(2)));
    assert!(!agent.forget(connection(1)), "it was not in use");
    assert!(agent.forget(connection(2)));
    assert_eq!(agent.remote(), Some(address(1)), "the same address by UDP");
    assert!(agent.forget(address(1)));
    assert_eq!(agent.remote(), None);
    assert!(agent.handle(connection(3), &plain, now).moved);
    assert_eq!(agent.remote(), Some(connection(3)));
}

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
