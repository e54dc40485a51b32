//! Receivers on networks that are slow, lossy, or change. Every run replays from its seed.

use std::time::{Duration, Instant};

use ids::Seat;
use sfu_core::{RoomOutput, Tile};

use crate::party::{Conditions, SECOND, Shown, World, seat};

const INMATE: Seat = Seat::INMATE;
/// How much later than what follows it a piece of sound may come; and where sound is sent again a round
/// trip later, which a receiver's buffer gets used to.
const PATIENCE: Duration = Duration::from_millis(60);
const MORE_PATIENCE: Duration = Duration::from_millis(200);

fn visitor() -> Seat {
    seat(1)
}

fn rate(rate: u64) -> Conditions {
    Conditions {
        rate,
        ..Conditions::GOOD
    }
}

/// A third of all packets lost, both ways, a tenth of a second round.
fn lossy(rate: u64) -> Conditions {
    Conditions {
        rate,
        delay: Duration::from_millis(50),
        loss: 300,
        ..Conditions::GOOD
    }
}

/// Each packet takes up to so many milliseconds longer than the fastest.
fn jittery(rate: u64, jitter_ms: u64) -> Conditions {
    Conditions {
        rate,
        jitter: Duration::from_millis(jitter_ms),
        ..Conditions::GOOD
    }
}

/// What a receiver saw on a line in a span.
fn seen(world: &World, receiver: Seat, line: usize, from: Instant) -> Vec<Shown> {
    let mut shown = world.watcher(receiver).shown(line);
    shown.retain(|shown| shown.at >= from);
    shown
}

/// How much of the sound was there in time, percent, the least of all lines.
fn heard(world: &World, receiver: Seat, from: Instant, patience: Duration) -> usize {
    let until = world.call.now - SECOND / 2;
    let lines = 0..3;
    lines
        .map(|line| {
            let (there, all) = world.watcher(receiver).sound(line, from, until, patience);
            assert!(all > 0);
            there * 100 / all
        })
        .min()
        .unwrap()
}

/// Whose pictures a receiver was last told that it does not get.
fn paused(world: &World, receiver: Seat) -> usize {
    let told = world
        .call
        .pictures
        .iter()
        .rev()
        .find_map(|output| match output {
            RoomOutput::PicturesPaused {
                receiver: to,
                paused,
            } if *to == receiver => Some(*paused),
            _ => None,
        });
    told.map_or(0, |paused| paused.iter().count())
}

fn longest_gap(shown: &[Shown]) -> Duration {
    let gaps = shown.windows(2).map(|pair| pair[1].at - pair[0].at);
    gaps.max().unwrap_or(Duration::MAX)
}

#[test]
fn a_good_network_is_found_to_be_good_within_seconds_and_nobody_sees_the_changes() {
    let mut world = World::of_four(1, &[]);
    let start = world.call.now;
    world.run(4 * SECOND);
    for line in 0..3 {
        let shown = seen(&world, visitor(), line, start);
        assert!(
            shown[0].at - start < SECOND / 2,
            "{:?}",
            shown[0].at - start
        );
        assert_eq!(shown.last().unwrap().layer, 2);
        assert!(shown.iter().any(|shown| shown.layer < 2), "it began low");
        let gap = longest_gap(&shown);
        assert!(gap < Duration::from_millis(100), "a freeze of {gap:?}");
    }
    assert!(world.call.room.estimate(visitor(), world.call.now) > Some(3_000_000));
    let stats = world.call.room.stats();
    assert!(stats.probes_sent < 30, "{} probes", stats.probes_sent);
}

