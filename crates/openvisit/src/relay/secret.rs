//! The file with the secret that this service and coturn share: one line.

use std::path::Path;

use anyhow::{Context, Result};
use grant::RelaySecret;
use rand::RngCore;

use crate::private_file;

/// Reads the secret from `path`, making the file first where there is none.
///
/// # Errors
/// The file cannot be read or written, or holds no secret.
pub(super) fn load_or_create(path: &Path, rng: &mut impl RngCore) -> Result<RelaySecret> {
    if !path.exists() {
        if let Some(folder) = path.parent() {
            private_file::folder(folder)?;
        }
        let line = format!("{}\n", RelaySecret::generate(rng).reveal());
        private_file::write(path, line.as_bytes())?;
    }
    load(path)
}

/// Reads the secret from `path`.
///
/// # Errors
/// The file is not there or cannot be read, or holds no secret.
pub(super) fn load(path: &Path) -> Result<RelaySecret> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    RelaySecret::parse(text.trim()).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_was_made_is_the_same_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/relay.secret");
        assert!(load(&path).is_err());
        let made = load_or_create(&path, &mut rand::rng()).unwrap();
        assert_eq!(load_or_create(&path, &mut rand::rng()).unwrap(), made);
    }

    #[test]
    fn a_file_that_holds_no_secret_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.secret");
        std::fs::write(&path, "too short\n").unwrap();
        let error = format!("{:#}", load(&path).unwrap_err());
        assert!(
            error.contains("relay.secret: not a relay's secret"),
            "{error}"
        );
    }
}
