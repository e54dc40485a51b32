//! Accounts, from the registration to what is forgotten after the closing.

use booking_domain::{
    Channel, MessageFilter, MessageKind, Outbox, StoreError,
    accounts::{
        AccountState, Accounts, Closed, ContactChange, EmailProof, NewAccount, NewSession,
        PasswordChange, PasswordReset, Registered, Sealed, SessionRules, Swept,
    },
};
use grant::{Secret, SecretHash};
use ids::PersonId;
use protocol::Locale;
use sqlx::Row;

use crate::support::{
    statement,
    world::{MINUTE_MS, STARTS_AT_MS, World},
};

/// Two days before the world's visits.
const NOW_MS: u64 = STARTS_AT_MS - 2 * EmailProof::DAY_MS;
const RULES: SessionRules = SessionRules::VISITOR;

fn token(number: u64) -> Secret {
    Secret::parse(&format!("{number:042}A")).unwrap()
}

fn proof(number: u64, at_ms: u64) -> EmailProof {
    EmailProof {
        token: token(number),
        at_ms,
        expires_at_ms: at_ms + EmailProof::VERIFY_MS,
    }
}

fn session(number: u8, at_ms: u64) -> NewSession {
    NewSession {
        secret: secret(number),
        replaces: None,
        at_ms,
        expires_at_ms: at_ms + RULES.longest_ms,
    }
}

fn secret(number: u8) -> SecretHash {
    SecretHash::from_bytes([number; 32])
}

fn account(world: &World, email: &str, national_id: u8) -> NewAccount {
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
async fn active(world: &World, email: &str, number: u8) -> PersonId {
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
async fn messages(world: &World, person: PersonId) -> Vec<(String, String)> {
    sqlx::query("SELECT kind, params FROM outbox WHERE person_id = $1 ORDER BY id")
        .bind(person.to_string())
        .fetch_all(&world.database)
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get("kind"), row.get("params")))
        .collect()
}

async fn kinds(world: &World, person: PersonId) -> Vec<String> {
    let messages = messages(world, person).await;
    messages.into_iter().map(|(kind, _)| kind).collect()
}

async fn signed_in(world: &World, number: u8, now_ms: u64) -> Option<PersonId> {
    let store = &world.store;
    let secrets = [secret(number)];
    let session = store.sessions(&secrets, RULES, now_ms).await.unwrap()[0]?;
    if session.note_due {
        store.note_sessions(&secrets, now_ms).await.unwrap();
    }
    Some(session.person)
}

pub(crate) async fn a_letters_token_proves_the_address_once_and_in_time(world: World) {
    let new = account(&world, "a@example.tw", 1);
    let person = new.person;
    let store = &world.store;
    assert_eq!(
        store.register(new, proof(1, NOW_MS)).await,
        Ok(Registered::Added)
    );
    let (kind, params) = messages(&world, person).await.remove(0);
    assert_eq!(kind, "verify_email");
    assert!(params.contains(token(1).reveal()));
    let late = session(1, NOW_MS + EmailProof::VERIFY_MS);
    assert_eq!(store.verify_email(token(1).hash(), late).await, Ok(None));
    assert_eq!(
        store
            .verify_email(token(2).hash(), session(1, NOW_MS))
            .await,
        Ok(None)
    );
    let known = store.credentials("a@example.tw").await.unwrap().unwrap();
    assert_eq!(known.state, AccountState::PendingEmail);
    let refused = store.sign_in(person, "hash 1", session(1, NOW_MS)).await;
    assert_eq!(refused, Ok(false));
    let verified = store
        .verify_email(token(1).hash(), session(1, NOW_MS))
        .await;
    assert_eq!(verified, Ok(Some(person)));
    assert_eq!(signed_in(&world, 1, NOW_MS).await, Some(person));
    let again = store
        .verify_email(token(1).hash(), session(2, NOW_MS))
        .await;
    assert_eq!(again, Ok(None));
    assert_eq!(signed_in(&world, 2, NOW_MS).await, None);
}

