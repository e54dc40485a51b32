//! While the store is away, and after the server was restarted.

use protocol::{ClientMessage, Credential, ErrorCode, ServerMessage};

use crate::{
    client::Client,
    sdp,
    world::{World, device_key},
};

async fn unavailable(world: &World, credential: Credential) {
    let (error, close) = Client::hello(world, credential).await.refused().await;
    let ServerMessage::Error {
        code,
        retry_after_ms,
        ..
    } = error
    else {
        unreachable!("it is an error");
    };
    assert_eq!((code, close), (ErrorCode::Unavailable, 1013));
    assert!(retry_after_ms.is_some());
}

#[tokio::test]
async fn without_the_store_links_wait_while_calls_and_returns_go_on() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    terminal.called().await;
    world.store_is_away(true);
    unavailable(&world, world.link(2, 'b')).await;
    terminal.offer(sdp::offer(3)).await;
    terminal.joined().await;
    visitor.pong().await;
    drop((visitor, terminal));
    let credential = Credential::Grant {
        grant,
        device_key: device_key('a'),
    };
    Client::hello(&world, credential).await.joined().await;
    let mut back = Client::hello_with(&world, world.terminal(), None).await;
    back.called().await;
    back.offer(sdp::offer(3)).await;
    back.joined().await;
    world.store_is_away(false);
    Client::hello(&world, world.link(2, 'b'))
        .await
        .joined()
        .await;
}

#[tokio::test]
async fn of_what_waited_for_the_store_only_what_it_refuses_is_lost() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    world.signaling.flush().await;
    world.store_is_away(true);
    for _ in 0..2 {
        visitor.say(&ClientMessage::Leave {}).await;
        while visitor.hear().await.is_ok() {}
        let credential = Credential::Grant {
            grant: grant.clone(),
            device_key: device_key('a'),
        };
        visitor = Client::hello(&world, credential).await;
        visitor.joined().await;
    }
    world.store_refuses_who_left();
    world.store_is_away(false);
    world.signaling.flush().await;
    assert_eq!(
        (world.steps("joined").await, world.steps("left").await),
        (3, 0)
    );
    assert_eq!(world.metric("signaling_steps_lost_total"), 2);
}

#[tokio::test]
async fn after_a_restart_a_device_comes_back_with_its_grant_alone() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let before = visitor.joined().await;
    let world = world.restarted().await;
    world.store_is_away(true);
    let credential = Credential::Grant {
        grant: before.grant.unwrap(),
        device_key: device_key('a'),
    };
    let mut back = Client::hello(&world, credential).await;
    let after = back.joined().await;
    assert_eq!(after.visit, before.visit);
    back.say(&ClientMessage::Leave {}).await;
}

#[tokio::test]
async fn after_a_restart_a_superseded_grant_is_known_by_the_store() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    world.issue(1).await;
    let world = world.restarted().await;
    let credential = Credential::Grant {
        grant,
        device_key: device_key('a'),
    };
    let (error, _) = Client::hello(&world, credential).await.refused().await;
    assert!(matches!(
        error,
        ServerMessage::Error {
            code: ErrorCode::GrantSuperseded,
            ..
        }
    ));
}
