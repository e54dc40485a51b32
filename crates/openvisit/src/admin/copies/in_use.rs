//! Putting a copy back while the service, or another command, uses the store.
//!
//! The file stays, and gets the copy's content in one transaction (`booking_store`): who reads meanwhile is answered,
//! who writes waits, and calls go on, as they do not ask the store. What was there until that moment is kept as a file
//! of its own.

use std::path::Path;

use anyhow::{Context, Result, bail};
use booking_store::Store;

use super::{copy, free_name, take};
use crate::config::Config;
use crate::keys;
use crate::parts::OpenStore;
use crate::private_file;

pub(super) async fn put_back(config: &Config, path: &Path, file: &Path) -> Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("putting-back-")
        .tempdir_in(private_file::folder_of(path))
        .context("there is no place for a second copy beside the store")?;
    let taken = folder.path().join("copy");
    take(file, &taken).await?;
    let store = OpenStore::existing(config).await?;
    let done = put_into(&store.store, path, &taken).await;
    store.close().await;
    done?;
    println!("The store is put back, and whoever uses it goes on with it.");
    Ok(())
}

async fn put_into(store: &Store, path: &Path, taken: &Path) -> Result<()> {
    // Whoever uses the store knows this schema and these keys only.
    let copied = Store::sqlite(taken).await?;
    let sealed_with = copied.key_checks().await;
    copied.close().await;
    if keys::compare(&sealed_with?, &store.key_checks().await?).is_err() {
        bail!(
            "the copy was used with keys that are not in use here: please stop the service first"
        );
    }
    let putting_back = store.begin_putting_back(taken).await?;
    let aside = free_name(path);
    copy(store, &aside).await?;
    if let Err(refused) = putting_back.finish().await {
        bail!(
            "{refused}. The store is as it was, and a copy of it in {}",
            aside.display()
        );
    }
    println!("What was in the store is now in {}.", aside.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use booking_domain::{Actor, Facilities, FacilityContact, NewFacility, StoreError};
    use booking_store::KeyCheck;
    use sqlx::Connection as _;

    use super::super::{backup, restore};
    use super::*;

    /// A store in use, and a copy of it from before its last facility was added.
    struct InUse {
        folder: tempfile::TempDir,
        config: Config,
        used: OpenStore,
        copy: PathBuf,
    }

    async fn in_use() -> InUse {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        let path = folder.path().join("openvisit.sqlite");
        config.store.url = format!("sqlite:{}", path.display());
        let used = OpenStore::to_serve(&config).await.unwrap();
        add(&used.store, "First").await.unwrap();
        let copy = folder.path().join("copy.sqlite");
        backup(&config, &copy).await.unwrap();
        add(&used.store, "Second").await.unwrap();
        InUse {
            folder,
            config,
            used,
            copy,
        }
    }

    impl InUse {
        /// What lies beside the store under a name with this in it.
        fn beside(&self, part: &str) -> Vec<PathBuf> {
            let entries = std::fs::read_dir(self.folder.path()).unwrap();
            let paths = entries.map(|entry| entry.unwrap().path());
            paths
                .filter(|path| path.to_string_lossy().contains(part))
                .collect()
        }
    }

    async fn add(store: &Store, name: &str) -> Result<(), StoreError> {
        let facility = NewFacility {
            name: name.into(),
            time_zone: "Asia/Taipei".into(),
        };
        let contact = FacilityContact::default();
        let added = store.found_facility(facility, contact, Actor::System, 0);
        added.await.map(drop)
    }

    async fn names(store: &Store) -> Vec<String> {
        let facilities = store.facilities().await.unwrap();
        facilities.into_iter().map(|one| one.name.own).collect()
    }

    #[tokio::test]
    async fn a_store_in_use_goes_on_with_what_is_in_the_copy() {
        let it = in_use().await;
        let refused = restore(&it.config, &it.copy, false).await.unwrap_err();
        assert!(refused.to_string().contains("--replace"), "{refused}");
        restore(&it.config, &it.copy, true).await.unwrap();
        assert_eq!(names(&it.used.store).await, ["First"]);
        add(&it.used.store, "Third").await.unwrap();
        assert_eq!(names(&it.used.store).await, ["First", "Third"]);
        let before = it.beside(".before-");
        let [before] = before.as_slice() else {
            panic!("one store gave way: {before:?}");
        };
        let before = Store::sqlite(before).await.unwrap();
        assert_eq!(names(&before).await, ["First", "Second"]);
        assert_eq!(it.beside("putting-back").len(), 0);
    }

    #[tokio::test]
    async fn what_the_schema_forbids_stays_forbidden_and_steps_are_numbered_without_a_gap() {
        let it = in_use().await;
        restore(&it.config, &it.copy, true).await.unwrap();
        add(&it.used.store, "Third").await.unwrap();
        let url = it.config.store.url.replace("sqlite:", "sqlite://");
        let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let steps = "SELECT group_concat(sequence, ' ') FROM audit_event";
        let steps: (String,) = sqlx::query_as(steps)
            .fetch_one(&mut database)
            .await
            .unwrap();
        assert_eq!(steps.0, "1 2");
        let removed = sqlx::query("DELETE FROM audit_event").execute(&mut database);
        removed.await.unwrap_err();
    }

    #[tokio::test]
    async fn while_a_copy_is_put_back_others_read_and_when_it_is_given_up_the_store_is_as_it_was() {
        let it = in_use().await;
        let other = Store::existing(&it.config.store.url).await.unwrap();
        let putting_back = other.begin_putting_back(&it.copy).await.unwrap();
        assert_eq!(names(&it.used.store).await, ["First", "Second"]);
        drop(putting_back);
        add(&it.used.store, "Third").await.unwrap();
        assert_eq!(names(&it.used.store).await, ["First", "Second", "Third"]);
    }

    #[tokio::test]
    async fn a_copy_that_was_used_with_other_keys_is_refused() {
        let it = in_use().await;
        let copy = Store::sqlite(&it.copy).await.unwrap();
        let check = KeyCheck {
            name: "vault 7".into(),
            code: [7; 32],
        };
        copy.add_key_checks(&[check]).await.unwrap();
        copy.close().await;
        let refused = restore(&it.config, &it.copy, true).await.unwrap_err();
        assert!(refused.to_string().contains("keys"), "{refused}");
        assert_eq!(names(&it.used.store).await, ["First", "Second"]);
        assert_eq!(it.beside(".before-").len(), 0);
    }
}
