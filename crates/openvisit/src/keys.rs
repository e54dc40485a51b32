//! The key file: the keys that sign links and grants, and those of the vault.
//!
//! Made at the first start from the system's randomness. Each ring holds the current key and those
//! before it, which still verify, so that a change of keys makes no link useless that is on its way.
//! `openvisit keys rotate` adds a key to every ring and forgets the oldest beyond three, but none of the
//! vault's, as what they sealed is kept for years: those are forgotten once everything is sealed anew.
//!
//! The store remembers by what the vault's keys are known ([`compare`]), so that lost or other keys are told.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use booking_server::Vault;
use booking_store::KeyCheck;
use grant::{GrantKeyRing, LinkKeyRing};
use rand::RngCore;
use serde::{Deserialize, Serialize};

/// How many keys a ring keeps, the current one among them.
const KEPT: usize = 3;
/// The key ids of links and grants run from 0 to 14 and begin anew.
const IDS: u8 = 15;
/// Those of the vault run as far as a byte goes.
const VAULT_IDS: u8 = u8::MAX;

/// The keys, as signaling and booking use them.
#[derive(Clone, Debug)]
pub struct KeyRings {
    /// Signs and verifies links.
    pub links: LinkKeyRing,
    /// Signs and verifies grants.
    pub grants: GrantKeyRing,
    /// Seals what is kept of people.
    pub vault: Vault,
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    links: Ring,
    grants: Ring,
    vault: Ring,
    /// Makes the vault's blind indexes and the seals of the audit trail; never changes.
    index: Key,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ring {
    current: u8,
    keys: BTreeMap<u8, Key>,
}

#[derive(Clone, Copy)]
struct Key([u8; 32]);

/// Reads the rings from `path`, making the file first where there is none.
///
/// # Errors
/// The file cannot be read or written, or holds no usable rings.
pub fn load_or_create(path: &Path, rng: &mut impl RngCore) -> Result<KeyRings> {
    if !path.exists() {
        let file = KeyFile {
            links: Ring::new(rng),
            grants: Ring::new(rng),
            vault: Ring::new(rng),
            index: Key::generate(rng),
        };
        // Of two processes that begin in one moment, one makes it.
        crate::private_file::folder(crate::private_file::folder_of(path))?;
        crate::private_file::write_new(path, &serde_json::to_vec_pretty(&file)?)?;
    }
    load(path)
}

/// Reads the rings from `path`.
///
/// # Errors
/// The file is not there or cannot be read, or holds no usable rings.
pub fn load(path: &Path) -> Result<KeyRings> {
    if !path.exists() {
        bail!(
            "the key file {} is not there. What the store keeps of people opens with its keys only: please put the \
             copy of it back. Nothing was changed",
            path.display()
        );
    }
    KeyFile::read(path)?.rings()
}

/// The keys are not those that a store was used with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongKeys {
    /// A key of the same id is another one.
    #[error("the key `{0}` is another one than the store was used with")]
    Other(String),
    /// A key that the store was used with is not there.
    #[error("the key `{0}` is missing: the file is older than what the store keeps")]
    Missing(String),
}

