//! What does not belong: a clear answer, a closed connection, and nobody else disturbed.

use protocol::{ClientMessage, ErrorCode, MAX_MESSAGE_BYTES, ServerMessage};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    client::Client,
    world::{ORIGIN, World},
};

async fn outcome(world: &World, message: Message) -> (ErrorCode, u16) {
    let mut client = Client::open(world).await;
    client.send(message).await;
    let (error, close) = client.refused().await;
    let ServerMessage::Error { code, .. } = error else {
        unreachable!("it is an error");
    };
    (code, close)
}

#[tokio::test]
async fn pages_of_other_origins_get_403() {
    let world = World::open().await;
    for foreign in ["https://evil.example", "null", "http://visit.example"] {
        let refused = Client::open_from(&world, Some(foreign)).await.err();
        assert_eq!(
            refused.map(|status| status.as_u16()),
            Some(403),
            "{foreign}"
        );
    }
    assert!(Client::open_from(&world, Some(ORIGIN)).await.is_ok());
    assert!(Client::open_from(&world, None).await.is_ok());
    let text = world.metrics.render().unwrap();
    assert!(text.contains("openvisit_signaling_foreign_origins_total 3"));
}

#[tokio::test]
async fn a_client_that_asks_for_no_subprotocol_gets_400() {
    let world = World::open().await;
    let refused = tokio_tungstenite::connect_async(world.address()).await;
    let Err(tungstenite::Error::Http(response)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(response.status().as_u16(), 400);
}

#[tokio::test]
async fn whatever_is_sent_gets_a_clear_answer_and_disturbs_nobody() {
    let world = World::open().await;
    let mut bystander = Client::hello(&world, world.link(1, 'a')).await;
    bystander.joined().await;
    let bad = (ErrorCode::BadMessage, 4400);
    for garbled in [
        "",
        "{",
        "null",
        "[]",
        r#"{"type":"hello"}"#,
        r#"{"type":"dance"}"#,
        r#"{"type":"ping","id":1,"stranger":true}"#,
        r#"{"type":"ping","id":-1}"#,
    ] {
        assert_eq!(
            outcome(&world, Message::text(garbled)).await,
            bad,
            "{garbled}"
        );
    }
    let deep = "[".repeat(60_000);
    assert_eq!(outcome(&world, Message::text(deep)).await, bad);
    assert_eq!(
        outcome(&world, Message::binary(vec![0; 10])).await,
        (ErrorCode::BadMessage, 1003)
    );
    let ping = serde_json::to_string(&ClientMessage::Ping { id: 1 }).unwrap();
    assert_eq!(
        outcome(&world, Message::text(ping)).await,
        (ErrorCode::HelloExpected, 4400)
    );
    bystander.pong().await;
    let text = world.metrics.render().unwrap();
    assert!(text.contains(r#"openvisit_signaling_refusals_total{code="hello_expected"} 1"#));
}

#[tokio::test]
async fn a_message_beyond_the_bound_closes_with_1009_however_large() {
    let world = World::open().await;
    for length in [MAX_MESSAGE_BYTES + 1, 200_000, 1_000_000] {
        assert_eq!(
            outcome(&world, Message::text("x".repeat(length))).await,
            (ErrorCode::BadMessage, 1009),
            "{length}"
        );
    }
}

#[tokio::test]
async fn a_flood_is_cut_off_and_its_neighbour_is_served() {
    let world = World::open().await;
    let mut bystander = Client::hello(&world, world.link(1, 'a')).await;
    bystander.joined().await;
    let mut flooder = Client::hello(&world, world.link(2, 'b')).await;
    flooder.joined().await;
    for id in 0..60 {
        flooder.say(&ClientMessage::Ping { id }).await;
    }
    let (error, close) = flooder.refused().await;
    assert!(matches!(
        error,
        ServerMessage::Error {
            code: ErrorCode::TooFast,
            ..
        }
    ));
    assert_eq!(close, 4429);
    bystander.pong().await;
}

#[tokio::test]
async fn who_opens_a_connection_and_says_nothing_is_sent_away() {
    let world = World::open().await;
    let mut silent = Client::open(&world).await;
    let (error, close) = silent.refused().await;
    assert!(matches!(
        error,
        ServerMessage::Error {
            code: ErrorCode::HelloTimeout,
            ..
        }
    ));
    assert_eq!(close, 4408);
}