pub(crate) async fn who_never_proved_an_address_gives_way_to_who_registers_with_it(world: World) {
    let store = &world.store;
    let mut numbers = 0;
    let mut last = None;
    for (email, national_id) in [
        ("a@example.tw", 1),
        ("a@example.tw", 2),
        ("b@example.tw", 2),
    ] {
        numbers += 1;
        let new = account(&world, email, national_id);
        last = Some(new.person);
        let registered = store.register(new, proof(numbers, NOW_MS)).await;
        assert_eq!(registered, Ok(Registered::Added));
    }
    assert_eq!(store.credentials("a@example.tw").await, Ok(None));
    for number in 1..=2 {
        let verified = store.verify_email(token(number).hash(), session(1, NOW_MS));
        assert_eq!(verified.await, Ok(None));
    }
    let verified = store
        .verify_email(token(3).hash(), session(1, NOW_MS))
        .await;
    assert_eq!(verified, Ok(last));
}

pub(crate) async fn who_owns_an_address_or_a_national_id_is_told_and_nothing_is_added(
    world: World,
) {
    let store = &world.store;
    let owner = active(&world, "a@example.tw", 1).await;
    let next_day = NOW_MS + EmailProof::DAY_MS;
    for (number, email, national_id, at_ms) in [
        (1, "a@example.tw", 2, NOW_MS),
        (2, "b@example.tw", 1, NOW_MS),
        (3, "b@example.tw", 1, next_day),
    ] {
        let new = account(&world, email, national_id);
        let person = new.person;
        let registered = store.register(new, proof(number, at_ms)).await;
        assert_eq!(registered, Ok(Registered::AlreadyOwned));
        assert_eq!(store.account(person).await, Ok(None));
    }
    assert_eq!(store.credentials("b@example.tw").await, Ok(None));
    let told = ["verify_email", "account_exists", "account_exists"];
    assert_eq!(kinds(&world, owner).await, told);
}

pub(crate) async fn of_many_who_register_with_one_national_id_at_once_one_is_left(world: World) {
    let registrations: Vec<_> = (0..8_u64)
        .map(|number| {
            let new = account(&world, &format!("{number}@example.tw"), 1);
            let store = world.store.clone();
            tokio::spawn(async move { store.register(new, proof(number, NOW_MS)).await })
        })
        .collect();
    for registration in registrations {
        let registered = registration.await.unwrap();
        assert!(
            matches!(
                registered,
                Ok(Registered::Added) | Err(StoreError::Unavailable(_))
            ),
            "{registered:?}"
        );
    }
    let row = sqlx::query("SELECT COUNT(*) AS accounts FROM account")
        .fetch_one(&world.database)
        .await
        .unwrap();
    assert_eq!(row.get::<i64, _>("accounts"), 1);
}

pub(crate) async fn letters_are_rationed_and_the_newest_alone_counts(world: World) {
    let store = &world.store;
    let new = account(&world, "a@example.tw", 1);
    let person = new.person;
    store.register(new, proof(0, NOW_MS)).await.unwrap();
    let renew = async |number: u64, at_ms| {
        let proof = proof(number, at_ms);
        store
            .renew_verification("a@example.tw", proof)
            .await
            .unwrap()
    };
    assert!(!renew(1, NOW_MS + EmailProof::PAUSE_MS - 1).await);
    for number in 1..u64::from(EmailProof::LETTERS_A_DAY) {
        assert!(
            renew(number, NOW_MS + number * EmailProof::PAUSE_MS).await,
            "{number}"
        );
    }
    let later_ms = NOW_MS + 20 * EmailProof::PAUSE_MS;
    assert!(!renew(20, later_ms).await);
    assert!(renew(21, NOW_MS + EmailProof::DAY_MS).await);
    assert_eq!(kinds(&world, person).await.len(), 11);
    let unknown = store
        .renew_verification("b@example.tw", proof(30, later_ms))
        .await;
    assert_eq!(unknown, Ok(false));
    let at_ms = NOW_MS + EmailProof::DAY_MS;
    let before = store
        .verify_email(token(9).hash(), session(1, NOW_MS))
        .await;
    assert_eq!(before, Ok(None));
    let newest = store
        .verify_email(token(21).hash(), session(1, at_ms))
        .await;
    assert_eq!(newest, Ok(Some(person)));
    let done = store
        .renew_verification("a@example.tw", proof(31, at_ms * 2))
        .await;
    assert_eq!(done, Ok(false));
}

