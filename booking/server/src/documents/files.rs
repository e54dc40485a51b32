//! Sealed documents in a folder, one file each, named by the document's id.
//!
//! A file is written under another name, forced to the disk and renamed: under its id it is whole or not
//! there. Only the service's own user reads the folder.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use booking_domain::applications::MAX_BYTES;
use ids::DocumentId;

/// What a name ends with while its file is being written.
const UNFINISHED: &str = ".unfinished";

/// The folder of the documents.
#[derive(Clone, Debug)]
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps a file.
    pub(super) fn write(&self, document: DocumentId, bytes: &[u8]) -> io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let unfinished = self.folder.join(format!("{document}{UNFINISHED}"));
        let written = write_new(&unfinished, bytes)
            .and_then(|()| fs::rename(&unfinished, self.path(document)))
            // The rename itself is on the disk once its folder is.
            .and_then(|()| File::open(&self.folder)?.sync_all());
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written
    }

    /// A file's content, if it is there.
    pub(super) fn read(&self, document: DocumentId) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.path(document)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        // Twice what any document has: one that was sealed is a few bytes longer.
        file.take(2 * MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Removes a file; that it is gone already is fine.
    pub(super) fn remove(&self, document: DocumentId) -> io::Result<()> {
        remove(&self.path(document))
    }

    /// The documents whose files are older than `age`. What was left unfinished so long ago is removed.
    pub(super) fn older_than(&self, age: Duration) -> io::Result<Vec<DocumentId>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut documents = Vec::new();
        for entry in entries {
            let entry = entry?;
            let written = entry.metadata()?.modified()?;
            let is_old = SystemTime::now()
                .duration_since(written)
                .is_ok_and(|passed| passed >= age);
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|_| is_old) else {
                continue;
            };
            if name.ends_with(UNFINISHED) {
                remove(&entry.path())?;
            } else if let Ok(document) = name.parse() {
                documents.push(document);
            }
        }
        Ok(documents)
    }

    fn path(&self, document: DocumentId) -> PathBuf {
        self.folder.join(document.to_string())
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn document(last: u8) -> DocumentId {
        let id = format!("01935f00-0000-7000-8000-0000000000{last:02x}");
        id.parse().unwrap()
    }

    #[test]
    fn a_file_is_kept_read_and_removed_and_is_nobody_elses() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data").join("documents");
        let files = Files::new(folder.clone());
        assert_eq!(files.read(document(1)).unwrap(), None);
        assert_eq!(files.older_than(Duration::ZERO).unwrap(), []);
        files.write(document(1), b"sealed").unwrap();
        files.write(document(1), b"sealed again").unwrap();
        assert_eq!(files.read(document(1)).unwrap().unwrap(), b"sealed again");
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join(document(1).to_string())), 0o600);
        files.remove(document(1)).unwrap();
        files.remove(document(1)).unwrap();
        assert_eq!(files.read(document(1)).unwrap(), None);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn what_a_crash_left_unfinished_is_no_document_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        let unfinished = folder.path().join(format!("{}{UNFINISHED}", document(1)));
        fs::write(&unfinished, b"half").unwrap();
        fs::write(folder.path().join("README"), b"not ours").unwrap();
        files.write(document(2), b"sealed").unwrap();
        assert_eq!(files.read(document(1)).unwrap(), None);
        let hour = Duration::from_secs(3600);
        assert_eq!(files.older_than(hour).unwrap(), []);
        assert!(unfinished.exists());
        assert_eq!(files.older_than(Duration::ZERO).unwrap(), [document(2)]);
        assert!(!unfinished.exists());
        assert!(folder.path().join("README").exists());
    }
}
