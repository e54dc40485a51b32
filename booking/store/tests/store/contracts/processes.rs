//! The processes that serve, and by what keys are known.

use booking_store::{KeyCheck, Standing, Store};

use crate::support::world::World;

pub(crate) async fn who_serves_is_known_until_it_ends_or_is_long_gone(world: World) {
    let store = &world.store;
    let since = async |since_ms| {
        let processes = store.serving_since(since_ms).await.unwrap();
        let known = processes.into_iter();
        known
            .map(|process| (process.id, process.vault_key, process.seen_at_ms))
            .collect::<Vec<_>>()
    };
    let of = |id: &str, key, at_ms| (id.to_owned(), key, at_ms);
    store.note_serving("a", 0, 1_000).await.unwrap();
    store.note_serving("b", 1, 1_500).await.unwrap();
    assert_eq!(since(1_000).await, [of("a", 0, 1_000), of("b", 1, 1_500)]);
    store.note_serving("a", 0, 2_000).await.unwrap();
    assert_eq!(since(1_501).await, [of("a", 0, 2_000)]);
    store.serving_ended("a").await.unwrap();
    assert_eq!(since(0).await, [of("b", 1, 1_500)]);
    let a_day_later = 1_501 + 24 * 60 * 60 * 1000;
    store.note_serving("c", 2, a_day_later).await.unwrap();
    assert_eq!(since(0).await, [of("c", 2, a_day_later)]);
}

pub(crate) async fn keys_are_known_again_by_their_codes(world: World) {
    let store = &world.store;
    let check = |name: &str, code| KeyCheck {
        name: name.to_owned(),
        code: [code; 32],
    };
    assert_eq!(store.key_checks().await.unwrap(), []);
    let (index, vault) = (check("index", 1), check("vault 0", 2));
    store
        .add_key_checks(&[vault.clone(), index.clone()])
        .await
        .unwrap();
    store.add_key_checks(&[check("vault 0", 9)]).await.unwrap();
    assert_eq!(store.key_checks().await.unwrap(), [index.clone(), vault]);
    store
        .forget_key_checks(&["vault 0".to_owned()])
        .await
        .unwrap();
    assert_eq!(store.key_checks().await.unwrap(), [index]);
}

pub(crate) async fn a_store_is_used_as_it_is_once_it_is_up_to_date(world: World) {
    let url = world.database.connect_options().database_url.to_string();
    let address = url.replacen("sqlite://", "sqlite:", 1);
    let standing = Store::standing(&address).await.unwrap();
    assert_eq!(standing, Some(Standing::Current));
    Store::existing(&address).await.unwrap().close().await;
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 8")
        .execute(&world.database)
        .await
        .unwrap();
    let refused = Store::existing(&address).await.unwrap_err();
    assert!(refused.to_string().contains("older"), "{refused}");
}
