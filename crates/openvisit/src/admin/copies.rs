//! Copies of a SQLite store, and putting one back.
//!
//! A copy, and a store that is put back, stands whole under its name or not at all, wherever the program is stopped.
//! Nothing is written over: a store that gives way is kept beside the new one.

mod in_use;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use booking_store::{OpenError, Standing, Store};

use crate::config::Config;
use crate::parts::{BEING_PUT_BACK, OpenStore};
use crate::private_file;
use crate::store_lock::StoreLock;

/// What SQLite keeps a store in: the file, and beside it what is not yet in there.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

/// Copies the store into a new file that its owner alone may read. The service may run meanwhile.
pub(super) async fn backup(config: &Config, file: &Path) -> Result<()> {
    let store = OpenStore::as_it_is(config).await?;
    let made = copy(&store.store, file).await;
    store.close().await;
    made?;
    println!("The store is copied. The key file is to be kept too, in another place.");
    Ok(())
}

async fn copy(store: &Store, file: &Path) -> Result<()> {
    let cannot = || format!("cannot make {}", file.display());
    if file.exists() {
        bail!("{} is there: a copy is never written over", file.display());
    }
    let name = file.file_name().with_context(cannot)?.to_string_lossy();
    let unfinished = tempfile::Builder::new()
        .prefix(&format!("{name}.unfinished-"))
        .tempfile_in(private_file::folder_of(file))
        .with_context(cannot)?;
    store.backup(unfinished.path()).await?;
    unfinished.as_file().sync_all().with_context(cannot)?;
    let named = unfinished.persist_noclobber(file);
    named
        .map_err(|refused| refused.error)
        .with_context(cannot)?;
    private_file::sync_folder(file).with_context(cannot)
}

/// Looks through a copy, and puts it into the place of the store; of one in use, its content into the store.
pub(super) async fn restore(config: &Config, file: &Path, replace: bool) -> Result<()> {
    let Some(path) = config.store.url.strip_prefix("sqlite:") else {
        bail!("only a SQLite store is put back this way; use pg_restore for PostgreSQL");
    };
    let path = Path::new(path);
    private_file::folder(private_file::folder_of(path))?;
    let alone = StoreLock::alone(path)?;
    if path.exists() && !replace {
        bail!("{} is there; --replace puts it aside", path.display());
    }
    match alone {
        Some(_alone) => into_its_place(config, path, file).await,
        None => in_use::put_back(config, path, file).await,
    }
}

/// Puts a copy into the place of a store that nobody uses.
async fn into_its_place(config: &Config, path: &Path, file: &Path) -> Result<()> {
    let unfinished = with_ending(path, BEING_PUT_BACK);
    if let Err(refused) = take(file, &unfinished).await {
        let stays = || format!("{refused:#}; {} stays", unfinished.display());
        remove(&unfinished).with_context(stays)?;
        return Err(refused);
    }
    // Closing it brings into the file what lies beside it. Of one that does not open any more each part is kept.
    if let Ok(store) = Store::as_it_is(&config.store.url).await {
        store.close().await;
    }
    if PARTS.iter().any(|part| part_of(path, part).exists()) {
        let aside = free_name(path);
        for part in PARTS {
            let from = part_of(path, part);
            if from.exists() {
                fs::rename(&from, part_of(&aside, part))?;
            }
        }
        println!("The store that was there is now {}.", aside.display());
    }
    fs::rename(&unfinished, path)?;
    private_file::sync_folder(path)?;
    println!("The store is put back.");
    Ok(())
}

/// A name for a store that gives way now, under which nothing is yet.
fn free_name(path: &Path) -> PathBuf {
    free_name_at(path, jiff::Timestamp::now().as_second())
}

fn free_name_at(path: &Path, now_s: i64) -> PathBuf {
    let names = (1_u64..).map(|number| match number {
        1 => with_ending(path, &format!("before-{now_s}")),
        number => with_ending(path, &format!("before-{now_s}-{number}")),
    });
    let is_free = |name: &PathBuf| PARTS.iter().all(|part| !part_of(name, part).exists());
    let mut free = names.filter(is_free);
    free.next().expect("there are more names than files")
}

