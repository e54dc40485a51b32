//! Putting a copy back into a SQLite store that is in use.
//!
//! All tables get the copy's rows in one transaction: whoever reads meanwhile sees the store as it was, whoever writes
//! waits, and wherever the program is stopped, the store is the one or the other. Only what the processes that serve
//! have noted about themselves stays as it is.

use std::path::Path;

use sqlx::{AnyConnection, Connection, Executor};

use crate::{Store, backup::BackupError, many::statement};

/// What belongs to those who use the store now, and to its schema.
const STAY: [&str; 4] = [
    "_sqlx_migrations",
    "serving_process",
    "key_check",
    "job_lease",
];

/// A store to which nobody else can write, and a copy beside it. When this is dropped, the store stays as it is.
#[derive(Debug)]
pub struct PuttingBack {
    connection: AnyConnection,
}

impl Store {
    /// Keeps everybody else from writing, so that a copy with the same schema can be put back.
    ///
    /// # Errors
    /// The store is not SQLite, the copy cannot be read, or somebody else writes for too long.
    pub async fn begin_putting_back(&self, copy: &Path) -> Result<PuttingBack, BackupError> {
        if !self.is_sqlite() {
            return Err(BackupError::NotSqlite);
        }
        let copy = copy.to_str().ok_or(BackupError::Path)?;
        // It is closed afterwards: nobody else gets a connection with these settings.
        let mut connection = self.writers.acquire().await?.detach();
        // What refers to a row is there again before the transaction ends.
        connection.execute("PRAGMA foreign_keys = OFF").await?;
        sqlx::query("ATTACH DATABASE $1 AS copy")
            .bind(copy)
            .execute(&mut connection)
            .await?;
        connection.execute("BEGIN IMMEDIATE").await?;
        Ok(PuttingBack { connection })
    }
}

impl PuttingBack {
    /// Gives the store the rows of the copy.
    ///
    /// # Errors
    /// The database refuses, or the copy's rows refer to others that are not there. The store stays as it was.
    pub async fn finish(mut self) -> Result<(), BackupError> {
        let store = &mut self.connection;
        // Some forbid what is done here, and some would do things twice.
        let triggers: Vec<(String, String)> =
            sqlx::query_as("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'")
                .fetch_all(&mut *store)
                .await?;
        for (name, _) in &triggers {
            run(store, format!("DROP TRIGGER \"{name}\"")).await?;
        }
        for table in tables(store).await? {
            replace(store, &table).await?;
        }
        // The numbers that rows get by themselves go on where those of the copy end.
        replace(store, "sqlite_sequence").await?;
        for (_, trigger) in triggers {
            run(store, trigger).await?;
        }
        let lost = sqlx::query("PRAGMA foreign_key_check");
        if lost.fetch_optional(&mut *store).await?.is_some() {
            return Err(BackupError::Damaged(
                "rows refer to others that are not there".into(),
            ));
        }
        store.execute("COMMIT").await?;
        Ok(self.connection.close().await?)
    }
}

async fn tables(store: &mut AnyConnection) -> Result<Vec<String>, BackupError> {
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
            .fetch_all(store)
            .await?;
    let names = tables.into_iter().map(|(name,)| name);
    Ok(names
        .filter(|name| !name.starts_with("sqlite_") && !STAY.contains(&name.as_str()))
        .collect())
}

/// Gives a table the rows of the copy's, column by column.
async fn replace(store: &mut AnyConnection, table: &str) -> Result<(), BackupError> {
    let (columns,): (String,) = sqlx::query_as(
        "SELECT group_concat('\"' || name || '\"', ', ') FROM pragma_table_info($1)",
    )
    .bind(table)
    .fetch_one(&mut *store)
    .await?;
    run(store, format!("DELETE FROM main.\"{table}\"")).await?;
    run(
        store,
        format!("INSERT INTO main.\"{table}\" ({columns}) SELECT {columns} FROM copy.\"{table}\""),
    )
    .await
}

async fn run(store: &mut AnyConnection, sql: String) -> Result<(), BackupError> {
    statement(sql).execute(store).await?;
    Ok(())
}
