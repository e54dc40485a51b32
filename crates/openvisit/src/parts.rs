//! What outlives a request: the store, the keys that belong to it, and that both are in use.
//!
//! A store and its keys are made together, and a store remembers by what its keys are known. Where the keys are lost or
//! are others, nothing is made anew: new ones would open nothing, and what they seal nobody could open with the
//! right ones.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use booking_server::LinkIssuer;
use booking_store::{OpenError, Store};

use crate::config::Config;
use crate::keys::{self, KeyRings};
use crate::private_file;
use crate::store_lock::StoreLock;

/// What a copy is called until it is put into the place of a store: the store's name with this ending.
pub(crate) const BEING_PUT_BACK: &str = "restoring";

/// The store and its keys.
pub struct Parts {
    pub(crate) store: OpenStore,
    pub(crate) keys: KeyRings,
}

/// A store, and that this process uses it.
pub(crate) struct OpenStore {
    pub(crate) store: Store,
    lock: Option<StoreLock>,
}

impl Parts {
    /// Opens the store and reads its keys, to serve; makes both at the first start.
    ///
    /// # Errors
    /// The store cannot be reached, or the key file is lost, cannot be read, or is not that of the store.
    pub async fn open(config: &Config) -> Result<Self> {
        let store = OpenStore::to_serve(config).await?;
        let file = &config.keys.file;
        let known = store.store.key_checks().await?;
        let keys = if known.is_empty() {
            keys::load_or_create(file, &mut rand::rng())?
        } else {
            keys::load(file)?
        };
        bind(&store.store, &keys, file).await?;
        Ok(Self { store, keys })
    }

    /// Opens the store that is there, and reads its keys.
    ///
    /// # Errors
    /// There is no such store or it cannot be used as it is, or the key file is not there or not that of the store.
    pub(crate) async fn existing(config: &Config) -> Result<Self> {
        let store = OpenStore::existing(config).await?;
        let keys = keys::load(&config.keys.file)?;
        // A store that never had keys gets those that a service brings, not those that a command happens to be given.
        if !store.store.key_checks().await?.is_empty() {
            bind(&store.store, &keys, &config.keys.file).await?;
        }
        Ok(Self { store, keys })
    }

    /// What makes and sends links.
    #[must_use]
    pub fn issuer(&self, config: &Config) -> LinkIssuer {
        LinkIssuer::new(
            self.store.store.clone(),
            Arc::new(self.keys.links.clone()),
            &config.http.public_url,
        )
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store.store
    }
}

/// Has the store remember its keys, once they are found to be those that it knows.
async fn bind(store: &Store, keys: &KeyRings, file: &Path) -> Result<()> {
    let have = keys.vault.key_checks();
    let not_those = || format!("{} is not the key file of this store", file.display());
    let known = store.key_checks().await?;
    keys::compare(&known, &have).with_context(not_those)?;
    if have.iter().all(|check| known.contains(check)) {
        return Ok(());
    }
    store.add_key_checks(&have).await?;
    // Another process may have begun with keys of its own in the same moment.
    let known = store.key_checks().await?;
    keys::compare(&known, &have).with_context(not_those)
}

impl OpenStore {
    /// To serve: it is made where there is none, and brought up to date.
    pub(crate) async fn to_serve(config: &Config) -> Result<Self> {
        let url = &config.store.url;
        let mut lock = None;
        if let Some(path) = url.strip_prefix("sqlite:").map(Path::new) {
            private_file::folder(private_file::folder_of(path))?;
            lock = Some(StoreLock::to_use(path)?);
            if !path.exists() {
                make(path)?;
            }
        }
        let store = Store::open(url).await;
        let store = store.map_err(|error| told(error, config))?;
        Ok(Self { store, lock })
    }

    /// To be used as it is: it is there, and up to date.
    pub(crate) async fn existing(config: &Config) -> Result<Self> {
        let lock = lock_existing(config)?;
        let store = Store::existing(&config.store.url).await;
        let store = store.map_err(|error| told(error, config))?;
        Ok(Self { store, lock })
    }

