//! Simulcast in H.264 (RFC 6184): a receiver changes layers where a key picture begins, however its
//! packets are made, and notices nothing else.

use std::time::Duration;

use ids::Seat;

use crate::party::{Call, Got, Kind, SECOND, seat, session};

const INMATE: Seat = Seat::INMATE;

/// The beginnings of the payloads of a key picture, one a packet.
type Packing = &'static [&'static [u8]];

/// Parameter sets and slice in single NAL units.
const SINGLE: Packing = &[&[0x67, 0x42, 0xe0], &[0x68, 0xce], &[0x65, 0x88]];
/// The parameter sets in an aggregate (STAP-A), the slice in fragments (FU-A).
const AGGREGATE_AND_FRAGMENTS: Packing = &[
    &[0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xce],
    &[0x7c, 0x85, 0x88],
    &[0x7c, 0x05, 0x11],
    &[0x7c, 0x45, 0x11],
];
/// Everything in one aggregate, and a second slice.
const ONE_AGGREGATE: Packing = &[
    &[0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xce, 0, 2, 0x65, 0x88],
    &[0x65, 0x40],
];
/// Parameter sets agreed elsewhere: the slice alone.
const SLICE_ALONE: Packing = &[&[0x65, 0x88], &[0x65, 0x40]];
const FRAGMENTS_ALONE: Packing = &[&[0x7c, 0x85, 0x88], &[0x7c, 0x45, 0x11]];

const PACKINGS: [Packing; 5] = [
    SINGLE,
    AGGREGATE_AND_FRAGMENTS,
    ONE_AGGREGATE,
    SLICE_ALONE,
    FRAGMENTS_ALONE,
];

/// A picture that follows others.
const DELTA: Packing = &[&[0x41, 0x9a], &[0x5c, 0x81, 0x9a], &[0x5c, 0x41, 0x9a]];

/// The layers' pictures of one moment leave one after the other, or packet by packet in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Pictures,
    Packets,
}

/// The inmate publishes three layers in H.264, a visitor watches.
struct Film {
    call: Call,
    visitor: Seat,
    line: u32,
    packing: Packing,
    order: Order,
}

impl Film {
    fn new(packing: Packing, order: Order) -> Self {
        let mut call = Call::new();
        call.join(INMATE, Kind::Chromium);
        let visitor = seat(1);
        call.join(visitor, Kind::OneLayer);
        call.cameras[visitor.index()] = None;
        call.state(visitor, 20e6);
        let line = session(visitor, Kind::OneLayer).video_receivers[0].ssrc;
        Self {
            call,
            visitor,
            line,
            packing,
            order,
        }
    }

    /// Thirty pictures a second of the lowest `layers`, key pictures as they are asked for.
    fn flow(&mut self, layers: usize, duration: Duration) {
        let until = self.call.now + duration;
        while self.call.now < until {
            self.call.pass(Duration::from_micros(33_333));
            let asked = self.call.inbox.take_key_frame_requests(INMATE);
            let asked = self.call.camera(INMATE).asked(&asked);
            self.pictures(layers, &asked);
        }
    }

    /// One picture of each of the lowest `layers`, a key picture of those in `keys`.
    fn pictures(&mut self, layers: usize, keys: &[usize]) {
        let camera = self.call.camera(INMATE);
        let mut shots = Vec::new();
        for layer in 0..layers {
            let key = keys.contains(&layer);
            let packing = if key { self.packing } else { DELTA };
            let picture = camera.h264(layer, key, packing);
            shots.extend(picture.into_iter().enumerate());
        }
        if self.order == Order::Packets {
            shots.sort_by_key(|(part, _)| *part);
        }
        for (_, shot) in shots {
            self.call.rtp(INMATE, &shot.bytes);
        }
    }

    fn got(&self) -> Vec<&Got> {
        self.call.inbox.on(self.visitor, self.line)
    }

    fn layers(&self) -> Vec<u8> {
        let mut layers: Vec<u8> = self.got().iter().map(|got| got.layer()).collect();
        layers.dedup();
        layers
    }