/// Copies a copy, and looks through the whole of it. Its schema stays as it is; the service brings it up to date.
async fn take(file: &Path, unfinished: &Path) -> Result<()> {
    put(file, unfinished)?;
    let no_store = || format!("{} is no store", file.display());
    let address = format!("sqlite:{}", unfinished.display());
    match Store::standing(&address).await.with_context(no_store)? {
        None => bail!("{} is no store: nothing is in it", file.display()),
        Some(Standing::Newer) => return Err(OpenError::Newer).with_context(no_store),
        Some(Standing::Different(step)) => {
            return Err(OpenError::Different(step)).with_context(no_store);
        }
        Some(Standing::Current | Standing::Older) => {}
    }
    let store = Store::as_it_is(&address).await.with_context(no_store)?;
    let whole = store.check_whole().await;
    store.close().await;
    whole?;
    Ok(fs::File::open(unfinished)?.sync_all()?)
}

/// Copies a store's file, and beside it what was not yet in there when its program was stopped.
fn put(from: &Path, to: &Path) -> Result<()> {
    remove(to)?;
    for part in ["", "-wal"] {
        let from = part_of(from, part);
        if !part.is_empty() && !from.exists() {
            continue;
        }
        let cannot = || format!("cannot read {}", from.display());
        let mut source = fs::File::open(&from).with_context(cannot)?;
        let mut copy = private_file::open(&part_of(to, part))?;
        io::copy(&mut source, &mut copy)?;
        copy.sync_all()?;
    }
    Ok(())
}

