//! Files that hold keys or people's data: readable by their owner only, whole or not there.
//!
//! What an administrator makes as root beside the service is to be the service's: a new file or folder gets the owner
//! of the folder that it is made in, one that is written anew keeps its own.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// The one user who may give files away.
const ROOT: u32 = 0;

/// Who else may be meant to reach a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// Its owner alone.
    Owner,
    /// Its owner, and a group.
    Group,
}

/// Makes a folder, and those above it, for its owner only. One that is there stays as it is.
///
/// # Errors
/// The folder cannot be made.
pub(crate) fn folder(path: &Path) -> Result<()> {
    make_folder(path).with_context(|| format!("cannot make the folder {}", path.display()))
}

fn make_folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let above = folder_of(path);
    make_folder(above)?;
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Err(_) => Ok(()),
        Ok(()) => hand_over(&File::open(path)?, &fs::metadata(above)?),
    }
}

/// Writes `content` to `path` with mode 0600. The file appears whole under its name or not at all.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let written = unfinished(path, content).with_context(cannot)?;
    let written = written.persist(path).map_err(|refused| refused.error);
    written.with_context(cannot)?;
    sync_folder(path).with_context(cannot)
}

/// As [`write()`], unless there is such a file: then it stays. Whether it was written.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> Result<bool> {
    let cannot = || format!("cannot write {}", path.display());
    let written = unfinished(path, content).with_context(cannot)?;
    match written.persist_noclobber(path) {
        Ok(_) => sync_folder(path).map(|()| true).with_context(cannot),
        Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(refused) => Err(refused.error).with_context(cannot),
    }
}

/// Opens a file for reading and writing, making an empty one with mode 0600 where there is none.
///
/// # Errors
/// It cannot be made or opened.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let made = options.clone().create_new(true).mode(0o600).open(path);
    match made {
        Ok(made) => {
            hand_over(&made, &fs::metadata(folder_of(path))?)?;
            Ok(made)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => options.open(path),
        Err(error) => Err(error),
    }
}

/// Has the names in a file's folder outlive a loss of power.
///
/// # Errors
/// The folder cannot be read or synced.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    File::open(folder_of(file))?.sync_all()
}

/// The folder that a file lies in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Whether others than those who are meant to may read a file or write to it.
///
/// # Errors
/// It is not there.
pub(crate) fn is_open_to_others(path: &Path, meant: Meant) -> io::Result<bool> {
    let others = match meant {
        Meant::Owner => 0o077,
        Meant::Group => 0o027,
    };
    Ok(fs::metadata(path)?.mode() & others != 0)
}

/// A file under a name of its own beside `path`, with the owner that the one at `path` is to have.
fn unfinished(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new()
        .prefix(".unfinished-")
        .tempfile_in(folder)?;
    let like = fs::metadata(path).or_else(|_| fs::metadata(folder))?;
    hand_over(file.as_file(), &like)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Gives what root has made to the owner of `like`. What others make is theirs already.
fn hand_over(made: &File, like: &Metadata) -> io::Result<()> {
    let is = made.metadata()?;
    if is.uid() == ROOT && (is.uid(), is.gid()) != (like.uid(), like.gid()) {
        fchown(made, Some(like.uid()), Some(like.gid()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, chown};

    use super::*;

    #[test]
    fn only_the_owner_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.json");
        write(&path, b"secret").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"secret");
        assert!(!write_new(&path, b"other").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"secret");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for (mode, to_group, to_others) in [
            (0o600, false, false),
            (0o640, true, false),
            (0o644, true, true),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let open_to = |meant| is_open_to_others(&path, meant).unwrap();
            assert_eq!(
                (open_to(Meant::Owner), open_to(Meant::Group)),
                (to_group, to_others)
            );
        }
        let inner = dir.path().join("data/inner");
        folder(&inner).unwrap();
        folder(&inner).unwrap();
        let mode = fs::metadata(&inner).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let names = fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(names, 2, "nothing unfinished is left");
    }

    /// By custom `nobody`.
    const SOMEBODY: u32 = 65_534;

    #[test]
    fn what_root_makes_in_somebodys_folder_is_theirs() {
        let dir = tempfile::tempdir().unwrap();
        if fs::metadata(dir.path()).unwrap().uid() != ROOT {
            eprintln!("only root gives files away: nothing to be seen here");
            return;
        }
        chown(dir.path(), Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        let owner = |path: &Path| fs::metadata(path).unwrap().uid();
        let inner = dir.path().join("data/inner");
        folder(&inner).unwrap();
        assert_eq!(owner(&inner), SOMEBODY);
        assert_eq!(owner(folder_of(&inner)), SOMEBODY);
        let file = inner.join("keys.json");
        write(&file, b"secret").unwrap();
        assert_eq!(owner(&file), SOMEBODY);
        open(&inner.join("store")).unwrap();
        assert_eq!(owner(&inner.join("store")), SOMEBODY);
        // Whoever keeps the keys in a folder of root's finds them as they were.
        chown(&inner, Some(ROOT), Some(ROOT)).unwrap();
        write(&file, b"rotated").unwrap();
        assert_eq!(owner(&file), SOMEBODY);
    }
}
