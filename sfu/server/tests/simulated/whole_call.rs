//! A visit from the first who comes to its end.

use std::time::Duration;

use sfu_server::{JoinError, Population, SfuEventKind, Warning};
use testkit::network::Conditions;

use crate::world::{Place, World, seat, visit};

/// Names the seed of a test that fails.
struct Seed(u64, f64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the failing call: seed {}, loss {}", self.0, self.1);
        }
    }
}

fn whole_call(seed: u64, loss: f64) {
    let _named = Seed(seed, loss);
    let mut world = World::new(
        seed,
        Conditions {
            delay: Duration::from_millis(25),
            jitter: Duration::from_millis(15),
            loss,
            duplication: 0.02,
        },
    );
    let call = visit(1);
    let place = |number| -> Place { (call, seat(number)) };
    let ends_at = world.started + Duration::from_mins(10);
    let watched = Duration::from_secs(5);

    for number in [0, 1, 2] {
        world.join(place(number), ends_at).unwrap();
        world.run_for(Duration::from_millis(300));
    }
    for number in [0, 1, 2] {
        world.run_until_connected(place(number), 1);
    }
    world.expect_media(call, &[seat(0), seat(1), seat(2)], watched);

    // One who comes late, with another idea of the end.
    let later = ends_at + Duration::from_mins(30);
    world.join(place(3), later).unwrap();
    world.run_until_connected(place(3), 1);
    world.expect_media(call, &[seat(0), seat(1), seat(2), seat(3)], watched);

    // One who leaves and comes back.
    world.leave(place(1));
    world.run_for(Duration::from_secs(3));
    world.expect_media(call, &[seat(0), seat(2), seat(3)], watched);
    world.join(place(1), later).unwrap();
    world.run_until_connected(place(1), 2);
    world.expect_media(call, &[seat(0), seat(1), seat(2), seat(3)], watched);

    // The end is moved, and then someone's page is reloaded, with its old idea of the end.
    let ends_at = world.now + Duration::from_mins(3);
    world.set_ends_at(call, ends_at);
    world.join(place(2), later).unwrap();
    world.run_until_connected(place(2), 2);

    // From here on signaling says nothing any more.
    world.run_until(ends_at + Duration::from_secs(5), |_, _, _| {});
    let ended: Vec<_> = world
        .events
        .iter()
        .filter(|(_, event)| event.kind == SfuEventKind::Ended)
        .collect();
    assert_eq!(ended.len(), 1);
    assert!(ended[0].0 >= ends_at && ended[0].0 <= ends_at + Duration::from_millis(10));
    assert_eq!(
        world.count(call, &SfuEventKind::Warning(Warning::OneMinute)),
        1
    );
    let second = Duration::from_secs(1);
    for client in world.clients.values() {
        let last = client.last_media.unwrap();
        let early = ends_at.saturating_duration_since(last);
        assert!(
            early <= second,
            "media to seat {} stopped {early:?} early",
            client.seat
        );
        assert!(last <= ends_at + second, "media after the end");
        for heard in client.heard.values() {
            for last in [heard.audio.last, heard.video.last].into_iter().flatten() {
                assert!(last <= ends_at + second, "media was played after the end");
            }
        }
        assert!(
            client.closed || loss > 0.0,
            "seat {} was not told",
            client.seat
        );
    }
    for last in world.last_sent.values() {
        assert!(*last <= ended[0].0, "a datagram left after the end");
    }
    assert_eq!(world.engine.population(), Population::default());
    assert_eq!(world.engine.poll_timeout(), None);
}

#[test]
fn four_people_meet_leave_return_and_part_in_time_on_a_line_without_loss() {
    whole_call(1, 0.0);
    whole_call(2, 0.0);
}

#[test]
fn four_people_meet_leave_return_and_part_in_time_at_ten_percent_loss() {
    whole_call(3, 0.1);
    whole_call(4, 0.1);
}

#[test]
fn four_people_meet_leave_return_and_part_in_time_at_thirty_percent_loss() {
    whole_call(5, 0.3);
    whole_call(6, 0.3);
}

#[test]
fn an_engine_without_rooms_has_nothing_to_wake_for() {
    let mut world = World::new(0, Conditions::GOOD);
    assert_eq!(world.engine.poll_timeout(), None);
    let past = world.now;
    let refused = world.join((visit(1), seat(0)), past);
    assert!(matches!(refused, Err(JoinError::Over)));
    assert_eq!(world.engine.poll_timeout(), None);
}

