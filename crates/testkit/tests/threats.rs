//! Each test that `SECURITY.md` names stands in the file that it names.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

/// Names of tests have more words than any other name in that table.
const WORDS: usize = 4;

fn is_test(name: &str) -> bool {
    let of_a_name = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
    name.chars().all(of_a_name) && name.split('_').count() >= WORDS
}

/// What stands between backticks, in order.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The tests of a row with their files: names come first, then the file of all since the last one. `…/` is the folder
/// of the file before.
fn named(row: &str) -> Vec<(String, PathBuf)> {
    let (mut found, mut waiting) = (Vec::new(), Vec::new());
    let mut folder = PathBuf::new();
    for quoted in quoted(row) {
        if is_test(quoted) {
            waiting.push(quoted.to_owned());
        } else if quoted.ends_with(".rs") {
            let file = match quoted.strip_prefix("…/") {
                Some(beside) => folder.join(beside),
                None => PathBuf::from(quoted),
            };
            folder = file.parent().map(PathBuf::from).unwrap_or_default();
            found.extend(waiting.drain(..).map(|name| (name, file.clone())));
        }
    }
    found
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_threat_has_the_tests_that_it_names() -> Result<()> {
    let page = fs::read_to_string(workspace().join("SECURITY.md"))?;
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let tests: Vec<_> = rows.flat_map(named).collect();
    ensure!(tests.len() > 50, "only {} tests are found", tests.len());
    for (name, file) in tests {
        let path = workspace().join(&file);
        let text = fs::read_to_string(&path).with_context(|| file.display().to_string())?;
        ensure!(text.contains(&name), "{name} is not in {}", file.display());
    }
    Ok(())
}
