//! The layering of the workspace, held by a test.
//!
//! Every manifest says its layer in `[package.metadata.layer]`: a `rank`, and whether the crate is `pure`.
//! A crate depends on crates of a lower rank only. A pure crate has no runtime, no socket, no clock and no
//! randomness of its own, and links none that has a runtime or a socket: time and randomness are arguments,
//! so that a whole call can run in a test from a seed. Development dependencies are free: tests may use
//! anything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::workspace::Member;

/// Crates that bring a runtime, a socket or a disk, whoever brings them along.
const NOT_PURE: [&str; 13] = [
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
    "webrtc",
];

/// Words in the source of a pure crate that reach out of it.
const REACHING_OUT: [&str; 17] = [
    "SystemTime::now",
    "Instant::now",
    ".elapsed()",
    "UdpSocket",
    "TcpStream",
    "TcpListener",
    "std::fs",
    "std::env::",
    "std::process",
    "std::thread",
    "thread_rng",
    "rand::rng()",
    "rand::random",
    "OsRng",
    "SystemRandom",
    "Uuid::n",
    "println!",
];

/// The same modules, imported in a group: `use std::{fmt, fs}`.
const REACHING_MODULES: [(&str, &str); 4] = [
    ("fs", "std::fs"),
    ("env", "std::env"),
    ("process", "std::process"),
    ("thread", "std::thread"),
];

/// `[package.metadata.layer]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Lower is deeper.
    pub rank: u8,
    /// No runtime, socket, clock or randomness.
    pub pure: bool,
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
        }
        if layer.pure {
            let runtimes = NOT_PURE.iter().filter(|name| member.links.contains(**name));
            breaches
                .extend(runtimes.map(|name| format!("{} is pure and links {name}", member.name)));
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

/// The words of a source that reach out, comments and what is built for tests only left out.
#[must_use]
pub fn reaching_words(source: &str) -> BTreeSet<&'static str> {
    let code = product(source);
    let mut words: BTreeSet<&str> = REACHING_OUT
        .into_iter()
        .filter(|word| code.contains(word))
        .collect();
    for group in code.split("use std::{").skip(1) {
        let group = group.split_once("};").map_or(group, |(group, _)| group);
        let imported: BTreeSet<&str> = group
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        let modules = REACHING_MODULES
            .iter()
            .filter(|(module, _)| imported.contains(module));
        words.extend(modules.map(|(_, word)| word));
    }
    words
}

/// The lines that are built into the product. An item behind `#[cfg(test)]` ends, as rustfmt writes it,
/// with its own line or with the brace under its beginning.
fn product(source: &str) -> String {
    let mut kept = String::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        if code.starts_with("//") {
            continue;
        }
        if code != "#[cfg(test)]" {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        let indent = &line[..line.len() - code.len()];
        for line in lines.by_ref() {
            let item = line.trim_end();
            let attribute = item.trim_start().starts_with("#[");
            let one_line = item.starts_with(indent)
                && !item[indent.len()..].starts_with(' ')
                && (item.ends_with(';') || item.ends_with("{}"));
            if !attribute && (one_line || item.strip_prefix(indent) == Some("}")) {
                break;
            }
        }
    }
    kept
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
