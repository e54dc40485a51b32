//! Inputs that long runs found, guided by coverage: each reaches what no seed does.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder that has a folder of them for each target.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("found")
}

/// Those of a target, in the order of their names; none where it has no folder.
pub(crate) fn inputs(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let folder = folder().join(target);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let files = fs::read_dir(folder)?.map(|file| Ok(file?.path()));
    let mut files = files.collect::<io::Result<Vec<_>>>()?;
    files.sort();
    files.iter().map(fs::read).collect()
}
