//! No statement of booking reads a table from end to end that grows with the years.
//!
//! The statements are those that the contracts of booking make: sqlx logs each, and here they are heard. SQLite
//! says how it would carry one out, and says the same of an empty table and of a full one.

use std::{
    collections::BTreeSet,
    fmt::Debug,
    sync::{Arc, Mutex},
};

use sqlx::{AnyPool, Row};
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
const SUBJECTS: [&str; 4] = ["bookings", "looks", "together", "schedule"];
/// Statements of other tests are not heard.
const HEARD: &str = "heard";

#[tokio::test]
async fn no_statement_of_booking_scans_a_table_that_grows() {
    let heard = Heard::default();
    tracing_subscriber::registry().with(heard.clone()).init();
    for subject in SUBJECTS {
        on_sqlite::all_of(subject)
            .instrument(tracing::info_span!(HEARD))
            .await;
    }
    let (_store, database, _folder) = support::sqlite().await;
    let statements = heard.0.lock().unwrap().clone();
    assert!(
        statements
            .iter()
            .any(|sql| sql.starts_with("INSERT INTO visit ")),
        "{statements:?}"
    );
    for sql in &statements {
        let scanned = scanned(&database, sql).await;
        assert!(scanned.is_empty(), "{scanned:?}: {sql}");
    }
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
    let is_table = |name: &String| name != "asked" && name.starts_with(char::is_lowercase);
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
