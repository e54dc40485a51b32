//! Tiles: nobody gets a picture larger than they show it, and no publisher sends what nobody gets.

use ids::Seat;
use sfu_core::{RoomOutput, Tile};

use crate::party::{Call, Kind, SECOND, seat, session};

const INMATE: Seat = Seat::INMATE;

fn layers_seen(call: &Call, to: Seat, line: usize) -> Vec<u8> {
    let ssrc = session(to, Kind::Chromium).video_receivers[line].ssrc;
    let mut layers: Vec<u8> = call
        .inbox
        .on(to, ssrc)
        .iter()
        .map(|got| got.layer())
        .collect();
    layers.dedup();
    layers
}

fn view(call: &mut Call, receiver: Seat, of: Seat, width: u16, height: u16) {
    call.room
        .view(receiver, of, Tile { width, height }, call.now);
}

/// What a publisher was last told to send.
fn told(call: &Call, publisher: Seat) -> Option<Vec<String>> {
    call.pictures.iter().rev().find_map(|output| match output {
        RoomOutput::Encodings { seat, active } if *seat == publisher => {
            Some(call.room.rids(*seat, *active).map(str::to_owned).collect())
        }
        _ => None,
    })
}

#[test]
fn four_tiles_of_different_sizes_get_the_layers_that_suffice() {
    let mut call = Call::of_four([Kind::Chromium; 4]);
    view(&mut call, seat(3), INMATE, 1_280, 720);
    view(&mut call, seat(3), seat(1), 640, 360);
    view(&mut call, seat(3), seat(2), 200, 112);
    view(&mut call, INMATE, seat(3), 0, 0);
    call.flow(4 * SECOND);
    call.inbox.clear();
    call.flow(SECOND);
    let seen: Vec<_> = (0..3)
        .map(|line| layers_seen(&call, seat(3), line))
        .collect();
    assert_eq!(seen, [[2], [1], [0]]);
    assert_eq!(layers_seen(&call, INMATE, 2), [0_u8; 0], "hidden");
    assert_eq!(layers_seen(&call, INMATE, 0), [2]);
    let before = call.room.stats().key_frame_requests_sent;
    view(&mut call, seat(3), seat(2), 640, 360);
    call.flow(2 * SECOND);
    assert_eq!(layers_seen(&call, seat(3), 2), [0, 1]);
    assert!(call.room.stats().key_frame_requests_sent > before);
    assert!(
        !call
            .pictures
            .iter()
            .any(|output| matches!(output, RoomOutput::PicturesPaused { .. })),
        "a hidden picture is not withheld"
    );
}

#[test]
fn encodings_that_nobody_needs_are_paused_and_come_back_at_once() {
    let mut call = Call::of_four([Kind::Chromium; 4]);
    for receiver in INMATE.others() {
        view(&mut call, receiver, INMATE, 320, 180);
    }
    call.flow(9 * SECOND);
    assert_eq!(told(&call, INMATE).unwrap(), ["q"]);
    assert_eq!(told(&call, seat(1)).unwrap(), ["f"]);
    view(&mut call, seat(1), INMATE, 0, 0);
    view(&mut call, seat(2), INMATE, 0, 0);
    view(&mut call, seat(3), INMATE, 0, 0);
    call.flow(6 * SECOND);
    assert_eq!(told(&call, INMATE).unwrap(), [""; 0]);
    view(&mut call, seat(2), INMATE, 640, 360);
    call.flow(SECOND / 10);
    assert_eq!(told(&call, INMATE).unwrap(), ["h"]);
}

#[test]
fn while_an_encoding_wakes_up_the_old_one_is_shown() {
    let mut call = Call::new();
    call.join(INMATE, Kind::Chromium);
    call.join(seat(1), Kind::Chromium);
    call.cameras[1] = None;
    view(&mut call, seat(1), INMATE, 320, 180);
    let only = |call: &mut Call, layers: &[usize], key: bool| {
        call.pass(SECOND / 30);
        for layer in layers {
            call.frame(INMATE, *layer, key);
        }
        call.answer_key_frame_requests();
    };
    for _ in 0..200 {
        only(&mut call, &[0], false);
    }
    assert_eq!(told(&call, INMATE).unwrap(), ["q"]);
    call.inbox.clear();
    view(&mut call, seat(1), INMATE, 1_280, 720);
    only(&mut call, &[0], false);
    assert_eq!(told(&call, INMATE).unwrap(), ["q", "f"]);
    for _ in 0..5 {
        only(&mut call, &[0], false);
    }
    only(&mut call, &[0, 2], true);
    only(&mut call, &[0, 2], false);
    let line = session(seat(1), Kind::Chromium).video_receivers[0].ssrc;
    let got = call.inbox.on(seat(1), line);
    assert_eq!(layers_seen(&call, seat(1), 0), [0, 2]);
    let frames = got.iter().filter(|got| got.picture().starts).count();
    assert_eq!(
        frames, 9,
        "one for every moment, and the last of the old with the first of the new"
    );
}

#[test]
fn a_publisher_without_simulcast_is_told_nothing() {
    let mut call = Call::new();
    call.join(INMATE, Kind::OneLayer);
    call.flow(7 * SECOND);
    assert!(call.pictures.is_empty());
}
