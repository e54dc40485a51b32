//! Where things stand in the repository.

use std::path::{Path, PathBuf};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("this crate stands in crates/xtask")
        .to_owned()
}

/// The web client.
pub(crate) fn web_client() -> PathBuf {
    root().join("web-client")
}

/// The browser tests.
pub(crate) fn browser_tests() -> PathBuf {
    web_client().join("e2e")
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
