//! A terminal's day.

use protocol::{ClientMessage, Credential, ErrorCode, ServerMessage};
use telemetry::clock::unix_now_ms;

use crate::{
    client::Client,
    sdp,
    world::{BUILD, World},
};

#[tokio::test]
async fn a_terminal_shows_the_visit_and_is_called_when_it_opens() {
    let world = World::with_times(1_500, 600_000).await;
    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    let idle = terminal.hear().await.unwrap();
    let ServerMessage::Idle {
        facility,
        terminal: name,
        visits,
        build,
        ..
    } = idle
    else {
        panic!("{idle:?}");
    };
    assert_eq!((facility.as_str(), name.as_str()), ("岩灣", "三號"));
    assert_eq!(build.as_deref(), Some(BUILD));
    assert_eq!(visits.len(), 1);
    assert_eq!(visits[0].first_name, "明華");
    let call = terminal.hear().await.unwrap();
    let ServerMessage::Call { now_ms, visit } = call else {
        panic!("{call:?}");
    };
    assert!(now_ms >= visit.opens_at_ms);
    terminal.offer("no offer".to_owned()).await;
    let error = terminal.hear().await.unwrap();
    assert!(matches!(
        error,
        ServerMessage::Error {
            code: ErrorCode::OfferNotUsable,
            ..
        }
    ));
    terminal.offer(sdp::offer(3)).await;
    let joined = terminal.joined().await;
    assert_eq!(u8::from(joined.seat), 0);
    assert!(joined.grant.is_none());
}

#[tokio::test]
async fn a_terminal_that_is_not_paired_is_told_so() {
    let world = World::open().await;
    for secret in ["too short".to_owned(), "A".repeat(43)] {
        let credential = Credential::Terminal { secret };
        let mut terminal = Client::hello_with(&world, credential, None).await;
        let (error, close) = terminal.refused().await;
        assert!(matches!(
            error,
            ServerMessage::Error {
                code: ErrorCode::TerminalNotKnown,
                ..
            }
        ));
        assert_eq!(close, 4401);
    }
}

#[tokio::test]
async fn it_is_known_which_terminals_are_connected_and_with_what() {
    let world = World::with_times(600_000, 1_200_000).await;
    let terminal = world.terminal_id().await;
    let presence = || world.signaling.presence(terminal);
    assert!(!presence().connected);
    let mut page = Client::hello_with(&world, world.terminal(), None).await;
    page.hear().await.unwrap();
    assert!(presence().connected && presence().mic && presence().camera);
    assert_eq!(connected(&world), "1");
    let (mic, camera) = (true, false);
    page.say(&ClientMessage::Media { mic, camera }).await;
    page.pong().await;
    assert!(presence().mic && !presence().camera);
    drop(page);
    while presence().connected {
        tokio::task::yield_now().await;
    }
    assert_eq!(connected(&world), "0");
}

#[tokio::test]
async fn a_terminal_is_connected_while_one_of_its_pages_is() {
    let world = World::with_times(600_000, 1_200_000).await;
    let terminal = world.terminal_id().await;
    let presence = || world.signaling.presence(terminal);
    let mut first = Client::hello_with(&world, world.terminal(), None).await;
    first.hear().await.unwrap();
    let (mic, camera) = (true, false);
    first.say(&ClientMessage::Media { mic, camera }).await;
    first.pong().await;
    let mut second = Client::hello_with(&world, world.terminal(), None).await;
    second.hear().await.unwrap();
    assert_eq!(
        connected(&world),
        "1",
        "terminals are counted, not their windows"
    );
    assert!(presence().camera);
    drop(second);
    while presence().camera {
        tokio::task::yield_now().await;
    }
    assert!(presence().connected && presence().mic);
    drop(first);
    while presence().connected {
        tokio::task::yield_now().await;
    }
    assert_eq!(connected(&world), "0");
}

#[tokio::test]
async fn when_a_terminal_was_last_there_is_known_after_a_restart_too() {
    let world = World::with_times(600_000, 1_200_000).await;
    let terminal = world.terminal_id().await;
    assert_eq!(world.terminal_seen_ms().await, None);
    let before_ms = unix_now_ms();
    let mut page = Client::hello_with(&world, world.terminal(), None).await;
    page.hear().await.unwrap();
    let came_ms = world.terminal_seen_ms().await.unwrap();
    assert!(came_ms >= before_ms);
    // The store is away just then: it is noted once it is back.
    world.store_is_away(true);
    drop(page);
    while world.signaling.presence(terminal).connected {
        tokio::task::yield_now().await;
    }
    world.store_is_away(false);
    let went_ms = world.terminal_seen_ms().await.unwrap();
    assert!(went_ms >= came_ms);
    let world = world.restarted().await;
    assert!(!world.signaling.presence(terminal).connected);
    assert_eq!(world.terminal_seen_ms().await, Some(went_ms));
}

/// What the gauge says.
fn connected(world: &World) -> String {
    let text = world.metrics.render().unwrap();
    let value = |line: &str| {
        Some(
            line.strip_prefix("openvisit_signaling_terminals ")?
                .to_owned(),
        )
    };
    text.lines().find_map(value).unwrap()
}