    /// To be copied: it is there, whatever its schema.
    pub(crate) async fn as_it_is(config: &Config) -> Result<Self> {
        let lock = lock_existing(config)?;
        let store = Store::as_it_is(&config.store.url).await;
        let store = store.map_err(|error| told(error, config))?;
        Ok(Self { store, lock })
    }

    /// Closes it. From then on it is not in use any more.
    pub(crate) async fn close(self) {
        self.store.close().await;
        drop(self.lock);
    }
}

/// Whether there is a store.
///
/// # Errors
/// It cannot be reached, or what is there is none.
pub(crate) async fn is_there(config: &Config) -> Result<bool> {
    let standing = Store::standing(&config.store.url).await;
    Ok(standing.map_err(|error| told(error, config))?.is_some())
}

/// An empty file, with the mode and the owner that a store has. SQLite gives what it keeps beside it the same.
fn make(path: &Path) -> Result<()> {
    let unfinished = format!("{}.{BEING_PUT_BACK}", path.display());
    if Path::new(&unfinished).exists() {
        bail!(
            "{} is not there, but {unfinished} is: a copy was not put back to its end. Please run `openvisit admin \
             restore` again",
            path.display()
        );
    }
    tracing::info!(path = %path.display(), "there is no store: a new, empty one is made");
    let made = private_file::open(path);
    made.with_context(|| format!("cannot make {}", path.display()))?;
    Ok(())
}

fn lock_existing(config: &Config) -> Result<Option<StoreLock>> {
    match config.store.url.strip_prefix("sqlite:").map(Path::new) {
        Some(path) if path.exists() => StoreLock::to_use(path).map(Some),
        _ => Ok(None),
    }
}

/// Why a store did not open, and which.
fn told(error: OpenError, config: &Config) -> anyhow::Error {
    let which = config.store.shown();
    match error {
        OpenError::Missing => anyhow!(
            "there is no store at {which}. Does --config name the configuration of the service? A store is made by \
             `openvisit serve`, and by the first `openvisit admin create-administrator`"
        ),
        error => anyhow::Error::new(error).context(format!("the store {which} cannot be used")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path) -> Config {
        let mut config = Config::default();
        config.store.url = format!("sqlite:{}", folder.join("openvisit.sqlite").display());
        config.keys.file = folder.join("keys.json");
        config
    }

    async fn refused(config: &Config) -> String {
        let Err(error) = Parts::open(config).await else {
            panic!("the store opened");
        };
        format!("{error:#}")
    }

    #[tokio::test]
    async fn lost_or_other_keys_are_told_and_none_are_made_beside_a_store() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        Parts::open(&config).await.unwrap().store.close().await;
        let copy = std::fs::read(&config.keys.file).unwrap();

        std::fs::remove_file(&config.keys.file).unwrap();
        let said = refused(&config).await;
        assert!(said.contains("keys.json is not there"), "{said}");
        assert!(!config.keys.file.exists());

        keys::load_or_create(&config.keys.file, &mut rand::rng()).unwrap();
        let said = refused(&config).await;
        assert!(said.contains("is not the key file of this store"), "{said}");

        std::fs::write(&config.keys.file, &copy).unwrap();
        keys::rotate(&config.keys.file, &mut rand::rng()).unwrap();
        Parts::open(&config).await.unwrap().store.close().await;
        std::fs::write(&config.keys.file, copy).unwrap();
        let said = refused(&config).await;
        assert!(said.contains("`vault 1` is missing"), "{said}");
    }

    #[tokio::test]
    async fn a_store_is_not_made_anew_where_one_was_being_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        std::fs::write(folder.path().join("openvisit.sqlite.restoring"), "").unwrap();
        let said = refused(&config).await;
        assert!(said.contains("not put back to its end"), "{said}");
        assert!(!folder.path().join("openvisit.sqlite").exists());
    }

    #[tokio::test]
    async fn commands_make_no_store_and_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&folder.path().join("data"));
        assert!(!is_there(&config).await.unwrap());
        let Err(error) = OpenStore::existing(&config).await else {
            panic!("a store was made");
        };
        assert!(error.to_string().contains("--config"), "{error:#}");
        assert!(OpenStore::as_it_is(&config).await.is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