pub(crate) async fn a_session_ends_when_it_is_not_used_when_it_is_old_and_when_it_is_ended(
    world: World,
) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let mut now_ms = NOW_MS;
    while now_ms + 20 * MINUTE_MS < NOW_MS + RULES.longest_ms {
        now_ms += 20 * MINUTE_MS;
        assert_eq!(signed_in(&world, 1, now_ms).await, Some(person));
    }
    assert_eq!(signed_in(&world, 1, NOW_MS + RULES.longest_ms).await, None);
    assert_eq!(
        store.sign_in(person, "hash 1", session(2, NOW_MS)).await,
        Ok(true)
    );
    assert_eq!(signed_in(&world, 2, NOW_MS + RULES.idle_ms).await, None);
    assert_eq!(signed_in(&world, 2, NOW_MS).await, Some(person));
    store.sign_out(secret(2)).await.unwrap();
    assert_eq!(signed_in(&world, 2, NOW_MS).await, None);
    let replacing = NewSession {
        replaces: Some(secret(3)),
        ..session(4, NOW_MS)
    };
    store
        .sign_in(person, "hash 1", session(3, NOW_MS))
        .await
        .unwrap();
    store.sign_in(person, "hash 1", replacing).await.unwrap();
    assert_eq!(signed_in(&world, 3, NOW_MS).await, None);
    for number in 10..30 {
        let session = session(number, NOW_MS + u64::from(number));
        store.sign_in(person, "hash 1", session).await.unwrap();
    }
    let mut running = Vec::new();
    for number in 1..30 {
        running.extend(signed_in(&world, number, NOW_MS + 30).await.map(|_| number));
    }
    assert_eq!(running, (20..30).collect::<Vec<_>>());
    let suspend = "UPDATE account
        SET state = 'suspended', suspended_at_ms = 0, suspension_reason = ''";
    statement(&world.database, suspend).await.unwrap();
    assert_eq!(signed_in(&world, 29, NOW_MS + 30).await, None);
}

pub(crate) async fn a_password_is_reset_once_and_all_sessions_end(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let offered = store.offer_reset("a@example.tw", proof(1, NOW_MS)).await;
    assert_eq!(offered, Ok(true));
    let reset = |number| PasswordReset {
        token: token(number).hash(),
        password_hash: "hash 2".into(),
        at_ms: NOW_MS,
    };
    assert_eq!(store.reset_password(reset(2)).await, Ok(None));
    let wrong_kind = store
        .verify_email(token(1).hash(), session(2, NOW_MS))
        .await;
    assert_eq!(wrong_kind, Ok(None));
    assert_eq!(store.reset_password(reset(1)).await, Ok(Some(person)));
    assert_eq!(store.reset_password(reset(1)).await, Ok(None));
    assert_eq!(signed_in(&world, 1, NOW_MS).await, None);
    assert_eq!(
        store.sign_in(person, "hash 1", session(2, NOW_MS)).await,
        Ok(false)
    );
    assert_eq!(
        store.sign_in(person, "hash 2", session(2, NOW_MS)).await,
        Ok(true)
    );
    let told = ["verify_email", "password_reset", "password_changed"];
    assert_eq!(kinds(&world, person).await, told);
}

pub(crate) async fn a_visitors_changed_password_ends_the_other_sessions(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    store
        .sign_in(person, "hash 1", session(2, NOW_MS))
        .await
        .unwrap();
    let change = |from: &str, to: &str| PasswordChange {
        person,
        verified_hash: from.into(),
        password_hash: to.into(),
        keep: secret(2),
        at_ms: NOW_MS,
    };
    assert_eq!(
        store.change_password(change("hash 0", "hash 2")).await,
        Ok(false)
    );
    assert_eq!(
        store.change_password(change("hash 1", "hash 2")).await,
        Ok(true)
    );
    assert_eq!(
        store.change_password(change("hash 1", "hash 3")).await,
        Ok(false)
    );
    assert_eq!(signed_in(&world, 1, NOW_MS).await, None);
    assert_eq!(signed_in(&world, 2, NOW_MS).await, Some(person));
}

