//! Visitors' sessions: what begins them, and what ends them.

use booking_domain::accounts::{Accounts, NewSession, PasswordChange, PasswordReset};

use crate::support::{
    accounts::{NOW_MS, RULES, active, kinds, proof, secret, session, signed_in, token},
    statement,
    world::{MINUTE_MS, World},
};

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
