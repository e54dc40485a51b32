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
    Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
};

use crate::{
    error::failed,
    migrations::{POSTGRES, SQLITE, Step, migrator},
    standing::{self, Standing},
};

/// How long a writer waits for other processes, ms.
const BUSY_TIMEOUT_MS: u32 = 10_000;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);
/// Takes the lock when the transaction begins.
const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";
const SQLITE_READERS: u32 = 4;
/// How much of the file each connection keeps for itself, KiB: the kernel keeps all of it for all.
const SQLITE_CACHE_KIB: u32 = 512;
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

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To serve: it is made where there is none, and its schema brought up to date.
    Serving,
    /// To be used as it is: it is there, and its schema is this program's.
    Use,
    /// To be copied: it is there, whatever its schema.
    Copying,
}

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// An address of something else.
    #[error("the address of a store begins with sqlite: or postgres://")]
    Address,
    /// A path that an address cannot carry.
    #[error("the path of the database is not usable")]
    Path,
    /// The database cannot be reached or refuses.
    #[error("the database does not open: {0}")]
    Connect(#[source] sqlx::Error),
    /// The schema cannot be brought up to date.
    #[error("the database cannot be brought up to date: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// Nobody has made one.
    #[error("there is no store")]
    Missing,
    /// A database of something else.
    #[error("it is no store of OpenVisit: the table of its steps is missing")]
    Foreign,
    /// An older program made it.
    #[error(
        "its schema is older than this program: `openvisit serve` brings it up to date, as does `openvisit admin \
         migrate`"
    )]
    Older,
    /// A newer program made it.
    #[error("its schema is newer than this program: please use the newer program")]
    Newer,
    /// The schema is one that this program does not know.
    #[error("step {0} of its schema is not the one of this program")]
    Different(i64),
}

impl Store {
    /// Opens the store at an address, `sqlite:PATH` or `postgres://…`, making it where there is none, and brings its
    /// schema up to date.
    ///
    /// # Errors
    /// It cannot be reached, belongs to something else, or is newer than this program.
    pub async fn open(address: &str) -> Result<Self, OpenError> {
        Self::open_for(address, Purpose::Serving).await
    }

    /// Opens the store that is at an address. Neither is one made, nor is its schema changed.
    ///
    /// # Errors
    /// There is none, it cannot be reached, or its schema is not that of this program.
    pub async fn existing(address: &str) -> Result<Self, OpenError> {
        Self::open_for(address, Purpose::Use).await
    }

    /// Opens the store that is at an address to copy or look through it, whatever its schema, which stays as it is.
    ///
    /// # Errors
    /// There is none, or it cannot be reached.
    pub async fn as_it_is(address: &str) -> Result<Self, OpenError> {
        Self::open_for(address, Purpose::Copying).await
    }