pub(crate) async fn how_a_person_is_reached_changes_field_by_field(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let change = ContactChange {
        phone: Some("0900000999".into()),
        ..ContactChange::default()
    };
    store.change_contact(person, change, NOW_MS).await.unwrap();
    let change = ContactChange {
        landline: Some(None),
        locale: Some(Locale::Vi),
        ..ContactChange::default()
    };
    store.change_contact(person, change, NOW_MS).await.unwrap();
    let account = store.account(person).await.unwrap().unwrap();
    assert_eq!(
        (account.phone.as_str(), account.landline),
        ("0900000999", None)
    );
    assert_eq!(
        (account.locale, account.name.as_str()),
        (Locale::Vi, "林陳秀英")
    );
    assert_eq!(
        (account.national_id, account.birth_date),
        (vec![1, 2, 3], vec![4, 5])
    );
}

pub(crate) async fn who_has_another_number_is_told_at_the_one_before_and_by_e_mail(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let before = store.account(person).await.unwrap().unwrap().phone;
    let change = async |phone: Option<&str>, at_ms| {
        let change = ContactChange {
            phone: phone.map(str::to_owned),
            landline: Some(None),
            ..ContactChange::default()
        };
        store.change_contact(person, change, at_ms).await.unwrap();
    };
    let told = async || {
        let filter = MessageFilter {
            limit: 100,
            ..MessageFilter::default()
        };
        let messages = store.messages(&filter).await.unwrap();
        let mut told: Vec<_> = messages
            .into_iter()
            .map(|message| message.content)
            .filter(|content| content.kind == MessageKind::PhoneChanged)
            .map(|content| (content.channel, content.address.unwrap()))
            .collect();
        told.sort_unstable();
        told
    };
    change(None, NOW_MS).await;
    change(Some(&before), NOW_MS).await;
    assert_eq!(told().await, []);
    change(Some("0900000999"), NOW_MS).await;
    let expected = [
        (Channel::Sms, before.clone()),
        (Channel::Email, "a@example.tw".to_owned()),
    ];
    assert_eq!(told().await, expected);
    // Each change is told, at the number before it.
    change(Some(&before), NOW_MS + 1).await;
    assert_eq!(told().await.len(), 4);
    assert_eq!(told().await[1], (Channel::Sms, "0900000999".to_owned()));
}

pub(crate) async fn a_person_is_told_all_that_is_kept(world: World) {
    let person = active(&world, "a@example.tw", 1).await;
    let mut visit = world.visit();
    visit.party = vec![person, world.people[1]];
    booking_domain::Registry::add_visit(&world.store, visit)
        .await
        .unwrap();
    let data = world
        .store
        .personal_data(person, NOW_MS)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(data.account.email, "a@example.tw");
    assert_eq!(data.visits.len(), 1);
    assert_eq!(
        (&*data.visits[0].inmate, &*data.visits[0].state),
        ("林明華", "confirmed")
    );
    assert_eq!(data.messages[0].kind, "verify_email");
    let steps: Vec<_> = data
        .events
        .iter()
        .map(|event| (&*event.action, event.own))
        .collect();
    let told = ["personal_data_told", "email_verified", "account_registered"];
    assert_eq!(steps, told.map(|step| (step, true)));
    let nobody = world.store.personal_data(world.people[0], NOW_MS).await;
    assert_eq!(nobody, Ok(None));
}