#[test]
fn two_megabits_are_found_and_used() {
    let mut world = World::new(2);
    world.set_down(visitor(), rate(2_000_000));
    Seat::ALL.into_iter().for_each(|seat| world.join(seat));
    world.run(2 * SECOND);
    let estimate = world.call.room.estimate(visitor(), world.call.now).unwrap();
    assert!((1_200_000..2_600_000).contains(&estimate), "{estimate}");
    let from = world.call.now;
    world.run(20 * SECOND);
    for line in 0..3 {
        let shown = seen(&world, visitor(), line, from);
        assert!(shown.len() > 20 * 25, "{} frames", shown.len());
        let gap = longest_gap(&shown);
        assert!(gap < SECOND / 2, "a freeze of {gap:?}");
    }
    let shown = seen(&world, visitor(), 0, from);
    let best = shown.iter().filter(|shown| shown.layer == 2).count();
    assert!(best * 2 > shown.len(), "the inmate is seen at their best");
    assert_eq!(paused(&world, visitor()), 0);
    assert!(heard(&world, visitor(), from, PATIENCE) >= 98);
}

#[test]
fn half_a_megabit_carries_all_sound_and_the_inmate() {
    let mut world = World::new(3);
    world.set_down(visitor(), rate(500_000));
    Seat::ALL.into_iter().for_each(|seat| world.join(seat));
    world.run(5 * SECOND);
    let from = world.call.now;
    world.run(20 * SECOND);
    let shown = seen(&world, visitor(), 0, from);
    assert!(
        shown.len() > 20 * 20,
        "{} frames of the inmate",
        shown.len()
    );
    assert!(shown.iter().all(|shown| shown.layer == 0));
    let all: usize = (0..3)
        .map(|line| seen(&world, visitor(), line, from).len())
        .sum();
    assert!(all < 20 * 30 * 3, "all three do not fit");
    let heard = heard(&world, visitor(), from, PATIENCE);
    assert!(heard >= 97, "{heard} % of the sound");
    for other in [INMATE, seat(2), seat(3)] {
        let estimate = world.call.room.estimate(other, world.call.now);
        assert!(estimate > Some(3_000_000), "the others are not held back");
    }
}

#[test]
fn at_150_kilobits_there_is_sound_alone_and_pictures_come_back_by_themselves() {
    for seed in 10..14 {
        let mut world = World::of_four(seed, &[(visitor(), rate(2_000_000))]);
        world.run(6 * SECOND);
        world.set(visitor(), rate(150_000));
        // A browser's own estimator would do the same.
        world.sound_only[1] = true;
        world.run(3 * SECOND);
        assert_eq!(paused(&world, visitor()), 3, "seed {seed}");
        let from = world.call.now;
        world.run(20 * SECOND);
        let heard = heard(&world, visitor(), from, PATIENCE);
        assert!(heard >= 95, "seed {seed}: {heard} % of the sound");
        assert_eq!(paused(&world, visitor()), 3, "seed {seed}");
        assert!((0..3).all(|line| seen(&world, visitor(), line, from).is_empty()));
        world.set(visitor(), rate(2_000_000));
        let back = world.call.now;
        world.run(10 * SECOND);
        assert_eq!(paused(&world, visitor()), 0, "seed {seed}");
        for line in 0..3 {
            let shown = seen(&world, visitor(), line, back);
            let last = shown
                .iter()
                .filter(|shown| shown.at > back + 8 * SECOND)
                .count();
            assert!(last > 50, "seed {seed}: {last} frames in two seconds");
        }
    }
}

#[test]
fn jitter_alone_withholds_no_picture_for_long() {
    for (seed, jitter_ms) in [(600, 30), (601, 60)] {
        let mut world = World::of_four(seed, &[(visitor(), jittery(4_000_000, jitter_ms))]);
        world.run(5 * SECOND);
        let from = world.call.now;
        world.run(15 * SECOND);
        for line in 0..3 {
            let gap = longest_gap(&seen(&world, visitor(), line, from));
            assert!(
                gap < 3 * SECOND,
                "jitter of {jitter_ms} ms: no picture for {gap:?}"
            );
        }
    }
}

#[test]
fn jitter_and_a_little_loss_do_not_hold_pictures_back_after_a_poor_line() {
    let network = Conditions {
        loss: 30,
        ..jittery(4_000_000, 45)
    };
    for seed in [2_000, 2_002, 2_009] {
        let mut world = World::of_four(seed, &[(visitor(), network)]);
        world.run(4 * SECOND);
        world.set_down(visitor(), rate(100_000));
        world.run(4 * SECOND);
        assert_eq!(paused(&world, visitor()), 3, "seed {seed}");
        world.set_down(visitor(), network);
        world.run(8 * SECOND);
        assert_eq!(paused(&world, visitor()), 0, "seed {seed}");
    }
}

