//! In the call.

use ids::Seat;
use protocol::{ClientMessage, Credential, EndReason, ErrorCode, Participant, ServerMessage};

use crate::{
    client::Client,
    sdp,
    world::{ORIGIN, World, device_key},
};

fn seats(participants: &[Participant]) -> Vec<u8> {
    participants.iter().map(|p| p.seat.into()).collect()
}

#[tokio::test]
async fn everybody_hears_who_comes_and_whose_microphone_is_off() {
    let world = World::open().await;
    let mut first = Client::hello(&world, world.link(1, 'a')).await;
    first.joined().await;
    let time = first.hear().await.unwrap();
    assert!(matches!(time, ServerMessage::Time { warning: None, .. }));
    let roster = first.hear().await.unwrap();
    let ServerMessage::Roster { participants } = roster else {
        panic!("{roster:?}");
    };
    assert_eq!(
        seats(&participants),
        [0, 1, 2, 3],
        "the whole party by name"
    );
    let mut second = Client::hello(&world, world.link(2, 'b')).await;
    second.joined().await;
    second
        .say(&ClientMessage::Media {
            mic: false,
            camera: true,
        })
        .await;
    first
        .until(|message| match message {
            ServerMessage::Roster { participants } => {
                let second = &participants[2];
                (!second.mic && second.camera).then_some(())
            }
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn an_offer_with_fewer_lines_than_seats_gets_the_inmate_first() {
    let world = World::open().await;
    let offer = Some(sdp::offer(1));
    let mut visitor = Client::hello_with(&world, world.link(2, 'a'), offer).await;
    let lines = visitor.joined().await.lines;
    let with_media: Vec<(u8, bool)> = lines
        .iter()
        .map(|line| (line.seat.into(), line.video_mid.is_some()))
        .collect();
    assert_eq!(with_media, [(0, true), (1, false), (3, false)]);
    assert_eq!(lines[0].audio_mid.as_deref(), Some("2"));
    assert_eq!(lines[0].video_mid.as_deref(), Some("3"));
}

#[tokio::test]
async fn who_hangs_up_may_come_back() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    visitor.say(&ClientMessage::Leave {}).await;
    assert_eq!(visitor.ended().await, (EndReason::Left, 1000));
    let credential = Credential::Grant {
        grant,
        device_key: device_key('a'),
    };
    Client::hello(&world, credential).await.joined().await;
}

#[tokio::test]
async fn an_ice_restart_is_answered_and_a_bad_one_ends_nothing() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let before = visitor.joined().await;
    visitor.offer("v=0\r\nnonsense".to_owned()).await;
    visitor
        .until(|message| match message {
            ServerMessage::Error { code, .. } => {
                assert_eq!(code, ErrorCode::OfferNotUsable);
                Some(())
            }
            _ => None,
        })
        .await;
    visitor.offer(sdp::offer(3)).await;
    let after = visitor.joined().await;
    assert!(after.grant.is_none());
    assert_eq!(after.lines, before.lines);
    assert_ne!(after.answer, before.answer);
}

#[tokio::test]
async fn the_end_of_the_slot_ends_it_for_all_and_a_terminal_goes_back_to_waiting() {
    let world = World::with_times(0, 2_500).await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    visitor.joined().await;
    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    terminal.called().await;
    terminal.offer(sdp::offer(3)).await;
    terminal.joined().await;
    assert_eq!(visitor.ended().await, (EndReason::SlotEnded, 1000));
    terminal
        .until(|message| match message {
            ServerMessage::Ended {
                reason, may_return, ..
            } => {
                assert_eq!(reason, EndReason::SlotEnded);
                assert!(!may_return);
                Some(())
            }
            _ => None,
        })
        .await;
    let idle = terminal.hear().await.unwrap();
    assert!(matches!(idle, ServerMessage::Idle { visits, .. } if visits.is_empty()));
    terminal.pong().await;
}

#[tokio::test]
async fn an_officer_ends_it_and_nobody_comes_back() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    assert_eq!(
        world.signaling.connected(world.visit).await,
        [] as [Seat; 0]
    );
    world
        .signaling
        .end(world.visit, EndReason::Terminated)
        .await;
    assert_eq!(visitor.ended().await, (EndReason::Terminated, 1000));
    let credential = Credential::Grant {
        grant,
        device_key: device_key('a'),
    };
    let (error, close) = Client::hello(&world, credential).await.refused().await;
    assert!(matches!(
        error,
        ServerMessage::Error {
            code: ErrorCode::GrantOver,
            ..
        }
    ));
    assert_eq!(close, 4401);
}

#[tokio::test]
async fn a_stopping_server_tells_everybody_and_lets_nobody_in() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    visitor.joined().await;
    let mut silent = Client::open_from(&world, Some(ORIGIN)).await.unwrap();
    let signaling = world.signaling.clone();
    let stopped = tokio::spawn(async move { signaling.stop().await });
    assert_eq!(visitor.ended().await, (EndReason::ServerStopping, 1001));
    assert_eq!(silent.hear().await.unwrap_err(), 1001);
    stopped.await.unwrap();
    let refused = Client::open_from(&world, Some(ORIGIN)).await.err();
    assert_eq!(refused.map(|status| status.as_u16()), Some(503));
}
