//! Where media goes: by the path that was nominated, else by the one validated last.

use super::*;
use crate::Via;

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
