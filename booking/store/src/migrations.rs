//! The schemas, step by step. A step that has been released is never changed: another follows it.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// A step of a schema: its number, its name and its statements.
pub(crate) type Step = (i64, &'static str, &'static str);

macro_rules! steps {
    ($engine:literal: $($number:literal $name:literal),+ $(,)?) => {
        &[$((
            $number,
            $name,
            include_str!(concat!("../migrations/", $engine, "/000", $number, "_", $name, ".sql")),
        )),+]
    };
}

macro_rules! schema {
    ($engine:literal) => {
        steps!($engine:
            1 "registry", 2 "accounts", 3 "staff", 4 "applications",
            5 "visits", 6 "slots", 7 "messages", 8 "audit")
    };
}

pub(crate) const SQLITE: &[Step] = schema!("sqlite");
pub(crate) const POSTGRES: &[Step] = schema!("postgres");

pub(crate) fn migrator(steps: &[Step]) -> Migrator {
    let migration = |(version, name, sql): &Step| {
        let sql = sql.into_sql_str();
        Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(steps.iter().map(migration).collect())
}