/// Whether keys are those by which a store is known to have been used. There may be more.
///
/// # Errors
/// Which one is another, or is missing.
pub fn compare(known: &[KeyCheck], have: &[KeyCheck]) -> Result<(), WrongKeys> {
    for check in known {
        match have.iter().find(|own| own.name == check.name) {
            None => return Err(WrongKeys::Missing(check.name.clone())),
            Some(own) if own.code != check.code => {
                return Err(WrongKeys::Other(check.name.clone()));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Adds a key to every ring and makes it the current one.
///
/// # Errors
/// The file is not there, or cannot be read or written.
pub fn rotate(path: &Path, rng: &mut impl RngCore) -> Result<()> {
    let mut file = KeyFile::read(path)?;
    file.links.rotate(IDS, rng);
    file.links.forget_old();
    file.grants.rotate(IDS, rng);
    file.grants.forget_old();
    file.vault.rotate(VAULT_IDS, rng);
    file.write(path)
}

/// Forgets the keys of the vault but the current one, once everything is sealed with that of `sealed_with`.
/// How many.
///
/// # Errors
/// The keys were rotated once more since then, or the file is not there, or cannot be read or written.
pub fn forget_vault_keys(path: &Path, sealed_with: &Vault) -> Result<usize> {
    let mut file = KeyFile::read(path)?;
    let is_current = file.rings()?.vault.is_current(&sealed_with.seal("", b""));
    ensure!(
        is_current,
        "the keys were rotated meanwhile; all keys stay. Please restart the service and seal anew again"
    );
    let (current, before) = (file.vault.current, file.vault.keys.len());
    file.vault.keys.retain(|id, _| *id == current);
    let forgotten = before - file.vault.keys.len();
    file.write(path)?;
    Ok(forgotten)
}

impl KeyFile {
    fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is no key file", path.display()))
    }

    fn write(&self, path: &Path) -> Result<()> {
        if let Some(dir) = path.parent() {
            crate::private_file::folder(dir)?;
        }
        crate::private_file::write(path, &serde_json::to_vec_pretty(self)?)
    }

    fn rings(&self) -> Result<KeyRings> {
        let keys = |ring: &Ring| {
            ring.keys
                .iter()
                .map(|(id, key)| (*id, key.0))
                .collect::<Vec<_>>()
        };
        Ok(KeyRings {
            links: LinkKeyRing::new(self.links.current, keys(&self.links))?,
            grants: GrantKeyRing::new(self.grants.current, keys(&self.grants))?,
            vault: Vault::new(self.vault.current, keys(&self.vault), self.index.0)?,
        })
    }
}

impl Ring {
    fn new(rng: &mut impl RngCore) -> Self {
        Self {
            current: 0,
            keys: BTreeMap::from([(0, Key::generate(rng))]),
        }
    }

    fn rotate(&mut self, ids: u8, rng: &mut impl RngCore) {
        self.current = (self.current + 1) % ids;
        self.keys.insert(self.current, Key::generate(rng));
    }

    fn forget_old(&mut self) {
        let current = self.current;
        self.keys
            .retain(|id, _| usize::from((current + IDS - id) % IDS) < KEPT);
    }
}

impl Key {
    fn generate(rng: &mut impl RngCore) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("a key is 43 base64url characters"))
    }
}

#[cfg(test)]
mod tests {
    use grant::{LinkError, Slot};

    use super::*;

    const SLOT: Slot = Slot {
        starts_at_ms: 1_800_000_000_000,
        ends_at_ms: 1_800_001_500_000,
    };

    #[test]
    fn a_link_outlives_two_rotations_and_not_a_third() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys/keys.json");
        let mut rng = rand::rng();
        let made = load_or_create(&path, &mut rng).unwrap();
        let link = made.links.mint(SLOT, &mut rng).unwrap();
        for _ in 0..2 {
            rotate(&path, &mut rng).unwrap();
            let rings = load_or_create(&path, &mut rng).unwrap();
            assert!(rings.links.verify(link.reveal()).is_ok());
        }
        rotate(&path, &mut rng).unwrap();
        let rings = load_or_create(&path, &mut rng).unwrap();
        assert_eq!(
            rings.links.verify(link.reveal()),
            Err(LinkError::Unrecognised)
        );
    }

    #[test]
    fn the_vaults_older_keys_are_kept_until_they_are_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.json");
        let mut rng = rand::rng();
        let made = load_or_create(&path, &mut rng).unwrap();
        let sealed = made.vault.seal("x", b"value");
        for _ in 0..4 {
            rotate(&path, &mut rng).unwrap();
        }
        let rings = load_or_create(&path, &mut rng).unwrap();
        assert_eq!(
            rings.vault.open("x", &sealed).as_deref(),
            Some(&b"value"[..])
        );
        let anew = rings.vault.seal("x", b"value");
        assert!(forget_vault_keys(&path, &made.vault).is_err());
        assert_eq!(forget_vault_keys(&path, &rings.vault).unwrap(), 4);
        let rings = load_or_create(&path, &mut rng).unwrap();
        assert_eq!(rings.vault.open("x", &sealed), None);
        assert_eq!(rings.vault.open("x", &anew).as_deref(), Some(&b"value"[..]));
        assert_eq!(forget_vault_keys(&path, &rings.vault).unwrap(), 0);
    }

    #[test]
    fn ids_begin_anew_after_the_last() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.json");
        let mut rng = rand::rng();
        load_or_create(&path, &mut rng).unwrap();
        for _ in 0..40 {
            rotate(&path, &mut rng).unwrap();
        }
        let file = KeyFile::read(&path).unwrap();
        assert_eq!(file.links.current, 10);
        assert_eq!(
            file.links.keys.keys().copied().collect::<Vec<_>>(),
            [8, 9, 10]
        );
    }

    #[test]
    fn a_file_that_is_no_key_file_is_said_to_be_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.json");
        std::fs::write(&path, "{}").unwrap();
        let error = load_or_create(&path, &mut rand::rng()).unwrap_err();
        assert!(error.to_string().contains("no key file"));
    }
}