    /// Opens a SQLite file, creating it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn sqlite(path: &Path) -> Result<Self, OpenError> {
        Self::sqlite_for(path, Purpose::Serving).await
    }

    /// Opens a PostgreSQL database by its address, `postgres://user@host/database`, and brings its
    /// schema up to date.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn postgres(url: &str) -> Result<Self, OpenError> {
        Self::postgres_for(url, Purpose::Serving).await
    }

    /// Whether there is a store at an address, and how its schema stands to that of this program.
    ///
    /// # Errors
    /// The database cannot be reached, or belongs to something else.
    pub async fn standing(address: &str) -> Result<Option<Standing>, OpenError> {
        if let Some(path) = sqlite_path(address)? {
            return sqlite_standing(path).await;
        }
        let options = postgres_options(address).map_err(OpenError::Connect)?;
        let mut connection = options.connect().await.map_err(OpenError::Connect)?;
        let standing = standing::of_postgres(&mut connection).await;
        connection.close().await.map_err(OpenError::Connect)?;
        standing
    }

    async fn open_for(address: &str, purpose: Purpose) -> Result<Self, OpenError> {
        match sqlite_path(address)? {
            Some(path) => Self::sqlite_for(path, purpose).await,
            None => Self::postgres_for(address, purpose).await,
        }
    }

    async fn sqlite_for(path: &Path, purpose: Purpose) -> Result<Self, OpenError> {
        purpose.suits(sqlite_standing(path).await?)?;
        let url = sqlite_url(path, "rwc").ok_or(OpenError::Path)?;
        let options = options(&url).map_err(OpenError::Connect)?;
        let writers = connect(options.clone(), sqlite_pool(1)).await?;
        purpose.migrate(SQLITE, &writers).await?;
        let readers = connect(options, sqlite_pool(SQLITE_READERS)).await?;
        Ok(Self {
            readers,
            writers,
            begin: BEGIN_SQLITE,
        })
    }

    async fn postgres_for(url: &str, purpose: Purpose) -> Result<Self, OpenError> {
        let options = postgres_options(url).map_err(OpenError::Connect)?;
        let pool = connect(options, postgres_pool()).await?;
        let mut connection = pool.acquire().await.map_err(OpenError::Connect)?;
        purpose.suits(standing::of_postgres(&mut connection).await?)?;
        drop(connection);
        purpose.migrate(POSTGRES, &pool).await?;
        Ok(Self {
            readers: pool.clone(),
            writers: pool,
            begin: "BEGIN",
        })
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

impl Purpose {
    /// Whether a store that stands so to this program can be opened for this.
    fn suits(self, standing: Option<Standing>) -> Result<(), OpenError> {
        match (self, standing) {
            (_, Some(Standing::Current))
            | (Self::Serving, None | Some(Standing::Older))
            | (Self::Copying, Some(_)) => Ok(()),
            (Self::Use | Self::Copying, None) => Err(OpenError::Missing),
            (Self::Use, Some(Standing::Older)) => Err(OpenError::Older),
            (Self::Serving | Self::Use, Some(Standing::Newer)) => Err(OpenError::Newer),
            (Self::Serving | Self::Use, Some(Standing::Different(step))) => {
                Err(OpenError::Different(step))
            }
        }
    }

    async fn migrate(self, steps: &[Step], database: &AnyPool) -> Result<(), OpenError> {
        if self == Self::Serving {
            let done = migrator(steps).run(database).await;
            done.map_err(OpenError::Migrate)?;
        }
        Ok(())
    }
}

/// How the store in a file stands, which is only read: the pool would make a file that is not there, and try again
/// and again to open one that is no database.
async fn sqlite_standing(path: &Path) -> Result<Option<Standing>, OpenError> {
    if !path.exists() {
        return Ok(None);
    }
    let url = sqlite_url(path, "ro").ok_or(OpenError::Path)?;
    let options = options(&url).map_err(OpenError::Connect)?;
    let mut connection = options.connect().await.map_err(OpenError::Connect)?;
    let standing = standing::of_sqlite(&mut connection).await;
    connection.close().await.map_err(OpenError::Connect)?;
    standing
}

/// The path of a SQLite store; `None`: PostgreSQL.
fn sqlite_path(address: &str) -> Result<Option<&Path>, OpenError> {
    if let Some(path) = address.strip_prefix("sqlite:") {
        return Ok(Some(Path::new(path)));
    }
    let postgres = ["postgres://", "postgresql://"];
    let postgres = postgres.iter().any(|scheme| address.starts_with(scheme));
    if postgres {
        Ok(None)
    } else {
        Err(OpenError::Address)
    }
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
        .after_release(|connection, _| Box::pin(is_free(connection)))
}

/// Whether a connection that comes back to its pool can be given out again. SQLite itself rolls back a transaction for
/// which the disk has no place; the connection then takes itself to be within it for ever, and begins no other.
async fn is_free(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // One that was given up is just being rolled back.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// The address of a file: SQLite files are opened by URL, in which some characters of a path have a
/// meaning of their own.
fn sqlite_url(path: &Path, mode: &str) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    let path = path
        .to_str()?
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23");
    Some(format!("sqlite://{path}?mode={mode}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_signs_of_an_address_in_it_stays_a_path() {
        let url = sqlite_url(Path::new("/data/50%?#.db"), "rwc").unwrap();
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

    #[tokio::test]
    async fn a_store_is_made_and_brought_up_to_date_by_who_serves_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("visits.db");
        let address = format!("sqlite:{}", path.display());
        for open in [
            Store::existing(&address).await,
            Store::as_it_is(&address).await,
        ] {
            assert!(matches!(open, Err(OpenError::Missing)), "{open:?}");
        }
        assert!(!path.exists(), "who only uses a store makes none");
        assert_eq!(Store::standing(&address).await.unwrap(), None);

        let store = Store::open(&address).await.unwrap();
        let takes_back = |step: &'static str| sqlx::query(step).execute(&store.writers);
        takes_back("DELETE FROM _sqlx_migrations WHERE version = 8")
            .await
            .unwrap();
        let open = Store::existing(&address).await;
        assert!(matches!(open, Err(OpenError::Older)), "{open:?}");
        let older = Store::as_it_is(&address).await.unwrap();
        let standing = Store::standing(&address).await.unwrap();
        assert_eq!(standing, Some(Standing::Older), "a copy changes nothing");
        older.close().await;

        takes_back("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 3")
            .await
            .unwrap();
        let open = Store::open(&address).await;
        assert!(matches!(open, Err(OpenError::Different(3))), "{open:?}");
        takes_back(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9, 'later', TRUE, x'00', 0)",
        )
        .await
        .unwrap();
        let open = Store::open(&address).await;
        assert!(matches!(open, Err(OpenError::Newer)), "{open:?}");
    }

    #[tokio::test]
    async fn after_a_transaction_that_sqlite_rolled_back_itself_there_is_a_connection_that_writes()
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("visits.db");
        let store = Store::sqlite(&path).await.unwrap();
        let url = sqlite_url(&path, "rw").unwrap();
        let mut beside = options(&url).unwrap().connect().await.unwrap();
        // As it does when the disk is full.
        let full = "CREATE TRIGGER full BEFORE INSERT ON serving_process
                    BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
        beside.execute(full).await.unwrap();
        store.note_serving("a", 0, 1).await.unwrap_err();
        beside.execute("DROP TRIGGER full").await.unwrap();
        store.note_serving("a", 0, 1).await.unwrap();
    }

    #[tokio::test]
    async fn a_database_of_something_else_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        let url = sqlite_url(&path, "rwc").unwrap();
        let mut other = options(&url).unwrap().connect().await.unwrap();
        other.execute("CREATE TABLE other (id)").await.unwrap();
        other.close().await.unwrap();
        let before = std::fs::read(&path).unwrap();
        let address = format!("sqlite:{}", path.display());
        for open in [
            Store::open(&address).await,
            Store::existing(&address).await,
            Store::as_it_is(&address).await,
        ] {
            assert!(matches!(open, Err(OpenError::Foreign)), "{open:?}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), before);
        let open = Store::open("mysql://localhost/visits").await;
        assert!(matches!(open, Err(OpenError::Address)), "{open:?}");
    }
}
