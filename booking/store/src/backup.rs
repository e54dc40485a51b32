//! Copies of a SQLite store, made while it is in use.

use std::path::Path;

use crate::Store;

/// Why no copy was made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A PostgreSQL database is copied with its own means.
    #[error("only a SQLite store is copied this way; use pg_dump for PostgreSQL")]
    NotSqlite,
    /// A path that SQLite cannot be told.
    #[error("the path of the copy is not usable")]
    Path,
    /// The database refused.
    #[error("the store could not be copied: {0}")]
    Database(#[from] sqlx::Error),
    /// What is there is not whole.
    #[error("the store is damaged: {0}")]
    Damaged(String),
}

impl Store {
    /// Copies the store, as it is at one moment, into a file that is empty or not there. The service goes
    /// on meanwhile.
    ///
    /// # Errors
    /// The store is not SQLite, or the file cannot be written.
    pub async fn backup(&self, to: &Path) -> Result<(), BackupError> {
        if !self.is_sqlite() {
            return Err(BackupError::NotSqlite);
        }
        let to = to.to_str().ok_or(BackupError::Path)?;
        sqlx::query("VACUUM INTO $1")
            .bind(to)
            .execute(&self.readers)
            .await?;
        Ok(())
    }

    /// Looks through the whole of a SQLite store for damage.
    ///
    /// # Errors
    /// There is some, or the store is not SQLite.
    pub async fn check_whole(&self) -> Result<(), BackupError> {
        if !self.is_sqlite() {
            return Err(BackupError::NotSqlite);
        }
        let (found,): (String,) = sqlx::query_as("PRAGMA integrity_check(1)")
            .fetch_one(&self.readers)
            .await?;
        if found == "ok" {
            Ok(())
        } else {
            Err(BackupError::Damaged(found))
        }
    }
}
