//! Dependencies point downward, and pure crates are pure.

use std::path::{Path, PathBuf};

use testkit::layering::{Layer, breaches, reaches, reaching_words};
use testkit::workspace::{Member, members};

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn member(name: &str, rank: u8, pure: bool, dependencies: &[&str]) -> Member {
    Member {
        name: name.to_owned(),
        layer: Some(Layer { rank, pure }),
        dependencies: dependencies.iter().map(ToString::to_string).collect(),
        links: dependencies.iter().map(ToString::to_string).collect(),
        folder: PathBuf::new(),
    }
}

#[test]
fn dependencies_point_to_a_lower_layer_only() {
    let members = members(workspace()).unwrap();
    assert!(members.len() >= 15, "{} members", members.len());
    assert_eq!(breaches(&members), [""; 0]);
}

#[test]
fn pure_crates_reach_for_no_clock_no_socket_and_no_randomness() {
    let mut found = Vec::new();
    for member in members(workspace()).unwrap() {
        found.extend(reaches(&member).unwrap());
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_dependency_upward_or_sideways_is_found() {
    let members = [
        member("core", 2, true, &["server"]),
        member("server", 4, false, &[]),
    ];
    assert_eq!(breaches(&members).len(), 1);
    let members = [
        member("one", 2, true, &["two"]),
        member("two", 2, true, &[]),
    ];
    assert_eq!(breaches(&members).len(), 1);
}

#[test]
fn a_runtime_in_a_pure_crate_and_a_crate_without_a_layer_are_found() {
    let mut members = vec![
        member("core", 2, true, &["tokio"]),
        member("server", 4, false, &["tokio"]),
    ];
    assert_eq!(breaches(&members), ["core is pure and links tokio"]);
    members[1].layer = None;
    assert_eq!(breaches(&members).len(), 2);
}

#[test]
fn a_runtime_that_a_dependency_brings_along_is_found() {
    let mut core = member("core", 2, true, &["helpful"]);
    core.links.insert("tokio".to_owned());
    assert_eq!(breaches(&[core]), ["core is pure and links tokio"]);
}

#[test]
fn what_is_linked_is_followed_through_other_crates() {
    let members = members(workspace()).unwrap();
    let program = members
        .iter()
        .find(|member| member.name == "openvisit")
        .unwrap();
    assert!(!program.dependencies.iter().any(|name| name == "rtc-stun"));
    assert!(program.links.contains("rtc-stun"));
}

#[test]
fn a_clock_is_found_in_the_product_and_not_in_its_tests_or_comments() {
    let reaching = |source: &str| Vec::from_iter(reaching_words(source));
    assert_eq!(reaching("let now = Instant::now();"), ["Instant::now"]);
    assert_eq!(reaching("// not Instant::now\n"), [""; 0]);
    let tests = "#[cfg(test)]\nmod tests {\n    fn now() {\n        Instant::now();\n    }\n}\n";
    assert_eq!(reaching(tests), [""; 0]);
    assert_eq!(reaching(&format!("{tests}use std::fs;")), ["std::fs"]);
    let testing = "#[cfg(test)]\nmod testing;\nmod clock { Instant::now() }";
    assert_eq!(reaching(testing), ["Instant::now"]);
}

#[test]
fn a_module_imported_in_a_group_is_found() {
    let source = "use std::{\n    fmt,\n    thread::{self, JoinHandle},\n};\nlet env = 1;";
    assert_eq!(Vec::from_iter(reaching_words(source)), ["std::thread"]);
}

#[test]
fn every_crate_has_the_lints_of_the_workspace() {
    for member in members(workspace()).unwrap() {
        let manifest = std::fs::read_to_string(member.folder.join("Cargo.toml")).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{}",
            member.name
        );
    }
}