#[test]
fn a_line_that_narrows_is_noticed_in_time_whatever_its_jitter() {
    for (seed, jitter_ms) in [(700, 0), (701, 20), (702, 60)] {
        let mut world = World::of_four(seed, &[(visitor(), jittery(4_000_000, jitter_ms))]);
        world.run(6 * SECOND);
        world.set_down(visitor(), jittery(800_000, jitter_ms));
        world.run(SECOND);
        let estimate = world.call.room.estimate(visitor(), world.call.now).unwrap();
        assert!(
            estimate < 900_000,
            "jitter of {jitter_ms} ms: still {estimate} after a second"
        );
    }
}

#[test]
fn a_longer_way_is_not_taken_for_a_queue() {
    let far = Conditions {
        delay: Duration::from_millis(260),
        loss: 30,
        ..rate(6_000_000)
    };
    for seed in 800..804 {
        let mut world = World::of_four(seed, &[(visitor(), rate(6_000_000))]);
        world.run(6 * SECOND);
        world.set(visitor(), far);
        world.call.room.rerouted(visitor(), world.call.now);
        let from = world.call.now + SECOND;
        world.run(9 * SECOND);
        assert_eq!(paused(&world, visitor()), 0, "seed {seed}");
        for line in 0..3 {
            let shown = seen(&world, visitor(), line, from);
            let best = shown.iter().filter(|shown| shown.layer == 2).count();
            assert!(
                best * 10 > shown.len() * 8,
                "seed {seed}: {best} of {}",
                shown.len()
            );
        }
    }
}

#[test]
fn a_third_of_all_packets_lost_is_no_reason_to_send_less() {
    for seed in 20..24 {
        let mut world = World::of_four(seed, &[(visitor(), lossy(20_000_000))]);
        let start = world.call.now;
        world.run(4 * SECOND);
        let from = world.call.now;
        world.run(20 * SECOND);
        let estimate = world.call.room.estimate(visitor(), world.call.now).unwrap();
        assert!(estimate > 1_000_000, "seed {seed}: {estimate}");
        let mut frames = 0;
        for line in 0..3 {
            let first = seen(&world, visitor(), line, start)[0].at - start;
            assert!(
                first < 3 * SECOND,
                "seed {seed}: the first frame after {first:?}"
            );
            let shown = seen(&world, visitor(), line, from);
            assert!(shown.len() > 20 * 15, "seed {seed}: {} frames", shown.len());
            frames += shown.len();
        }
        assert!(
            frames > 20 * 3 * 20,
            "seed {seed}: {frames} frames of three"
        );
        let heard = heard(&world, visitor(), from, PATIENCE);
        assert!(heard >= 92, "seed {seed}: {heard} % of the sound");
        assert_eq!(paused(&world, visitor()), 0);
    }
}

#[test]
fn everyone_on_a_network_that_loses_a_third_hears_and_sees_everyone() {
    let all = Seat::ALL.map(|seat| (seat, lossy(20_000_000)));
    let (mut firsts, mut sound) = (Vec::new(), Vec::new());
    for seed in 30..33 {
        let mut world = World::of_four(seed, &all);
        let start = world.call.now;
        world.run(4 * SECOND);
        let from = world.call.now;
        world.run(10 * SECOND);
        for receiver in Seat::ALL {
            for line in 0..3 {
                firsts.push(seen(&world, receiver, line, start)[0].at - start);
                let shown = seen(&world, receiver, line, from);
                assert!(shown.len() > 10 * 5, "seed {seed}: {} frames", shown.len());
            }
            let heard = heard(&world, receiver, from, MORE_PATIENCE);
            assert!(heard >= 85, "seed {seed}: {heard} % of the sound");
            sound.push(heard);
        }
    }
    firsts.sort();
    let p95 = firsts[firsts.len() * 95 / 100];
    assert!(p95 < 3 * SECOND, "{firsts:?}");
    // Of each the line that is worst off.
    let mean = sound.iter().sum::<usize>() / sound.len();
    assert!(mean >= 92, "{sound:?}");
}

