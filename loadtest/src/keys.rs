//! The program's key file, as it writes it.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, bail};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use booking_server::Vault;
use grant::LinkKeyRing;
use serde::{Deserialize, Serialize};

/// The key file of a data folder.
pub const KEYS: &str = "keys.json";

/// The keys of a server.
#[derive(Serialize, Deserialize)]
pub struct KeyFile {
    links: Ring,
    grants: Ring,
    vault: Ring,
    index: String,
}

#[derive(Serialize, Deserialize)]
struct Ring {
    current: u8,
    keys: BTreeMap<u8, String>,
}

impl KeyFile {
    /// Keys for a new server.
    #[must_use]
    pub fn generate() -> Self {
        let ring = || Ring {
            current: 0,
            keys: BTreeMap::from([(0, new_key())]),
        };
        Self {
            links: ring(),
            grants: ring(),
            vault: ring(),
            index: new_key(),
        }
    }

    /// Writes them where a server will look for them.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        std::fs::write(path, serde_json::to_vec(self)?)
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Reads a server's.
    ///
    /// # Errors
    /// It is not one.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is no key file", path.display()))
    }

    /// What signs links.
    ///
    /// # Errors
    /// A key is not one.
    pub fn links(&self) -> anyhow::Result<LinkKeyRing> {
        Ok(LinkKeyRing::new(self.links.current, self.links.keys()?)?)
    }

    /// What seals what is kept of people.
    ///
    /// # Errors
    /// A key is not one.
    pub fn vault(&self) -> anyhow::Result<Vault> {
        let index = key(&self.index)?;
        Ok(Vault::new(self.vault.current, self.vault.keys()?, index)?)
    }
}

impl Ring {
    fn keys(&self) -> anyhow::Result<Vec<(u8, [u8; 32])>> {
        let keys = self.keys.iter();
        keys.map(|(id, text)| Ok((*id, key(text)?))).collect()
    }
}

fn new_key() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

fn key(text: &str) -> anyhow::Result<[u8; 32]> {
    let Ok(key) = URL_SAFE_NO_PAD.decode(text)?.try_into() else {
        bail!("a key is not 32 bytes long");
    };
    Ok(key)
}
