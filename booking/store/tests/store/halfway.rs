//! Two transactions that meet halfway, on PostgreSQL: SQLite lets one write after the other.

use booking_domain::{
    BookRefusal, Bookings,
    accounts::{NewSuspension, Suspensions},
    applications::{ApplicationState, Restrictions},
};
use sqlx::AnyPool;
use tokio::task::JoinHandle;

use crate::support::{
    self,
    season::{FIRST_MS, NOW_MS, Season, new_applicant},
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
    takes_back_what_is_booked_meanwhile(|world| {
        let (store, restriction) = (world.store.clone(), world.restriction(NOW_MS, NOW_MS));
        async move {
            store.restrict(restriction).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_waits_for_a_booking_that_has_looked_already() {
    takes_back_what_is_booked_meanwhile(|world| {
        let store = world.store.clone();
        let suspension = NewSuspension {
            person: world.people[0],
            staff: world.officer,
            reason: "身分資料須再確認".into(),
            at_ms: NOW_MS,
        };
        async move {
            store.suspend(suspension).await.unwrap();
        }
    })
    .await;
}

/// What begins when a booking of the first person's has found nothing against it waits for the booking, and
/// takes the hold back.
async fn takes_back_what_is_booked_meanwhile<Doing>(begin: impl FnOnce(&World) -> Doing)
where
    Doing: Future<Output = ()> + Send + 'static,
{
    let server = support::postgres_server();
    let (store, database) = support::postgres(&server, "halfway").await;
    let season = Season::new(World::new(store.clone(), database.clone()).await).await;
    season.world.account(0, "a@example.tw").await;
    // The booking has found nothing, and waits for the approval that it would keep.
    let mut holding = database.begin().await.unwrap();
    sqlx::query("UPDATE application SET changed_at_ms = changed_at_ms")
        .execute(&mut *holding)
        .await
        .unwrap();
    let booking = season.request(FIRST_MS);
    let books = tokio::spawn({
        let store = store.clone();
        async move { Bookings::book(&store, vec![booking]).await }
    });
    until_waiting(&database, 1, &books).await;
    let does = tokio::spawn(begin(&season.world));
    until_waiting(&database, 2, &does).await;
    holding.rollback().await.unwrap();
    let visit = books.await.unwrap().remove(0).unwrap().visit;
    does.await.unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn of_bookings_that_are_written_together_only_who_lost_the_terminal_goes_without() {
    let server = support::postgres_server();
    let (store, database) = support::postgres(&server, "halfway").await;
    let season = Season::new(World::new(store.clone(), database.clone()).await).await;
    let (_, stranger) = new_applicant(&season.world, 1).await;
    // Somebody comes past the facility's row, and has taken a terminal before the bookings see it.
    let mut passing = database.begin().await.unwrap();
    let terminal = season.world.terminals[0];
    let visit = format!(
        "INSERT INTO visit (id, facility_id, terminal_id, inmate_id, opens_at_ms, starts_at_ms,
                            ends_at_ms, state)
         SELECT id, facility_id, '{terminal}', inmate_id, {FIRST_MS}, {FIRST_MS}, {FIRST_MS} + 60000,
                'confirmed' FROM application WHERE id = '{stranger}'"
    );
    sqlx::query(sqlx::AssertSqlSafe(visit))
        .execute(&mut *passing)
        .await
        .unwrap();
    let requests = vec![season.request(FIRST_MS), season.other_request(FIRST_MS)];
    let books = tokio::spawn({
        let store = store.clone();
        async move { Bookings::book(&store, requests).await }
    });
    until_waiting(&database, 1, &books).await;
    assert!(!books.is_finished());
    passing.commit().await.unwrap();
    let answers = books.await.unwrap();
    assert_eq!(
        answers[0].as_ref().unwrap().terminal,
        season.world.terminals[1]
    );
    assert_eq!(answers[1], Err(BookRefusal::SlotFull.into()));
    assert_eq!(season.used().await, 1);
    let counted: i64 = sqlx::query_scalar("SELECT CAST(SUM(visits) AS BIGINT) FROM visit_month")
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(counted, 1);
}