#[test]
fn a_hidden_tile_leaves_its_share_to_the_others() {
    let mut world = World::new(40);
    world.set_down(visitor(), rate(1_000_000));
    Seat::ALL.into_iter().for_each(|seat| world.join(seat));
    let now = world.call.now;
    for hidden in [seat(2), seat(3)] {
        let nothing = Tile {
            width: 0,
            height: 0,
        };
        world.call.room.view(visitor(), hidden, nothing, now);
    }
    world.run(5 * SECOND);
    let from = world.call.now;
    world.run(10 * SECOND);
    let shown = seen(&world, visitor(), 0, from);
    assert!(shown.len() > 10 * 25, "{} frames", shown.len());
    assert!(shown.iter().filter(|shown| shown.layer >= 1).count() > 10 * 20);
    assert!((1..3).all(|line| seen(&world, visitor(), line, from).is_empty()));
    assert_eq!(paused(&world, visitor()), 0);
}

/// Three join within a fifth of a second while a publisher is there, and see it within `patience`;
/// returns the call six seconds later, and when the first of them joined.
fn three_join(mut world: World, patience: Duration) -> (World, Instant) {
    world.join(INMATE);
    world.run(2 * SECOND);
    let from = world.call.now;
    for number in 1..4 {
        world.join(seat(number));
        world.run(SECOND / 10);
    }
    world.run(6 * SECOND);
    for number in 1..4 {
        let first = seen(&world, seat(number), 0, from)[0].at - from;
        assert!(first < patience, "seat {number} waited {first:?}");
    }
    (world, from)
}

#[test]
fn three_who_join_together_cost_each_publisher_one_key_frame_request_a_second() {
    for (seed, answers_as_asked, delay_ms, jitter_ms) in [
        (50, false, 20, 0),
        (51, true, 20, 40),
        (52, false, 70, 40),
        (53, true, 70, 0),
        (54, true, 200, 0),
    ] {
        let mut world = World::new(seed);
        world.answers_as_asked = answers_as_asked;
        for seat in Seat::ALL {
            let conditions = Conditions {
                delay: Duration::from_millis(delay_ms),
                ..jittery(50_000_000, jitter_ms)
            };
            world.set(seat, conditions);
        }
        let (world, _) = three_join(world, 2 * SECOND);
        for publisher in Seat::ALL {
            let reached = &world.reached[publisher.index()];
            for pair in reached.windows(2) {
                let apart = pair[1] - pair[0];
                assert!(
                    apart >= SECOND,
                    "seed {seed}: {publisher} again after {apart:?}"
                );
            }
        }
        assert!(!world.reached[0].is_empty(), "seed {seed}");
    }
}

#[test]
fn a_key_frame_request_is_repeated_only_where_it_or_its_answer_was_lost() {
    let mut repeated = 0;
    for seed in 60..64 {
        let mut world = World::new(seed);
        world.set(INMATE, lossy(20_000_000));
        let (world, from) = three_join(world, 4 * SECOND);
        let first = world.asked[0].partition_point(|(at, _)| *at < from);
        for pair in world.asked[0][first..].windows(2) {
            let ((at, named), (again, named_again)) = (&pair[0], &pair[1]);
            let apart = *again - *at;
            assert!(
                apart >= 3 * SECOND / 10,
                "seed {seed}: again after {apart:?}"
            );
            if apart < SECOND {
                repeated += 1;
                // An answer that is not lost is there within a fifth of a second.
                let came = |layer| {
                    let mut came = world.key_frames[0].iter();
                    came.any(|(came, of)| of == layer && at < came && came < again)
                };
                let named_again = named_again.iter().filter(|layer| named.contains(layer));
                let mut unanswered = named_again.filter(|layer| !came(*layer));
                assert!(
                    unanswered.next().is_some(),
                    "seed {seed}: answered, and again after {apart:?}"
                );
            }
        }
    }
    assert!(repeated > 0, "nothing was lost");
}
