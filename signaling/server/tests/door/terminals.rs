//! A terminal's day.

use protocol::{Credential, ErrorCode, ServerMessage};

use crate::{client::Client, sdp, world::World};

#[tokio::test]
async fn a_terminal_shows_the_visit_and_is_called_when_it_opens() {
    let world = World::with_times(1_500, 600_000).await;
    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    let idle = terminal.hear().await.unwrap();
    let ServerMessage::Idle {
        facility,
        terminal: name,
        visits,
        ..
    } = idle
    else {
        panic!("{idle:?}");
    };
    assert_eq!((facility.as_str(), name.as_str()), ("岩灣", "三號"));
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
