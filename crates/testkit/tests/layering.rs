//! Dependencies point downward, and pure crates are pure.

use std::path::{Path, PathBuf};

use testkit::layering::{Layer, Member, breaches, members, reaches, reaching_words};

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn member(name: &str, rank: u8, pure: bool, dependencies: &[&str]) -> Member {
    Member {
        name: name.to_owned(),
        layer: Some(Layer { rank, pure }),
        dependencies: dependencies.iter().map(ToString::to_string).collect(),
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
    assert_eq!(breaches(&members), ["core is pure and depends on tokio"]);
    members[1].layer = None;
    assert_eq!(breaches(&members).len(), 2);
}

#[test]
fn a_clock_is_found_in_the_product_and_not_in_its_tests_or_comments() {
    assert_eq!(
        reaching_words("let now = Instant::now();"),
        ["Instant::now"]
    );
    assert_eq!(
        reaching_words("// not Instant::now\n#[cfg(test)]\nInstant::now()"),
        [""; 0]
    );
}
