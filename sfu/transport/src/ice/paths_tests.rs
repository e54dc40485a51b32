use std::{net::SocketAddr, time::Duration};

use super::*;

fn path(host: u8) -> Path {
    SocketAddr::from(([192, 0, 2, host], 40_000)).into()
}

/// Media goes by the first path.
fn with_media(now: Instant) -> Paths {
    let mut paths = Paths::default();
    paths.checked(path(1), true, now);
    paths.begin_media();
    paths
}

fn answer(paths: &mut Paths, path: Path, now: Instant) {
    assert!(paths.wants_check(path));
    paths.await_answer(path, 7);
    assert!(!paths.answered(path, 8, now), "another check's answer");
    assert!(paths.answered(path, 7, now));
    assert!(!paths.answered(path, 7, now), "an answer counts once");
}

#[test]
fn media_follows_two_of_three_signs_and_no_single_one_however_often_it_comes() {
    let now = Instant::now();
    let nominated = |paths: &mut Paths| {
        paths.checked(path(2), true, now);
    };
    let heard = |paths: &mut Paths| paths.heard(path(2), now);
    for alone in [&nominated as &dyn Fn(&mut Paths), &heard] {
        let mut paths = with_media(now);
        for _ in 0..100 {
            alone(&mut paths);
            assert_eq!(paths.selected(), Some(path(1)));
        }
        answer(&mut paths, path(2), now);
        assert_eq!(paths.selected(), Some(path(2)));
    }
    let mut paths = with_media(now);
    nominated(&mut paths);
    heard(&mut paths);
    assert_eq!(paths.selected(), Some(path(2)));
}

#[test]
fn a_check_that_nominates_nothing_moves_no_media() {
    let now = Instant::now();
    let mut paths = with_media(now);
    assert!(paths.checked(path(2), false, now));
    assert!(!paths.wants_check(path(2)));
    assert_eq!(paths.selected(), Some(path(1)));
    assert!(paths.is_validated(path(2)));
}

#[test]
fn the_way_back_has_to_be_earned_again() {
    let now = Instant::now();
    let mut paths = with_media(now);
    paths.heard(path(2), now);
    answer(&mut paths, path(2), now);
    paths.checked(path(1), true, now);
    assert_eq!(paths.selected(), Some(path(2)), "a copy of an old check");
    answer(&mut paths, path(1), now);
    assert_eq!(paths.selected(), Some(path(1)));
    paths.heard(path(2), now);
    assert_eq!(paths.selected(), Some(path(1)));
}

#[test]
fn copies_of_checks_from_everywhere_do_not_drive_out_the_path_that_is_heard() {
    let start = Instant::now();
    let mut paths = with_media(start);
    paths.heard(path(2), start);
    paths.await_answer(path(2), 7);
    for host in 3..=255 {
        let now = start + Duration::from_millis(u64::from(host));
        paths.checked(path(host), true, now);
        assert!(paths.known.len() <= KNOWN_MAX);
    }
    assert!(paths.answered(path(2), 7, start));
    assert_eq!(paths.selected(), Some(path(2)));
}

#[test]
fn without_its_path_media_waits_for_another_to_be_earned() {
    let now = Instant::now();
    let mut paths = with_media(now);
    paths.checked(path(2), false, now);
    paths.forget(path(1));
    assert_eq!(paths.selected(), None);
    paths.checked(path(2), true, now);
    assert_eq!(paths.selected(), None);
    paths.heard(path(2), now);
    assert_eq!(paths.selected(), Some(path(2)));
}
