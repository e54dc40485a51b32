//! How the schema of a database stands to that of this program, before anything is done to it.

use sqlx::{AnyConnection, Row};

use crate::{
    engine::OpenError,
    migrations::{POSTGRES, SQLITE, Step, migrator},
};

/// How a store's schema stands to that of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The same.
    Current,
    /// Its last steps are missing.
    Older,
    /// It has steps that this program does not know.
    Newer,
    /// This step of it, by its number, is another than this program's, or was left halfway.
    Different(i64),
}

/// A step of a schema, as the database tells that it was done.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Done {
    version: i64,
    description: String,
    checksum: Vec<u8>,
    whole: bool,
}

/// How the store in a SQLite file stands; `None`: nothing is in the file yet.
pub(crate) async fn of_sqlite(
    connection: &mut AnyConnection,
) -> Result<Option<Standing>, OpenError> {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let tables: Vec<(String,)> = sqlx::query_as(tables)
        .fetch_all(&mut *connection)
        .await
        .map_err(OpenError::Connect)?;
    if tables.is_empty() {
        return Ok(None);
    }
    if !tables.iter().any(|(name,)| name == "_sqlx_migrations") {
        return Err(OpenError::Foreign);
    }
    of_steps(connection, SQLITE).await.map(Some)
}

/// How the store in a PostgreSQL database stands; `None`: there is none in it yet, whatever else is.
pub(crate) async fn of_postgres(
    connection: &mut AnyConnection,
) -> Result<Option<Standing>, OpenError> {
    let table = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
    let (has_table,): (bool,) = sqlx::query_as(table)
        .fetch_one(&mut *connection)
        .await
        .map_err(OpenError::Connect)?;
    if !has_table {
        return Ok(None);
    }
    of_steps(connection, POSTGRES).await.map(Some)
}

async fn of_steps(connection: &mut AnyConnection, steps: &[Step]) -> Result<Standing, OpenError> {
    let rows = sqlx::query(
        "SELECT version, description, checksum,
                CAST(CASE WHEN success THEN 1 ELSE 0 END AS BIGINT) AS whole
         FROM _sqlx_migrations ORDER BY version",
    )
    .fetch_all(connection)
    .await
    .map_err(OpenError::Connect)?;
    let done = rows.iter().map(|row| {
        Ok(Done {
            version: row.try_get("version")?,
            description: row.try_get("description")?,
            checksum: row.try_get("checksum")?,
            whole: row.try_get::<i64, _>("whole")? == 1,
        })
    });
    let done: Result<Vec<Done>, sqlx::Error> = done.collect();
    compare(&done.map_err(OpenError::Connect)?, steps)
}

/// Other programs keep their steps in a table of the same name: ours begin as ours do.
fn compare(done: &[Done], steps: &[Step]) -> Result<Standing, OpenError> {
    let ours = migrator(steps);
    let mut ours = ours.iter();
    let first = steps.first().map(|(version, name, _)| (*version, *name));
    if done.first().map(|step| (step.version, &*step.description)) != first && !done.is_empty() {
        return Err(OpenError::Foreign);
    }
    let known = |step: &&Done| steps.iter().any(|(version, ..)| *version == step.version);
    if !done.iter().all(|step| known(&step)) {
        return Ok(Standing::Newer);
    }
    for step in done {
        let same = ours.next().is_some_and(|our| {
            our.version == step.version && *our.checksum == *step.checksum && step.whole
        });
        if !same {
            return Ok(Standing::Different(step.version));
        }
    }
    Ok(if ours.next().is_none() {
        Standing::Current
    } else {
        Standing::Older
    })
}