pub(crate) async fn an_account_is_closed_once_no_visit_is_booked(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let mut visit = world.visit();
    visit.party = vec![person];
    let visit = booking_domain::Registry::add_visit(store, visit)
        .await
        .unwrap();
    let close = async |hash: &str| store.close_account(person, hash, NOW_MS).await.unwrap();
    assert_eq!(close("hash 1").await, Closed::HasVisits);
    assert_eq!(close("hash 2").await, Closed::NotOpen);
    let cancel = format!("UPDATE visit SET state = 'cancelled' WHERE id = '{visit}'");
    statement(&world.database, &cancel).await.unwrap();
    assert_eq!(close("hash 1").await, Closed::Done);
    assert_eq!(close("hash 1").await, Closed::NotOpen);
    assert_eq!(signed_in(&world, 1, NOW_MS).await, None);
    assert_eq!(store.credentials("a@example.tw").await, Ok(None));
    let left = store.account(person).await.unwrap().unwrap();
    assert_eq!((&*left.email, &*left.phone, left.landline), ("", "", None));
    assert_eq!(&*left.name, "林陳秀英");
    active(&world, "a@example.tw", 1).await;
}

pub(crate) async fn who_closes_an_account_and_comes_back_is_barred_as_before(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let World {
        facility, inmates, ..
    } = &world;
    for (id, until, lifted) in [
        ("1", "NULL", "NULL"),
        ("2", "1", "NULL"),
        ("3", "NULL", "1"),
    ] {
        let bar = format!(
            "INSERT INTO restriction (id, facility_id, person_id, inmate_id, kind, reason,
                                      from_ms, until_ms, created_at_ms, lifted_at_ms)
             VALUES ('{id}', '{facility}', '{person}', '{}', 'no_contact', '法院命令', 0, {until},
                     0, {lifted})",
            inmates[0]
        );
        statement(&world.database, &bar).await.unwrap();
    }
    let closed = store.close_account(person, "hash 1", NOW_MS).await;
    assert_eq!(closed, Ok(Closed::Done));
    let later_ms = NOW_MS + 2 * Swept::CLOSED_MS;
    assert_eq!(
        store.sweep_accounts(later_ms, 10).await.unwrap().forgotten,
        0
    );
    let back = active(&world, "a@example.tw", 1).await;
    let bars = sqlx::query("SELECT kind, inmate_id FROM restriction WHERE person_id = $1")
        .bind(back.to_string())
        .fetch_all(&world.database)
        .await
        .unwrap();
    assert_eq!(bars.len(), 1);
    assert_eq!(
        bars[0].get::<String, _>("inmate_id"),
        inmates[0].to_string()
    );
}

pub(crate) async fn what_has_had_its_time_is_removed(world: World) {
    let store = &world.store;
    let closing = active(&world, "a@example.tw", 1).await;
    store
        .close_account(closing, "hash 1", NOW_MS)
        .await
        .unwrap();
    let owner = active(&world, "b@example.tw", 2).await;
    let new = account(&world, "c@example.tw", 3);
    let unproved = new.person;
    store.register(new, proof(3, NOW_MS)).await.unwrap();
    let swept = store
        .sweep_accounts(NOW_MS + EmailProof::VERIFY_MS, 10)
        .await;
    assert_eq!(swept, Ok(Swept::default()));
    let day = store.sweep_accounts(NOW_MS + Swept::UNPROVED_MS + EmailProof::VERIFY_MS + 1, 10);
    let expected = Swept {
        unproved: 1,
        tokens: 1,
        sessions: 1,
        forgotten: 0,
    };
    assert_eq!(day.await, Ok(expected));
    assert_eq!(store.account(unproved).await, Ok(None));
    let later_ms = NOW_MS + Swept::CLOSED_MS + 1;
    assert_eq!(
        store.sweep_accounts(later_ms, 10).await.unwrap().forgotten,
        1
    );
    assert_eq!(
        store.sweep_accounts(later_ms, 10).await,
        Ok(Swept::default())
    );
    let forgotten = store.account(closing).await.unwrap().unwrap();
    assert_eq!((&*forgotten.name, forgotten.national_id.len()), ("", 0));
    assert_eq!(
        store.account(owner).await.unwrap().unwrap().name,
        "林陳秀英"
    );
}
