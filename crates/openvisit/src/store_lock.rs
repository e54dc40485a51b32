//! Who uses a SQLite store's file: as many processes as like at once, or the one that puts a copy into its place.
//!
//! A file beside the store, `….lock`, is locked (`flock(2)`) as long as a process uses the store. The kernel lets go of
//! the lock when the process ends, however it ends; the file stays.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::private_file;

/// A lock that holds until it is dropped.
#[derive(Debug)]
pub(crate) struct StoreLock {
    #[expect(dead_code, reason = "it is held, not looked at")]
    file: File,
}

impl StoreLock {
    /// Of one who uses the store at `path`.
    ///
    /// # Errors
    /// A copy is just being put into its place, or the folder cannot be written.
    pub(crate) fn to_use(path: &Path) -> Result<Self> {
        let file = open(path)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => bail!(
                "a copy is just being put into the place of {}: please wait until that is done",
                path.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).context("the store cannot be locked"),
        }
    }

    /// Of one who puts a copy into the place of the store at `path`; `None`: somebody uses the store.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn alone(path: &Path) -> Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).context("the store cannot be locked"),
        }
    }
}

fn open(store: &Path) -> Result<File> {
    let path = PathBuf::from(format!("{}.lock", store.display()));
    private_file::open(&path).with_context(|| format!("cannot open {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_use_a_store_and_one_alone_replaces_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openvisit.sqlite");
        let users = [StoreLock::to_use(&path), StoreLock::to_use(&path)].map(Result::unwrap);
        assert!(StoreLock::alone(&path).unwrap().is_none());
        drop(users);
        let alone = StoreLock::alone(&path).unwrap();
        assert!(StoreLock::to_use(&path).is_err());
        assert!(StoreLock::alone(&path).unwrap().is_none());
        drop(alone);
        assert!(StoreLock::to_use(&path).is_ok());
    }
}
