//! The workspace's crates, as `cargo metadata` tells them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::layering::Layer;

/// One crate of the workspace, as far as its layer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The crate's name.
    pub name: String,
    /// Its layer; `None` where the manifest does not say.
    pub layer: Option<Layer>,
    /// Names of the crates it depends on, development dependencies left out.
    pub dependencies: Vec<String>,
    /// Names of all crates that are linked with it, its own among them.
    pub links: BTreeSet<String>,
    /// Its folder.
    pub folder: PathBuf,
}

/// The crates of the workspace at `root`.
///
/// # Errors
/// Cargo fails, or says what cannot be read.
pub fn members(root: &Path) -> Result<Vec<Member>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()?;
    ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let names: BTreeMap<&str, &str> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package.name.as_str()))
        .collect();
    let linked: BTreeMap<&str, &Node> = metadata
        .resolve
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), node))
        .collect();
    let own = |package: &&Package| metadata.workspace_members.contains(&package.id);
    metadata
        .packages
        .iter()
        .filter(own)
        .map(|package| {
            let links = closure(&package.id, &linked)
                .into_iter()
                .filter_map(|id| names.get(id))
                .map(ToString::to_string)
                .collect();
            package.member(links)
        })
        .collect()
}

/// The ids of `package` and of everything it links.
fn closure<'a>(package: &'a str, linked: &BTreeMap<&'a str, &'a Node>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![package];
    while let Some(id) = open.pop() {
        if found.insert(id)
            && let Some(node) = linked.get(id)
        {
            open.extend(
                node.deps
                    .iter()
                    .filter(|edge| edge.is_linked())
                    .map(|edge| edge.pkg.as_str()),
            );
        }
    }
    found
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
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

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

/// `null` is what is linked; `dev` and `build` are named.
#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

impl Edge {
    fn is_linked(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.is_none())
    }
}

impl Package {
    fn member(&self, links: BTreeSet<String>) -> Result<Member> {
        let layer = self
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.get("layer"))
            .map(|layer| serde_json::from_value(layer.clone()))
            .transpose()
            .with_context(|| format!("the layer of {}", self.name))?;
        let folder = self
            .manifest_path
            .parent()
            .context("a manifest stands in a folder")?;
        Ok(Member {
            name: self.name.clone(),
            layer,
            dependencies: self
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
                .map(|dependency| dependency.name.clone())
                .collect(),
            links,
            folder: folder.to_owned(),
        })
    }
}
