//! The schemas, step by step. A step that has been released is never changed: another follows it.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// A step of a schema: its number, its name and its statements.
pub(crate) type Step = (i64, &'static str, &'static str);

pub(crate) const SQLITE: &[Step] = &[(
    1,
    "visits",
    include_str!("../migrations/sqlite/0001_visits.sql"),
)];

pub(crate) const POSTGRES: &[Step] = &[(
    1,
    "visits",
    include_str!("../migrations/postgres/0001_visits.sql"),
)];

pub(crate) fn migrator(steps: &[Step]) -> Migrator {
    let migration = |(version, name, sql): &Step| {
        let sql = sql.into_sql_str();
        Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(steps.iter().map(migration).collect())
}
