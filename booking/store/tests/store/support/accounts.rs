//! Accounts of synthetic people: registered, proved and signed in.

use booking_domain::accounts::{
    Accounts, EmailProof, NewAccount, NewSession, Registered, Sealed, SessionRules,
};
use grant::{Secret, SecretHash};
use ids::PersonId;
use protocol::Locale;
use sqlx::Row;

use super::world::{STARTS_AT_MS, World};

/// Two days before the world's visits.
pub(crate) const NOW_MS: u64 = STARTS_AT_MS - 2 * EmailProof::DAY_MS;
pub(crate) const RULES: SessionRules = SessionRules::VISITOR;

pub(crate) fn token(number: u64) -> Secret {
    Secret::parse(&format!("{number:042}A")).unwrap()
}

pub(crate) fn proof(number: u64, at_ms: u64) -> EmailProof {
    EmailProof {
        token: token(number),
        at_ms,
        expires_at_ms: at_ms + EmailProof::VERIFY_MS,
    }
}

pub(crate) fn session(number: u8, at_ms: u64) -> NewSession {
    NewSession {
        secret: secret(number),
        replaces: None,
        at_ms,
        expires_at_ms: at_ms + RULES.longest_ms,
    }
}

pub(crate) fn secret(number: u8) -> SecretHash {
    SecretHash::from_bytes([number; 32])
}

pub(crate) fn account(world: &World, email: &str, national_id: u8) -> NewAccount {
    NewAccount {
        person: world.store.next_person(),
        name: "林陳秀英".into(),
        phone: "0900000101".into(),
        landline: Some("0223112345".into()),
        locale: Locale::ZhTw,
        email: email.into(),
        email_key: email.into(),
        password_hash: "hash 1".into(),
        sealed: Sealed {
            national_id: vec![1, 2, 3],
            national_id_index: [national_id; 32],
            birth_date: vec![4, 5],
        },
        consent_version: "2026-11".into(),
    }
}

/// An active account, signed in with the session of the same number.
pub(crate) async fn active(world: &World, email: &str, number: u8) -> PersonId {
    let token_number = 1000 + u64::from(number);
    let registered = world
        .store
        .register(account(world, email, number), proof(token_number, NOW_MS))
        .await;
    assert_eq!(registered, Ok(Registered::Added));
    world
        .store
        .verify_email(token(token_number).hash(), session(number, NOW_MS))
        .await
        .unwrap()
        .unwrap()
}

/// Kind, channel and parameters of a person's messages.
pub(crate) async fn messages(world: &World, person: PersonId) -> Vec<(String, String)> {
    sqlx::query("SELECT kind, params FROM outbox WHERE person_id = $1 ORDER BY id")
        .bind(person.to_string())
        .fetch_all(&world.database)
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get("kind"), row.get("params")))
        .collect()
}

pub(crate) async fn kinds(world: &World, person: PersonId) -> Vec<String> {
    let messages = messages(world, person).await;
    messages.into_iter().map(|(kind, _)| kind).collect()
}

pub(crate) async fn signed_in(world: &World, number: u8, now_ms: u64) -> Option<PersonId> {
    let store = &world.store;
    let secrets = [secret(number)];
    let session = store.sessions(&secrets, RULES, now_ms).await.unwrap()[0]?;
    if session.note_due {
        store.note_sessions(&secrets, now_ms).await.unwrap();
    }
    Some(session.person)
}
