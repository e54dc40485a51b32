//! Copies of a SQLite store, and putting one back.

use std::fs::{self, OpenOptions};
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use booking_store::Store;

use crate::config::Config;
use crate::private_file;

/// What SQLite keeps a store in: the file, and beside it what is not yet in there.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

/// Copies the store into a new file that its owner alone may read. The service may run meanwhile.
pub(super) async fn backup(store: &Store, file: &Path) -> Result<()> {
    let cannot = || format!("cannot make {}", file.display());
    new_private(file).with_context(cannot)?;
    let made = store.backup(file).await;
    store.close().await;
    if let Err(error) = made {
        fs::remove_file(file).with_context(cannot)?;
        return Err(error.into());
    }
    println!("The store is copied. The key file is to be kept too, in another place.");
    Ok(())
}

/// Looks through a copy, and puts it into the place of the store.
pub(super) async fn restore(config: &Config, file: &Path, replace: bool) -> Result<()> {
    let Some(path) = config.store.url.strip_prefix("sqlite:") else {
        bail!("only a SQLite store is put back this way; use pg_restore for PostgreSQL");
    };
    let path = Path::new(path);
    if let Err(error) = TcpListener::bind(config.http.bind)
        && error.kind() == io::ErrorKind::AddrInUse
    {
        bail!(
            "something listens on {}: please stop the service first",
            config.http.bind
        );
    }
    if path.exists() && !replace {
        bail!("{} is there; --replace puts it aside", path.display());
    }
    if let Some(folder) = path.parent() {
        private_file::folder(folder)?;
    }
    let unfinished = with_ending(path, "restoring");
    if let Err(refused) = take(file, &unfinished).await {
        let stays = || format!("{refused:#}; {} stays", unfinished.display());
        remove(&unfinished).with_context(stays)?;
        return Err(refused);
    }
    if path.exists() {
        let aside = format!("before-{}", jiff::Timestamp::now().as_second());
        for part in PARTS {
            let from = part_of(path, part);
            if from.exists() {
                fs::rename(&from, format!("{}.{aside}{part}", path.display()))?;
            }
        }
        println!(
            "The store that was there is now {}.{aside}.",
            path.display()
        );
    }
    fs::rename(&unfinished, path)?;
    println!("The store is put back.");
    Ok(())
}

/// Copies a copy, brings its schema up to date, and looks through the whole of it.
async fn take(file: &Path, unfinished: &Path) -> Result<()> {
    put(file, unfinished)?;
    let store = Store::sqlite(unfinished).await;
    let store = store.with_context(|| format!("{} is no store", file.display()))?;
    let whole = store.check_whole().await;
    store.close().await;
    Ok(whole?)
}

fn put(from: &Path, to: &Path) -> Result<()> {
    remove(to)?;
    let mut source =
        fs::File::open(from).with_context(|| format!("cannot read {}", from.display()))?;
    let mut copy = new_private(to)?;
    io::copy(&mut source, &mut copy)?;
    Ok(copy.sync_all()?)
}

/// A file that was not there, for its owner only.
fn new_private(path: &Path) -> io::Result<fs::File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
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

    #[tokio::test]
    async fn a_copy_made_in_use_is_put_back_and_the_newer_store_is_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openvisit.sqlite");
        let mut config = Config::default();
        config.store.url = format!("sqlite:{}", path.display());
        config.http.bind.set_port(0);
        let store = Store::sqlite(&path).await.unwrap();
        add(&store, "甲").await;
        let copy = folder.path().join("copy.sqlite");
        let again = store.clone();
        backup(&again, &copy).await.unwrap();
        let store = Store::sqlite(&path).await.unwrap();
        add(&store, "乙").await;
        store.close().await;
        assert!(restore(&config, &copy, false).await.is_err());
        restore(&config, &copy, true).await.unwrap();
        let store = Store::sqlite(&path).await.unwrap();
        let names: Vec<_> = store
            .facilities()
            .await
            .unwrap()
            .into_iter()
            .map(|f| f.name)
            .collect();
        assert_eq!(names, ["甲"]);
        assert!(
            backup(&store, &copy).await.is_err(),
            "a copy is never written over"
        );
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
        let mut config = Config::default();
        config.store.url = format!(
            "sqlite:{}",
            folder.path().join("openvisit.sqlite").display()
        );
        config.http.bind.set_port(0);
        let file = folder.path().join("copy.sqlite");
        fs::write(&file, "no store").unwrap();
        let refused = restore(&config, &file, true).await.unwrap_err();
        let said = format!("{refused:#}");
        assert!(said.contains("copy.sqlite is no store"), "{said}");
        assert!(said.contains("not a database"), "{said}");
        assert_eq!(files(folder.path()), ["copy.sqlite"]);

        fs::remove_file(&file).unwrap();
        let store = Store::sqlite(&folder.path().join("whole.sqlite")).await;
        backup(&store.unwrap(), &file).await.unwrap();
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
            assert_eq!(files(folder.path()), ["copy.sqlite", "whole.sqlite"]);
        }
    }

    #[tokio::test]
    async fn what_an_earlier_attempt_left_behind_does_not_get_into_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openvisit.sqlite");
        let mut config = Config::default();
        config.store.url = format!("sqlite:{}", path.display());
        config.http.bind.set_port(0);
        let whole = Store::sqlite(&folder.path().join("whole.sqlite")).await;
        let copy = folder.path().join("copy.sqlite");
        backup(&whole.unwrap(), &copy).await.unwrap();
        // Left open, as if it had been stopped halfway: what it wrote is in the file beside it only.
        let stopped = Store::sqlite(&with_ending(&path, "restoring"))
            .await
            .unwrap();
        add(&stopped, "乙").await;
        restore(&config, &copy, false).await.unwrap();
        let store = Store::sqlite(&path).await.unwrap();
        assert_eq!(store.facilities().await.unwrap(), []);
    }
}
