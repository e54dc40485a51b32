//! The layering of the workspace, held by a test.
//!
//! Every manifest says its layer in `[package.metadata.layer]`: a `rank`, and whether the crate is `pure`.
//! A crate depends on crates of a lower rank only. A pure crate has no runtime, no socket, no clock and no
//! randomness of its own: time and randomness are arguments, so that a whole call can run in a test from
//! a seed. Development dependencies are free: tests may use anything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// Crates that bring a runtime, a socket or a disk.
const NOT_PURE: [&str; 14] = [
    "tokio",
    "async-std",
    "smol",
    "mio",
    "socket2",
    "quinn-udp",
    "axum",
    "hyper",
    "reqwest",
    "sqlx",
    "tracing-subscriber",
    "tempfile",
    "getrandom",
    "webrtc",
];

/// Words in the source of a pure crate that reach out of it.
const REACHING_OUT: [&str; 13] = [
    "SystemTime::now",
    "Instant::now",
    "UdpSocket",
    "TcpStream",
    "TcpListener",
    "std::fs",
    "std::env::",
    "std::thread",
    "thread_rng",
    "rand::rng()",
    "OsRng",
    "Uuid::new_v",
    "println!",
];

/// One crate of the workspace, as far as its layer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The crate's name.
    pub name: String,
    /// Its layer; `None` where the manifest does not say.
    pub layer: Option<Layer>,
    /// Names of the crates it depends on, development dependencies left out.
    pub dependencies: Vec<String>,
    /// Its folder.
    pub folder: PathBuf,
}

/// `[package.metadata.layer]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Lower is deeper.
    pub rank: u8,
    /// No runtime, socket, clock or randomness.
    pub pure: bool,
}

/// The workspace's crates, as `cargo metadata` tells them.
///
/// # Errors
/// Cargo fails, or says what cannot be read.
pub fn members(workspace: &Path) -> Result<Vec<Member>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(workspace)
        .output()?;
    ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    metadata
        .packages
        .into_iter()
        .map(Member::try_from)
        .collect()
}

/// What is wrong with the dependencies, a line each.
#[must_use]
pub fn breaches(members: &[Member]) -> Vec<String> {
    let ranks: BTreeMap<&str, u8> = members
        .iter()
        .filter_map(|member| Some((member.name.as_str(), member.layer?.rank)))
        .collect();
    let mut breaches = Vec::new();
    for member in members {
        let Some(layer) = member.layer else {
            breaches.push(format!("{} does not say its layer", member.name));
            continue;
        };
        for dependency in &member.dependencies {
            if let Some(rank) = ranks.get(dependency.as_str())
                && *rank >= layer.rank
            {
                breaches.push(format!(
                    "{} (rank {}) depends on {dependency} (rank {rank}), which is not below it",
                    member.name, layer.rank
                ));
            }
            if layer.pure && NOT_PURE.contains(&dependency.as_str()) {
                breaches.push(format!(
                    "{} is pure and depends on {dependency}",
                    member.name
                ));
            }
        }
    }
    breaches
}

/// Where the sources of a pure crate reach out, a line each. Test modules are free to.
///
/// # Errors
/// A source file cannot be read.
pub fn reaches(member: &Member) -> Result<Vec<String>> {
    let mut found = Vec::new();
    if member.layer.is_some_and(|layer| layer.pure) {
        for file in sources(&member.folder.join("src"))? {
            let text = std::fs::read_to_string(&file)?;
            for word in reaching_words(&text) {
                found.push(format!("{}: {word} in a pure crate", file.display()));
            }
        }
    }
    Ok(found)
}

/// The words of a source that reach out, before its test module begins and outside of comments.
#[must_use]
pub fn reaching_words(source: &str) -> Vec<&'static str> {
    let product = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = product
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    REACHING_OUT
        .into_iter()
        .filter(|word| code.contains(word))
        .collect()
}

/// The Rust files below `folder` that are not tests.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let is_test = stem
            .is_some_and(|stem| stem == "tests" || stem == "testing" || stem.ends_with("_tests"));
        if is_test {
            continue;
        }
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
    metadata: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

impl TryFrom<Package> for Member {
    type Error = anyhow::Error;

    fn try_from(package: Package) -> Result<Self> {
        let layer = package
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.get("layer"))
            .map(|layer| serde_json::from_value(layer.clone()))
            .transpose()
            .with_context(|| format!("the layer of {}", package.name))?;
        let folder = package
            .manifest_path
            .parent()
            .context("a manifest stands in a folder")?;
        Ok(Self {
            layer,
            folder: folder.to_owned(),
            dependencies: package
                .dependencies
                .into_iter()
                .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
                .map(|dependency| dependency.name)
                .collect(),
            name: package.name,
        })
    }
}
