//! The web client: installing, building, checking, and its browser tests.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{places, programs, shell, system};

/// What a built client was built from.
const STAMP: &str = ".built-from";

/// Installs the packages that `folder` locks, unless they are installed already.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let lock = hash_of(&[folder.join("package-lock.json")])?;
    let stamp = folder.join("node_modules/.installed-from");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let arguments = ["ci", "--no-audit", "--no-fund"];
    shell::run_aside(&mut shell::command(folder, "npm", &arguments))?;
    std::fs::write(&stamp, lock)?;
    Ok(())
}

/// Builds the pages, unless they are built from these sources already.
pub(crate) fn build() -> Result<()> {
    let folder = places::web_client();
    install(&folder)?;
    let mut sources = Vec::new();
    for place in ["src", "public"] {
        files_below(&folder.join(place), &mut sources)?;
    }
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.is_file() {
            sources.push(path);
        }
    }
    sources.sort();
    let hash = hash_of(&sources)?;
    let stamp = folder.join("dist").join(STAMP);
    if std::fs::read_to_string(&stamp).is_ok_and(|built| built == hash) {
        return Ok(());
    }
    shell::run_aside(&mut script("build"))?;
    std::fs::write(&stamp, hash)?;
    Ok(())
}

/// One of the client's own scripts.
pub(crate) fn script(name: &str) -> Command {
    shell::command(&places::web_client(), "npm", &["run", "--silent", name])
}

/// The browser tests with `arguments`, against the program built for tests. Their variables have a prefix of
/// their own: `OPENVISIT_` sets the configuration of the programs that they start.
pub(crate) fn playwright(arguments: &[&str]) -> Result<Command> {
    let folder = places::browser_tests();
    install(&folder)?;
    let mut command = shell::command(&folder, "npx", &["--no-install", "playwright", "test"]);
    command
        .args(arguments)
        .env("E2E_PROGRAM", programs::openvisit())
        .env("E2E_WEB_ROOT", places::web_client().join("dist"));
    Ok(command)
}

/// Builds everything and runs the browser programs with `tag`.
pub(crate) fn run_tagged(tag: &str) -> Result<()> {
    system::check_for_building()?;
    system::install_for_tests()?;
    build()?;
    programs::build()?;
    shell::run(playwright(&["--grep", tag])?.env("E2E_TAG", tag))
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn hash_of(files: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        std::fs::read(file)
            .with_context(|| file.display().to_string())?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
