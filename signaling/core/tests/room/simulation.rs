//! Whatever happens, in whatever order.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use ids::Seat;
use proptest::prelude::*;
use protocol::{By, EndReason};
use signaling_core::{ConnectionId, MediaSession, MediaState, RoomOutput, RoomStep};

use crate::scene::{ON, Scene, claim, seat, seated, tile};

#[derive(Clone, Debug)]
enum Event {
    Join(u8, u32),
    Leave(u64),
    Gone(u64),
    MediaConnected(u8),
    MediaLost(u8),
    Mute(u64),
    Reissue(u8, u32),
    Speaking(Option<u8>),
    View(u64),
    Encodings(u8),
    Hold,
    ChangeTerminal,
    Unpaired(u64),
    End,
    MediaEnded,
    Pass(u64),
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0_u8..4, 0_u32..4).prop_map(|(seat, generation)| Event::Join(seat, generation)),
        2 => (1_u64..30).prop_map(Event::Leave),
        3 => (1_u64..30).prop_map(Event::Gone),
        4 => (0_u8..4).prop_map(Event::MediaConnected),
        2 => (0_u8..4).prop_map(Event::MediaLost),
        2 => (1_u64..30).prop_map(Event::Mute),
        1 => (1_u8..4, 0_u32..4).prop_map(|(seat, generation)| Event::Reissue(seat, generation)),
        1 => prop::option::of(0_u8..4).prop_map(Event::Speaking),
        1 => (1_u64..30).prop_map(Event::View),
        1 => (0_u8..4).prop_map(Event::Encodings),
        1 => Just(Event::Hold),
        1 => Just(Event::ChangeTerminal),
        1 => (0_u64..20).prop_map(Event::Unpaired),
        1 => Just(Event::End),
        1 => Just(Event::MediaEnded),
        3 => (0_u64..120).prop_map(Event::Pass),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_seats_have_one_person_each_and_nobody_hears_more_after_the_end(
        events in prop::collection::vec(any_event(), 0..80)
    ) {
        let mut scene = Scene::new();
        let mut sitting: BTreeMap<ConnectionId, Seat> = BTreeMap::new();
        let mut newest = [0_u32; Seat::COUNT];
        let mut over = false;
        let mut in_trail: BTreeSet<Seat> = BTreeSet::new();
        let mut heard: BTreeSet<Seat> = BTreeSet::new();
        for event in events {
            let mut outputs = Vec::new();
            match event {
                Event::Join(number, generation) => {
                    let good = !over && generation >= newest[usize::from(number)];
                    match scene.room.admit(&claim(number, generation), scene.now) {
                        Ok(()) => {
                            prop_assert!(good);
                            newest[usize::from(number)] = generation;
                            scene.connections += 1;
                            let connection = ConnectionId(scene.connections);
                            scene.room.handle_seated(
                                connection,
                                &claim(number, generation),
                                seated(MediaSession(scene.connections)),
                                ON,
                                scene.now,
                            );
                            sitting.insert(connection, seat(number));
                        }
                        Err(_) => prop_assert!(!good),
                    }
                }
                Event::Leave(number) => scene.room.handle_leave(ConnectionId(number), scene.now),
                Event::Gone(number) => {
                    scene.room.handle_gone(ConnectionId(number), scene.now);
                    sitting.remove(&ConnectionId(number));
                }
                Event::MediaConnected(number) => scene.media_connected(number),
                Event::MediaLost(number) => scene.media_lost(number),
                Event::Mute(number) => {
                    scene.room.handle_media_state(ConnectionId(number), MediaState::default());
                }
                Event::Reissue(number, generation) => {
                    scene.room.reissue(seat(number), generation, scene.now);
                    let known = &mut newest[usize::from(number)];
                    *known = generation.max(*known);
                }
                Event::Speaking(number) => scene.room.handle_speaking(number.map(seat), scene.now),
                Event::View(number) => {
                    scene.room.handle_view(ConnectionId(number), vec![tile(0, 9)]);
                }
                Event::Encodings(number) => {
                    let session = MediaSession(scene.connections);
                    scene
                        .room
                        .handle_encodings(seat(number), session, Vec::new());
                }
                Event::Hold => scene.room.hold(scene.now),
                Event::Unpaired(number) => scene.room.handle_unpaired(ConnectionId(number), scene.now),
                Event::ChangeTerminal => scene.room.change_terminal(scene.now),
                Event::End => {
                    scene.room.end(EndReason::Terminated, By::Officer, scene.now);
                    over = true;
                }
                Event::MediaEnded => {
                    scene.room.handle_media_ended(scene.now);
                    over = true;
                }
                Event::Pass(seconds) => {
                    outputs = scene.pass(Duration::from_secs(seconds));
                    over |= scene.room.is_over() || scene.now >= scene.room.ends_at();
                }
            }
            outputs.extend(scene.outputs());
            for output in outputs {
                match output {
                    RoomOutput::Say { to, .. } => {
                        prop_assert!(sitting.contains_key(&to), "{:?} was told", to);
                    }
                    RoomOutput::End { to, .. } => prop_assert!(sitting.remove(&to).is_some()),
                    RoomOutput::Note(RoomStep::Joined(seat)) => {
                        prop_assert!(in_trail.insert(seat));
                    }
                    RoomOutput::Note(RoomStep::Left(seat)) => {
                        prop_assert!(in_trail.remove(&seat));
                    }
                    RoomOutput::Note(RoomStep::Heard(seat)) => {
                        prop_assert!(heard.insert(seat), "{:?} was heard twice", seat);
                    }
                    RoomOutput::View { .. }
                    | RoomOutput::Note(RoomStep::SlotEnded)
                    | RoomOutput::DropMedia { .. }
                    | RoomOutput::EndMedia
                    | RoomOutput::GiveBack { .. }
                    | RoomOutput::MoveEnd
                    | RoomOutput::Count(_)
                    | RoomOutput::Forget => {}
                }
            }
            let seats: BTreeSet<Seat> = sitting.values().copied().collect();
            prop_assert_eq!(seats.len(), sitting.len(), "one person a seat");
            for (connection, seat) in &sitting {
                prop_assert_eq!(scene.room.seat_of(*connection), Some(*seat));
            }
            if scene.room.is_over() {
                prop_assert!(sitting.is_empty());
            }
        }
    }
}
