//! A PostgreSQL server of the test's own, a SQLite file of its own, and a small world of synthetic people.

pub(crate) mod accounts;
pub(crate) mod applicants;
pub(crate) mod season;
pub(crate) mod world;

use booking_store::Store;
use postgres_server::{Commit, PostgresServer};
use sqlx::{AnyPool, ConnectOptions, Row, any::AnyConnectOptions};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// A new SQLite store, a second way to its database, and the folder that it lives in.
pub(crate) async fn sqlite() -> (Store, AnyPool, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("visits.db");
    let store = Store::sqlite(&path).await.unwrap();
    let database = past_the_store(&format!("sqlite://{}", path.display())).await;
    (store, database, folder)
}

/// A PostgreSQL server of the test's own.
pub(crate) fn postgres_server() -> PostgresServer {
    PostgresServer::start(Commit::DoesNotWait).expect("these tests need a PostgreSQL server")
}

/// A store on a new PostgreSQL database, and a second way to it.
pub(crate) async fn postgres(server: &PostgresServer, name: &str) -> (Store, AnyPool) {
    let url = server.new_database(name).await.unwrap();
    let store = Store::postgres(&url).await.unwrap();
    (store, past_the_store(&url).await)
}

/// A second way to a database. Its statements are not the store's, and are not logged.
async fn past_the_store(url: &str) -> AnyPool {
    let options: AnyConnectOptions = url.parse().unwrap();
    let options = options.disable_statement_logging();
    AnyPool::connect_with(options).await.unwrap()
}

/// Actor, action and detail of a visit's steps, from the first on.
pub(crate) async fn audit_trail(
    database: &AnyPool,
    visit: ids::VisitId,
) -> Vec<(String, String, String)> {
    audit_trail_of(database, visit).await
}

/// Actor, action and detail of what happened to something, from the first on.
pub(crate) async fn audit_trail_of(
    database: &AnyPool,
    subject: impl std::fmt::Display,
) -> Vec<(String, String, String)> {
    sqlx::query(
        "SELECT actor, action, detail FROM audit_event WHERE subject_id = $1 ORDER BY sequence",
    )
    .bind(subject.to_string())
    .fetch_all(database)
    .await
    .unwrap()
    .iter()
    .map(|row| (row.get("actor"), row.get("action"), row.get("detail")))
    .collect()
}

/// The actions of the whole trail, from the first on.
pub(crate) async fn audit_actions(database: &AnyPool) -> Vec<String> {
    sqlx::query("SELECT action FROM audit_event ORDER BY sequence")
        .fetch_all(database)
        .await
        .unwrap()
        .iter()
        .map(|row| row.get("action"))
        .collect()
}

/// Runs a statement as somebody would who comes past the store.
pub(crate) async fn statement(database: &AnyPool, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .execute(database)
        .await
        .map(|_| ())
}

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
pub(crate) async fn until_waiting<T>(database: &AnyPool, count: i64, task: &JoinHandle<T>) {
    while waiting(database).await < count && !task.is_finished() {
        tokio::task::yield_now().await;
    }
}
