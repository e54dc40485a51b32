//! No statement of booking reads a table from end to end that grows with the years.
//!
//! The statements are those that the contracts of booking make: sqlx logs each, and here they are heard. SQLite
//! says how it would carry one out, and says the same of an empty table and of a full one. So does PostgreSQL, told
//! to plan as the store's connections tell it.

use std::{
    collections::BTreeSet,
    fmt::Debug,
    sync::{Arc, Mutex},
};

use booking_store::POSTGRES_PLANS_BY_KEYS;
use sqlx::{AnyConnection, AnyPool, Executor, Row};
use tracing::{
    Event, Instrument, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::{on_sqlite, support};

/// The subjects whose contracts make the statements.
const SUBJECTS: [&str; 6] = [
    "bookings",
    "looks",
    "together",
    "schedule",
    "exceptions",
    "forgetting",
];
/// Facilities are few, and may be read one and all.
const FEW: &str = "facility";
/// Statements of other tests are not heard.
const HEARD: &str = "heard";

#[tokio::test]
async fn no_statement_of_booking_scans_a_table_that_grows() {
    let statements = statements().await;

    let (_store, database, _folder) = support::sqlite().await;
    for sql in &statements {
        let scanned = scanned(&database, sql).await;
        assert!(scanned.is_empty(), "{scanned:?}: {sql}");
    }

    let server = support::postgres_server();
    let (store, database) = support::postgres(&server, "plans").await;
    let mut connection = database.acquire().await.unwrap();
    connection.execute(POSTGRES_PLANS_BY_KEYS).await.unwrap();
    for sql in &statements {
        let steps = steps(&mut connection, sql).await;
        assert!(!reads_all(&steps), "{steps:#?}: {sql}");
    }
    drop(connection);
    store.close().await;
    database.close().await;
}

/// Every statement that the contracts make, but for those of opening a store.
async fn statements() -> BTreeSet<String> {
    let heard = Heard::default();
    tracing_subscriber::registry().with(heard.clone()).init();
    for subject in SUBJECTS {
        on_sqlite::all_of(subject)
            .instrument(tracing::info_span!(HEARD))
            .await;
    }
    let mut statements = heard.0.lock().unwrap().clone();
    let is_of_opening = |sql: &String| {
        ["sqlite_schema", "_sqlx_migrations"]
            .iter()
            .any(|own| sql.contains(own))
    };
    statements.retain(|sql| !is_of_opening(sql));
    let is_visit = |sql: &String| sql.starts_with("INSERT INTO visit ");
    assert!(statements.iter().any(is_visit), "{statements:?}");
    statements
}

/// How PostgreSQL would carry a statement out, whatever its keys are.
async fn steps(connection: &mut AnyConnection, sql: &str) -> Vec<String> {
    let keys = (1..).take_while(|place| sql.contains(&format!("${place}")));
    let keys = vec!["NULL"; keys.count()].join(", ");
    let prepare = format!("PREPARE planned AS {sql}");
    let explain = match keys.as_str() {
        "" => "EXPLAIN EXECUTE planned".to_owned(),
        keys => format!("EXPLAIN EXECUTE planned ({keys})"),
    };
    let prepare = sqlx::AssertSqlSafe(prepare);
    connection.execute(prepare).await.unwrap();
    let explain = sqlx::AssertSqlSafe(explain);
    let rows = connection.fetch_all(explain).await.unwrap();
    connection.execute("DEALLOCATE planned").await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Whether a plan reads all rows of a table or of an index.
fn reads_all(steps: &[String]) -> bool {
    let mut following = steps.iter().skip(1);
    steps.iter().any(|step| {
        let next = following.next();
        let looked_up = next.is_some_and(|next| next.contains("Index Cond"));
        let reads_index = step.contains("Index Scan using") || step.contains("Index Only Scan");
        let joins_all = ["Seq Scan", "Hash Join", "Merge Join"];
        let reads_few = step.contains(&format!(" on {FEW} "));
        !reads_few
            && ((reads_index && !looked_up) || joins_all.iter().any(|all| step.contains(all)))
    })
}

/// The tables, by the statement's names for them, of which every row is looked at.
async fn scanned(database: &AnyPool, sql: &str) -> Vec<String> {
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(explain))
        .fetch_all(database)
        .await
        .unwrap();
    let steps = rows.iter().map(|row| row.get::<String, _>("detail"));
    let tables =
        steps.filter_map(|step| Some(step.strip_prefix("SCAN ")?.split(' ').next()?.to_owned()));
    // The rows of a statement's own values are told in capitals and numbers, and joined as `asked`.
    let is_table =
        |name: &String| name != "asked" && name != FEW && name.starts_with(char::is_lowercase);
    tables.filter(is_table).collect()
}

/// Every text of a statement that was made within the span [`HEARD`].
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<BTreeSet<String>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Heard {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if context
            .lookup_current()
            .is_some_and(|span| span.name() == HEARD)
        {
            event.record(&mut Words(&self.0));
        }
    }
}

struct Words<'a>(&'a Mutex<BTreeSet<String>>);

impl Visit for Words<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        const BEGINNINGS: [&str; 5] = ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"];
        let sql = value.trim();
        let is_whole = ["summary", "db.statement"].contains(&field.name()) && !sql.ends_with('…');
        if is_whole && BEGINNINGS.iter().any(|word| sql.starts_with(word)) {
            self.0.lock().unwrap().insert(sql.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