#[test]
fn an_offer_that_is_no_offer_leaves_who_sat_there_alone() {
    let mut world = World::new(0, Conditions::GOOD);
    let place = (visit(1), seat(0));
    let ends_at = world.started + Duration::from_mins(5);
    world.join(place, ends_at).unwrap();
    world.run_until_connected(place, 1);
    let before = world.engine.population();
    for offer in [
        "",
        "v=0",
        "not SDP at all",
        "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
    ] {
        let refused = world.join_with(place, ends_at, offer);
        assert!(matches!(refused, Err(JoinError::Offer(_))), "{refused:?}");
    }
    assert_eq!(world.engine.population(), before);
    assert_eq!(world.engine.counters().offers_refused, 4);
}

#[test]
fn who_falls_silent_is_given_up_within_thirty_seconds_and_the_others_talk_on() {
    let mut world = World::new(0, Conditions::GOOD);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    for number in [0, 1, 2] {
        world.join((call, seat(number)), ends_at).unwrap();
        world.run_until_connected((call, seat(number)), 1);
    }
    let gone = World::address((call, seat(1)));
    world.network.unplug(gone);
    let silent_since = world.now;
    world.run_for(Duration::from_secs(60));
    let lost = world.events.iter().any(|(at, event)| {
        matches!(event.kind, SfuEventKind::Disconnected(who, _) if who == seat(1))
            && *at <= silent_since + Duration::from_secs(35)
    });
    assert!(lost, "{:?}", world.events);
    assert!(world.last_sent[&gone] <= silent_since + Duration::from_secs(35));
    world.expect_media(call, &[seat(0), seat(2)], Duration::from_secs(2));
    assert_eq!(world.engine.population().participants, 2);
}

#[test]
fn an_interruption_is_told_with_its_beginning_before_consent_ends_and_so_is_its_end() {
    let mut world = World::new(0, Conditions::GOOD);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    for number in [0, 1] {
        world.join((call, seat(number)), ends_at).unwrap();
        world.run_until_connected((call, seat(number)), 1);
    }
    world.run_for(Duration::from_secs(60));
    let gone = World::address((call, seat(1)));
    world.network.unplug(gone);
    let silent_since = world.now;
    world.run_for(Duration::from_secs(12));
    world.network.plug_in(gone);
    let back = world.now;
    world.run_for(Duration::from_secs(30));
    let second = Duration::from_secs(1);
    let told: Vec<_> = world
        .events
        .iter()
        .filter_map(|(at, event)| match event.kind {
            SfuEventKind::Interrupted { seat: who, since } => {
                assert!(since <= silent_since + second && since + second >= silent_since);
                assert!(*at < silent_since + Duration::from_secs(9));
                Some(("interrupted", who))
            }
            SfuEventKind::Resumed(who) => {
                assert!(*at >= back && *at < back + 3 * second);
                Some(("resumed", who))
            }
            _ => None,
        })
        .collect();
    assert_eq!(told, [("interrupted", seat(1)), ("resumed", seat(1))]);
}

#[test]
fn almost_everyone_gets_in_at_thirty_percent_loss_and_the_others_are_told() {
    let mut waits = Vec::new();
    for seed in 100..200 {
        let conditions = Conditions {
            delay: Duration::from_millis(50),
            jitter: Duration::from_millis(10),
            loss: 0.3,
            duplication: 0.0,
        };
        let mut world = World::new(seed, conditions);
        let call = visit(1);
        let ends_at = world.started + Duration::from_mins(5);
        world.join((call, seat(1)), ends_at).unwrap();
        // The transport gives a handshake one minute.
        while world.events.is_empty() {
            assert!(
                world.now < world.started + Duration::from_secs(65),
                "seed {seed}: neither"
            );
            world.run_for(Duration::from_millis(50));
        }
        if world.count(call, &SfuEventKind::Connected(seat(1))) == 1 {
            waits.push(world.now - world.started);
        }
    }
    // This client repeats its flights after 1, 2, 4, 8 seconds, as RFC 6347 suggests; browsers begin
    // with 50 milliseconds.
    waits.sort();
    assert!(waits.len() >= 95, "{} of 100 got in", waits.len());
    assert!(
        waits[waits.len() / 2] <= Duration::from_secs(5),
        "{waits:?}"
    );
}

/// A way takes 200 ms. Who waits alone is sent nothing to report on: only the handshake told the distance.
#[test]
fn who_is_far_and_waited_alone_is_asked_for_one_key_frame_by_whoever_comes() {
    let far = Conditions {
        delay: Duration::from_millis(200),
        ..Conditions::GOOD
    };
    let mut world = World::new(0, far);
    let call = visit(1);
    let ends_at = world.started + Duration::from_mins(5);
    let [alone, comes] = [(call, seat(0)), (call, seat(1))];
    for place in [alone, comes] {
        world.join(place, ends_at).unwrap();
        world.run_until_connected(place, 1);
    }
    world.run_for(Duration::from_secs(1));
    assert_eq!(world.clients[&alone].key_frame_requests, 1);
}
