//! Opening a store, and who may write when.
//!
//! SQLite lets one connection write at a time, and lets readers go on meanwhile (write-ahead log). So a
//! process has one connection that writes, for which its tasks queue up fairly, and some that read; other
//! processes are waited for up to [`BUSY_TIMEOUT_MS`]. A write transaction takes the lock when it begins,
//! never halfway, where waiting would be in vain. PostgreSQL does all that by itself: there both are one
//! pool.

use std::{num::NonZero, ops::RangeInclusive, path::Path, time::Duration};

use booking_domain::StoreError;
use sqlx::{
    Any, AnyPool, ConnectOptions, Connection, Executor, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
    error::DatabaseError,
};

use crate::{
    error::failed,
    migrations::{POSTGRES, SQLITE, migrator},
};

/// How long a writer waits for other processes, ms.
const BUSY_TIMEOUT_MS: u32 = 10_000;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);
/// Takes the lock when the transaction begins.
const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";
const SQLITE_READERS: u32 = 4;
/// How much of the file each connection keeps for itself, KiB: the kernel keeps all of it for all.
const SQLITE_CACHE_KIB: u32 = 512;
/// SQLite's codes for a file that is damaged, and for one that is no database.
const SQLITE_UNREADABLE: [u32; 2] = [11, 26];
/// Connections to PostgreSQL: twice as many as cores, and some. Each plans every statement for itself.
const POSTGRES_CONNECTIONS: RangeInclusive<u32> = 8..=32;
/// How many statements a connection to PostgreSQL keeps prepared, as its address says it: more than the store has,
/// which is some 300, with those for many keys in each of their lengths. With sqlx's own 100 a rush would have
/// statements prepared and planned over and over. A connection to SQLite cannot be told; there 100 suffice, as
/// those of a rush are fewer and one takes less than a millisecond to prepare.
const STATEMENTS_KEPT: (&str, &str) = ("statement-cache-capacity", "400");
/// How PostgreSQL plans. Statements look rows up by their keys, for each of which there is an index. One plan serves
/// every key, and to plan anew costs more than to look; a table that is read or hashed as a whole, which the planner
/// takes for cheaper while it is small or not yet known to it, is not what a statement for 64 keys means; and such
/// statements have nothing to win by being compiled.
pub const POSTGRES_PLANS_BY_KEYS: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; \
                       SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off";

/// A store of visits. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) readers: AnyPool,
    pub(crate) writers: AnyPool,
    begin: &'static str,
}

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A path that an address cannot carry.
    #[error("the path of the database is not usable")]
    Path,
    /// The database cannot be reached or refuses.
    #[error("the database does not open: {0}")]
    Connect(#[source] sqlx::Error),
    /// The schema cannot be brought up to date.
    #[error("the database cannot be brought up to date: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
}

impl Store {
    /// Opens the store at an address, `sqlite:PATH` or `postgres://…`.
    pub async fn open(address: &str) -> Result<Self, OpenError> {
        match address.strip_prefix("sqlite:") {
            Some(path) => Self::sqlite(Path::new(path)).await,
            None => Self::postgres(address).await,
        }
    }

    /// Opens a SQLite file, creating it where there is none, and brings its schema up to date.
    pub async fn sqlite(path: &Path) -> Result<Self, OpenError> {
        let url = sqlite_url(path).ok_or(OpenError::Path)?;
        let options = options(&url).map_err(OpenError::Connect)?;
        check_readable(&options).await.map_err(OpenError::Connect)?;
        let writers = connect(options.clone(), sqlite_pool(1)).await?;
        migrator(SQLITE)
            .run(&writers)
            .await
            .map_err(OpenError::Migrate)?;
        let readers = connect(options, sqlite_pool(SQLITE_READERS)).await?;
        Ok(Self {
            readers,
            writers,
            begin: BEGIN_SQLITE,
        })
    }