    /// No number is missing or used twice, time goes on, a picture ends with its marker, and each
    /// stretch of one layer begins with the first packet of a key picture.
    fn assert_seamless(&self) {
        let got = self.got();
        for pair in got.windows(2) {
            let (before, after) = (pair[0], pair[1]);
            assert_eq!(after.sequence(), before.sequence().wrapping_add(1));
            let switched = before.layer() != after.layer();
            if switched {
                assert!(self.begins_key_picture(after), "{after:?}");
            }
            let time = after.timestamp().wrapping_sub(before.timestamp());
            let ended = before.packet.header.marker;
            // What was left behind in the middle of a picture has no end.
            let cut = switched && self.order == Order::Packets;
            assert!((time > 0) == ended || (cut && time > 0), "{time} ticks");
            assert!(time < 90_000 / 5, "{time} ticks in one step");
        }
    }

    fn begins_key_picture(&self, got: &Got) -> bool {
        got.what() == 'K' && got.packet.payload.starts_with(self.packing[0])
    }
}

#[test]
fn a_receiver_goes_up_and_down_at_key_pictures_and_sees_one_stream() {
    for packing in PACKINGS {
        for order in [Order::Pictures, Order::Packets] {
            let mut film = Film::new(packing, order);
            film.flow(1, SECOND);
            assert_eq!(film.layers(), [0], "{packing:?}");
            // The top appears in the middle: nothing changes until its key picture.
            let before = film.got().len();
            film.call.pass(Duration::from_micros(33_333));
            film.pictures(3, &[]);
            assert_eq!(film.layers(), [0]);
            assert_eq!(film.got().len(), before + DELTA.len());
            film.flow(3, SECOND);
            assert_eq!(film.layers(), [0, 2], "{packing:?} {order:?}");
            film.call.state(film.visitor, 320_000.0);
            film.pictures(3, &[]);
            assert_eq!(film.layers(), [0, 2], "the old layer until the key picture");
            film.flow(3, SECOND);
            assert_eq!(film.layers(), [0, 2, 0], "{packing:?} {order:?}");
            film.assert_seamless();
            // Of three pictures at a time one arrived, and none of the seconds was empty.
            assert!(film.got().len() > 3 * 25 * DELTA.len());
            assert_eq!(film.call.room.stats().layer_switches, 2);
        }
    }
}

#[test]
fn neither_a_later_slice_nor_the_middle_of_a_fragment_lets_a_layer_begin() {
    for packing in [AGGREGATE_AND_FRAGMENTS, ONE_AGGREGATE, FRAGMENTS_ALONE] {
        let mut film = Film::new(packing, Order::Pictures);
        film.flow(1, SECOND);
        // The first packet of the upper layer's key picture is lost.
        let shots = film.call.camera(INMATE).h264(2, true, packing);
        for shot in &shots[1..] {
            film.call.rtp(INMATE, &shot.bytes);
        }
        film.pictures(1, &[]);
        assert_eq!(film.layers(), [0], "{packing:?}");
        film.flow(3, SECOND);
        assert_eq!(film.layers(), [0, 2], "{packing:?}");
        film.assert_seamless();
    }
}

#[test]
fn parameter_sets_that_come_late_let_the_picture_begin_with_what_had_overtaken_them() {
    let mut film = Film::new(AGGREGATE_AND_FRAGMENTS, Order::Pictures);
    film.flow(3, 2 * SECOND);
    film.call.state(film.visitor, 320_000.0);
    film.call.inbox.clear();
    // The key picture of the lower layer: the slice's first fragment comes before the parameter sets.
    let camera = film.call.camera(INMATE);
    let shots = camera.h264(0, true, AGGREGATE_AND_FRAGMENTS);
    for place in [1, 0, 2, 3] {
        film.call.rtp(INMATE, &shots[place].bytes);
    }
    let contents: Vec<&[u8]> = film.got().iter().map(|got| got.content()).collect();
    let sent: Vec<&[u8]> = shots.iter().map(|shot| &shot.content[..]).collect();
    assert_eq!(contents, sent);
    film.assert_seamless();
}