/// Removes a store, where there is one.
fn remove(store: &Path) -> io::Result<()> {
    for part in PARTS {
        match fs::remove_file(part_of(store, part)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn part_of(store: &Path, part: &str) -> PathBuf {
    PathBuf::from(format!("{}{part}", store.display()))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}.{ending}", path.display()))
}

#[cfg(test)]
mod tests {
    use booking_domain::{Actor, Facilities, FacilityContact, NewFacility};
    use sqlx::Connection as _;

    use super::*;

    async fn add(store: &Store, name: &str) {
        let facility = NewFacility {
            name: name.into(),
            time_zone: "Asia/Taipei".into(),
        };
        let added = store
            .found_facility(facility, FacilityContact::default(), Actor::System, 0)
            .await;
        added.unwrap();
    }

    fn config(path: &Path) -> Config {
        let mut config = Config::default();
        config.store.url = format!("sqlite:{}", path.display());
        config
    }

    async fn names(path: &Path) -> Vec<String> {
        let store = Store::sqlite(path).await.unwrap();
        let facilities = store.facilities().await.unwrap();
        store.close().await;
        facilities.into_iter().map(|one| one.name.own).collect()
    }

    #[tokio::test]
    async fn a_copy_made_in_use_is_put_back_and_the_newer_store_is_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openvisit.sqlite");
        let config = config(&path);
        let store = Store::sqlite(&path).await.unwrap();
        add(&store, "甲").await;
        let file = folder.path().join("copy.sqlite");
        backup(&config, &file).await.unwrap();
        add(&store, "乙").await;
        store.close().await;
        assert!(restore(&config, &file, false).await.is_err());
        restore(&config, &file, true).await.unwrap();
        assert_eq!(names(&path).await, ["甲"]);
        let again = backup(&config, &file).await.unwrap_err().to_string();
        assert!(again.contains("never written over"), "{again}");
    }

    #[tokio::test]
    async fn stores_put_aside_in_one_second_do_not_take_each_others_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openvisit.sqlite");
        let name = |name: &str| folder.path().join(name);
        assert_eq!(free_name_at(&path, 5), name("openvisit.sqlite.before-5"));
        fs::write(name("openvisit.sqlite.before-5-wal"), "").unwrap();
        fs::write(name("openvisit.sqlite.before-5-2"), "").unwrap();
        assert_eq!(free_name_at(&path, 5), name("openvisit.sqlite.before-5-3"));
    }

    #[tokio::test]
    async fn an_older_store_is_copied_and_put_back_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openvisit.sqlite");
        let config = config(&path);
        Store::sqlite(&path).await.unwrap().close().await;
        statement(&path, "DELETE FROM _sqlx_migrations WHERE version = 8").await;
        let file = folder.path().join("copy.sqlite");
        backup(&config, &file).await.unwrap();
        restore(&config, &file, true).await.unwrap();
        let standing = Store::standing(&config.store.url).await.unwrap();
        assert_eq!(standing, Some(Standing::Older));

        statement(
            &file,
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9, 'later', TRUE, x'00', 0)",
        )
        .await;
        let refused = restore(&config, &file, true).await.unwrap_err();
        assert!(format!("{refused:#}").contains("newer"), "{refused:#}");
    }

    /// What was committed lies in the file beside the store, when its program is killed.
    #[tokio::test]
    async fn what_lies_beside_a_store_that_was_put_aside_comes_back_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openvisit.sqlite");
        let killed = Store::sqlite(&path).await.unwrap();
        add(&killed, "甲").await;
        let aside = folder.path().join("aside");
        for part in ["", "-wal"] {
            fs::copy(part_of(&path, part), part_of(&aside, part)).unwrap();
        }
        killed.close().await;
        let other = folder.path().join("other.sqlite");
        restore(&config(&other), &aside, false).await.unwrap();
        assert_eq!(names(&other).await, ["甲"]);
    }

    async fn statement(path: &Path, sql: &'static str) {
        let url = format!("sqlite://{}", path.display());
        let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
        sqlx::query(sql).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
    }

    /// SQLite's page.
    const PAGE_BYTES: usize = 4096;

    fn files(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn what_is_no_whole_store_is_not_put_back_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&folder.path().join("openvisit.sqlite"));
        let file = folder.path().join("copy.sqlite");
        let lock = "openvisit.sqlite.lock";
        fs::write(&file, "no store").unwrap();
        let refused = restore(&config, &file, true).await.unwrap_err();
        let said = format!("{refused:#}");
        assert!(said.contains("copy.sqlite is no store"), "{said}");
        assert!(said.contains("not a database"), "{said}");
        assert_eq!(files(folder.path()), ["copy.sqlite", lock]);

        fs::write(&file, "").unwrap();
        let refused = restore(&config, &file, true).await.unwrap_err();
        let said = format!("{refused:#}");
        assert!(said.contains("nothing is in it"), "{said}");
        assert_eq!(files(folder.path()), ["copy.sqlite", lock]);

        fs::remove_file(&file).unwrap();
        let whole = folder.path().join("whole.sqlite");
        let store = Store::sqlite(&whole).await.unwrap();
        copy(&store, &file).await.unwrap();
        store.close().await;
        let whole = fs::read(&file).unwrap();
        // The pages of the schema are among the last, those of the tables are everywhere.
        let last_page = whole.len() - PAGE_BYTES;
        for page in [whole.len() / PAGE_BYTES / 2 * PAGE_BYTES, last_page] {
            let mut damaged = whole.clone();
            damaged[page..page + PAGE_BYTES].fill(0xff);
            fs::write(&file, damaged).unwrap();
            let refused = restore(&config, &file, true).await.unwrap_err();
            let said = format!("{refused:#}");
            assert!(
                said.contains("the store is damaged") || said.contains("malformed"),
                "{said}"
            );
            assert_eq!(files(folder.path()), ["copy.sqlite", lock, "whole.sqlite"]);
        }
    }

    #[tokio::test]
    async fn what_an_earlier_attempt_left_behind_does_not_get_into_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openvisit.sqlite");
        let config = config(&path);
        let whole = Store::sqlite(&folder.path().join("whole.sqlite"))
            .await
            .unwrap();
        let file = folder.path().join("copy.sqlite");
        copy(&whole, &file).await.unwrap();
        // Left open, as if it had been stopped halfway: what it wrote is in the file beside it only.
        let stopped = Store::sqlite(&with_ending(&path, "restoring"))
            .await
            .unwrap();
        add(&stopped, "乙").await;
        restore(&config, &file, false).await.unwrap();
        let store = Store::sqlite(&path).await.unwrap();
        assert_eq!(store.facilities().await.unwrap(), []);
    }
}