    /// Opens a PostgreSQL database by its address, `postgres://user@host/database`, and brings its
    /// schema up to date.
    pub async fn postgres(url: &str) -> Result<Self, OpenError> {
        let options = postgres_options(url).map_err(OpenError::Connect)?;
        let pool = connect(options, postgres_pool()).await?;
        migrator(POSTGRES)
            .run(&pool)
            .await
            .map_err(OpenError::Migrate)?;
        Ok(Self {
            readers: pool.clone(),
            writers: pool,
            begin: "BEGIN",
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1")
            .fetch_one(&self.readers)
            .await
            .map(|_| ())
            .map_err(failed)
    }

    /// Closes all connections, after what they are doing.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.begin == BEGIN_SQLITE
    }

    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        self.writers.begin_with(self.begin).await.map_err(failed)
    }
}

async fn connect(options: AnyConnectOptions, pool: AnyPoolOptions) -> Result<AnyPool, OpenError> {
    pool.acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await
        .map_err(OpenError::Connect)
}

fn options(url: &str) -> Result<AnyConnectOptions, sqlx::Error> {
    sqlx::any::install_default_drivers();
    url.parse()
}

/// Whether a file can be read as a SQLite database, its schema included. The pool would try again and again, and
/// then say that it took too long. What is only busy is left to the pool.
async fn check_readable(options: &AnyConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    let read = connection
        .execute("SELECT 1 FROM sqlite_schema WHERE rowid = 1")
        .await;
    connection.close().await?;
    match read {
        Err(error) if is_unreadable(&error) => Err(error),
        _ => Ok(()),
    }
}

fn is_unreadable(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| SQLITE_UNREADABLE.contains(&(code & 0xff)))
}

/// With as many statements kept as the store has, unless the address says another number.
fn postgres_options(url: &str) -> Result<AnyConnectOptions, sqlx::Error> {
    let mut options = options(url)?;
    let (setting, count) = STATEMENTS_KEPT;
    let address = &mut options.database_url;
    if !address.query_pairs().any(|(said, _)| said == setting) {
        address.query_pairs_mut().append_pair(setting, count);
    }
    Ok(options)
}

fn postgres_pool() -> AnyPoolOptions {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let (least, most) = (*POSTGRES_CONNECTIONS.start(), *POSTGRES_CONNECTIONS.end());
    AnyPoolOptions::new()
        .max_connections(u32::try_from(2 * cores + 2).map_or(most, |fit| fit.clamp(least, most)))
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(POSTGRES_PLANS_BY_KEYS).await.map(|_| ()) })
        })
}

/// A file stays where it is: its connections are not asked before each use whether they are still alive, which
/// would cost every statement a way to SQLite's thread and back.
fn sqlite_pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                let settings = format!(
                    "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; \
                 PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                 PRAGMA cache_size = -{SQLITE_CACHE_KIB};"
                );
                connection
                    .execute(sqlx::AssertSqlSafe(settings))
                    .await
                    .map(|_| ())
            })
        })
}

/// The address of a file: SQLite files are opened by URL, in which some characters of a path have a
/// meaning of their own.
fn sqlite_url(path: &Path) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    let path = path
        .to_str()?
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23");
    Some(format!("sqlite://{path}?mode=rwc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_signs_of_an_address_in_it_stays_a_path() {
        let url = sqlite_url(Path::new("/data/50%?#.db")).unwrap();
        assert_eq!(url, "sqlite:///data/50%25%3F%23.db?mode=rwc");
    }

    #[test]
    fn statements_are_kept_as_the_address_says() {
        for (url, kept) in [
            (
                "postgres://a@b/c?host=/run",
                "postgres://a@b/c?host=/run&statement-cache-capacity=400",
            ),
            (
                "postgres://a@b/c?statement-cache-capacity=0",
                "postgres://a@b/c?statement-cache-capacity=0",
            ),
        ] {
            let options = postgres_options(url).unwrap();
            assert_eq!(options.database_url.as_str(), kept);
        }
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_refused_as_one_and_not_as_slow() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("visits.db");
        std::fs::write(&path, "no store").unwrap();
        let refused = Store::sqlite(&path).await.unwrap_err();
        assert!(refused.to_string().contains("not a database"), "{refused}");
    }
}
