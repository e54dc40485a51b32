//! How an account comes to be: it is registered, and a letter's token proves its address.

use booking_domain::{
    StoreError,
    accounts::{AccountState, Accounts, EmailProof, Registered},
};
use sqlx::Row;

use crate::support::{
    accounts::{NOW_MS, account, active, kinds, messages, proof, session, signed_in, token},
    world::World,
};

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
