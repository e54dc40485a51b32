//! Two transactions that meet halfway, on PostgreSQL: SQLite lets one write after the other.

use booking_domain::applications::{ApplicationState, Restrictions};
use sqlx::AnyPool;
use tokio::task::JoinHandle;

use crate::support::{
    self,
    season::{FIRST_MS, NOW_MS, Season},
    world::World,
};

/// How many transactions wait for another one.
async fn waiting(database: &AnyPool) -> i64 {
    sqlx::query_scalar(
        "SELECT COUNT(DISTINCT pid) FROM pg_locks
         JOIN pg_database ON pg_database.oid = pg_locks.database OR pg_locks.database IS NULL
         WHERE NOT granted AND pg_database.datname = current_database()",
    )
    .fetch_one(database)
    .await
    .unwrap()
}

/// Until so many transactions wait, or the task is through.
async fn until_waiting<T>(database: &AnyPool, count: i64, task: &JoinHandle<T>) {
    while waiting(database).await < count && !task.is_finished() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restriction_waits_for_a_booking_that_has_looked_already() {
    let server = support::postgres_server();
    let (store, database) = support::postgres(&server, "halfway").await;
    let season = Season::new(World::new(store.clone(), database.clone()).await).await;
    // The booking has found no restriction, and waits for the approval that it would keep.
    let mut holding = database.begin().await.unwrap();
    sqlx::query("UPDATE application SET changed_at_ms = changed_at_ms")
        .execute(&mut *holding)
        .await
        .unwrap();
    let booking = season.request(FIRST_MS);
    let books = tokio::spawn({
        let store = store.clone();
        async move { booking_domain::Bookings::book(&store, vec![booking]).await }
    });
    until_waiting(&database, 1, &books).await;
    let restriction = season.world.restriction(NOW_MS, NOW_MS);
    let restricts = tokio::spawn(async move { store.restrict(restriction).await });
    until_waiting(&database, 2, &restricts).await;
    holding.rollback().await.unwrap();
    let visit = books.await.unwrap().remove(0).unwrap().visit;
    restricts.await.unwrap().unwrap();
    assert_eq!(season.state(visit).await, "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_rolled_back_for_another_one_is_done_again() {
    let server = support::postgres_server();
    let (store, database) = support::postgres(&server, "halfway").await;
    let world = World::new(store.clone(), database.clone()).await;
    world.in_state(0, ApplicationState::Approved).await;
    let visit = world.add_visit().await;
    loop {
        let confirm = "UPDATE visit SET state = 'confirmed'";
        support::statement(&database, confirm).await.unwrap();
        // The restriction has the facility and wants the visit, somebody else has the visit and wants the
        // facility.
        let mut other = database.begin().await.unwrap();
        sqlx::query("UPDATE visit SET reason = reason")
            .execute(&mut *other)
            .await
            .unwrap();
        let restriction = world.restriction(NOW_MS, NOW_MS);
        let restricts = tokio::spawn({
            let store = store.clone();
            async move { store.restrict(restriction).await }
        });
        until_waiting(&database, 1, &restricts).await;
        assert!(!restricts.is_finished());
        let met = sqlx::query("UPDATE facility SET name = name")
            .execute(&mut *other)
            .await;
        let met = met.is_ok();
        other.rollback().await.unwrap();
        restricts.await.unwrap().unwrap();
        // PostgreSQL rolls one of them back, mostly the one that has waited longer: the restriction.
        if met {
            break;
        }
    }
    let state: String = sqlx::query_scalar("SELECT state FROM visit WHERE id = $1")
        .bind(visit.to_string())
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(state, "flagged");
}
