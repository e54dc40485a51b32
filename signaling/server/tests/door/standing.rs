//! While a call runs, its visit is called off or has to be looked at, without a word to this process.

use booking_domain::VisitState;
use protocol::{Credential, EndReason, ErrorCode, ServerMessage};

use crate::{
    client::Client,
    sdp,
    world::{World, device_key},
};

/// The terminal, in the call.
async fn terminal_in_call(world: &World) -> Client {
    let mut terminal = Client::hello_with(world, world.terminal(), None).await;
    terminal.called().await;
    terminal.offer(sdp::offer(3)).await;
    terminal.joined().await;
    terminal
}

/// The terminal is out of the call and shows that nothing is on.
async fn back_at_idle(terminal: &mut Client, expected: EndReason) {
    terminal
        .until(|message| match message {
            ServerMessage::Ended {
                reason, may_return, ..
            } => {
                assert_eq!((reason, may_return), (expected, false));
                Some(())
            }
            _ => None,
        })
        .await;
    let idle = terminal.hear().await.unwrap();
    assert!(matches!(idle, ServerMessage::Idle { visits, .. } if visits.is_empty()));
}

async fn refused_with(world: &World, credential: Credential) -> ErrorCode {
    let (error, _) = Client::hello(world, credential).await.refused().await;
    match error {
        ServerMessage::Error { code, .. } => code,
        other => unreachable!("{other:?} is no error"),
    }
}

#[tokio::test]
async fn a_call_ends_whose_visit_is_called_off_elsewhere() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    let mut terminal = terminal_in_call(&world).await;
    world.now_stands(VisitState::Cancelled).await;
    assert_eq!(visitor.ended().await, (EndReason::Cancelled, 1000));
    back_at_idle(&mut terminal, EndReason::Cancelled).await;
    let by_grant = Credential::Grant {
        grant,
        device_key: device_key('a'),
    };
    assert_eq!(
        refused_with(&world, by_grant).await,
        ErrorCode::GrantNotValid,
        "the link is asked instead, and tells that the visit was cancelled"
    );
}

#[tokio::test]
async fn a_call_pauses_while_staff_look_at_its_visit_and_the_same_links_lead_back() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    let mut terminal = terminal_in_call(&world).await;
    world.now_stands(VisitState::Flagged).await;
    assert_eq!(visitor.ended().await, (EndReason::Flagged, 1000));
    back_at_idle(&mut terminal, EndReason::Flagged).await;
    let by_grant = || Credential::Grant {
        grant: grant.clone(),
        device_key: device_key('a'),
    };
    assert_eq!(
        refused_with(&world, by_grant()).await,
        ErrorCode::GrantNotValid
    );
    assert_eq!(
        refused_with(&world, world.link(1, 'a')).await,
        ErrorCode::VisitFlagged
    );
    assert_eq!(
        refused_with(&world, world.link(1, 'b')).await,
        ErrorCode::LinkUsed,
        "how it stands is not for another device"
    );
    world.now_stands(VisitState::Confirmed).await;
    Client::hello(&world, by_grant()).await.joined().await;
    Client::hello(&world, world.link(1, 'a'))
        .await
        .joined()
        .await;
    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    terminal.called().await;
    terminal.offer(sdp::offer(3)).await;
    terminal.joined().await;
}

#[tokio::test]
async fn the_former_terminal_of_a_visit_leaves_and_its_visitors_stay() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    visitor.joined().await;
    let mut terminal = terminal_in_call(&world).await;
    world.signaling.moved(world.visit).await;
    terminal
        .until(|message| match message {
            ServerMessage::Ended { reason, .. } => {
                assert_eq!(reason, EndReason::Cancelled);
                Some(())
            }
            _ => None,
        })
        .await;
    visitor.pong().await;
}

#[tokio::test]
async fn a_device_that_is_no_longer_paired_leaves_its_call_and_its_visitors_stay() {
    let mut world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    visitor.joined().await;
    let mut former = terminal_in_call(&world).await;
    world.pair_anew().await;
    let not_known = |message: &ServerMessage| {
        let code = ErrorCode::TerminalNotKnown;
        matches!(message, ServerMessage::Error { code: said, .. } if *said == code)
    };
    let (error, close) = former.refused().await;
    assert!(not_known(&error), "{error:?}");
    assert_eq!(close, 4401);
    visitor
        .until(|message| match message {
            ServerMessage::Roster { participants } => {
                let inmate = participants.iter().find(|each| u8::from(each.seat) == 0);
                inmate.is_none_or(|inmate| !inmate.connected).then_some(())
            }
            _ => None,
        })
        .await;
    terminal_in_call(&world).await;
}

#[tokio::test]
async fn a_device_that_is_no_longer_paired_hears_so_at_once_when_signaling_is_told() {
    let mut world = World::with_times(600_000, 1_200_000).await;
    let mut former = Client::hello_with(&world, world.terminal(), None).await;
    assert!(matches!(
        former.hear().await,
        Ok(ServerMessage::Idle { .. })
    ));
    world.pair_anew().await;
    let mut fresh = Client::hello_with(&world, world.terminal(), None).await;
    fresh.hear().await.unwrap();
    world.signaling.paired_anew().await;
    assert_eq!(former.refused().await.1, 4401);
    fresh.pong().await;
}
