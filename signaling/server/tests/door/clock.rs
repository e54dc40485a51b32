//! The service's clock is set while somebody waits and while a call runs; and links are opened before, in and
//! after their window.

use std::time::{Duration, Instant};

use protocol::{Credential, EndReason, ErrorCode, Locale, ServerMessage};
use signaling_server::texts::text;

use crate::{
    client::Client,
    sdp,
    world::{World, device_key},
};

/// Until a visit opens, and until a call ends: time for all who come meanwhile, on a busy machine too.
const SOON: Duration = Duration::from_secs(6);
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap()
}

async fn waiting(client: &mut Client) -> u64 {
    let said = client.hear().await.unwrap();
    let ServerMessage::Waiting { visit, .. } = said else {
        panic!("{said:?}");
    };
    visit.opens_at_ms
}

/// Two visitors and the inmate wait, one of the visitors since after the step.
async fn wait_through(step_ms: i64) {
    let begun = Instant::now();
    let world = World::with_times(millis(SOON), 600_000).await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    waiting(&mut visitor).await;
    let idle = terminal.hear().await.unwrap();
    assert!(matches!(idle, ServerMessage::Idle { visits, .. } if visits.len() == 1));
    world.clock.step(step_ms);
    let mut late = Client::hello(&world, world.link(2, 'b')).await;
    waiting(&mut late).await;
    for visitor in [&mut visitor, &mut late] {
        visitor.joined().await;
        assert!(begun.elapsed() >= SOON, "early");
    }
    terminal.called().await;
    assert!(begun.elapsed() >= SOON, "early");
    terminal.offer(sdp::offer(3)).await;
    terminal.joined().await;
}

#[tokio::test]
async fn a_step_of_the_clock_lets_nobody_in_early_and_keeps_nobody_out() {
    tokio::join!(wait_through(HOUR_MS), wait_through(-HOUR_MS));
}

/// A call that is under way, to which people come back and come new after the step.
async fn call_through(step_ms: i64) {
    let begun = Instant::now();
    let world = World::with_times(0, millis(SOON)).await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    world.clock.step(step_ms);
    let credential = Credential::Grant {
        grant,
        device_key: device_key('a'),
    };
    let mut back = Client::hello(&world, credential).await;
    back.joined().await;
    let mut new = Client::hello(&world, world.link(2, 'b')).await;
    new.joined().await;
    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    terminal.called().await;
    terminal.offer(sdp::offer(3)).await;
    terminal.joined().await;
    for visitor in [&mut back, &mut new] {
        assert_eq!(visitor.ended().await, (EndReason::SlotEnded, 1000));
        assert!(begun.elapsed() >= SOON, "early");
    }
    let (error, _) = Client::hello(&world, world.link(1, 'a'))
        .await
        .refused()
        .await;
    let ServerMessage::Error { code, .. } = error else {
        unreachable!("it is an error");
    };
    assert!(
        matches!(code, ErrorCode::LinkOver | ErrorCode::GrantOver),
        "{code:?}"
    );
}

#[tokio::test]
async fn a_step_of_the_clock_moves_no_calls_end_and_keeps_nobody_out_of_it() {
    tokio::join!(call_through(HOUR_MS), call_through(-HOUR_MS));
}

/// Each time by a process that has just started: it believes the clock.
#[tokio::test]
async fn a_link_is_early_then_opens_and_then_is_over_and_says_so() {
    let world = World::with_times(600_000, 1_200_000).await;
    let mut early = Client::hello(&world, world.link(1, 'a')).await;
    assert_eq!(waiting(&mut early).await, world.slot.starts_at_ms);
    world.clock.step(11 * MINUTE_MS);
    let world = world.restarted().await;
    let joined = Client::hello(&world, world.link(1, 'a'))
        .await
        .joined()
        .await;
    assert_eq!(joined.visit.ends_at_ms, world.slot.ends_at_ms);
    world.clock.step(20 * MINUTE_MS);
    let world = world.restarted().await;
    for credential in [world.link(1, 'a'), world.link(2, 'b')] {
        let (error, close) = Client::hello(&world, credential).await.refused().await;
        let ServerMessage::Error { code, message, .. } = error else {
            unreachable!("it is an error");
        };
        assert_eq!((code, close), (ErrorCode::LinkOver, 4401));
        assert_eq!(message, text(ErrorCode::LinkOver, Locale::En));
    }
    let credential = Credential::Grant {
        grant: joined.grant.unwrap(),
        device_key: device_key('a'),
    };
    let (error, _) = Client::hello(&world, credential).await.refused().await;
    let ServerMessage::Error { code, message, .. } = error else {
        unreachable!("it is an error");
    };
    assert_eq!(code, ErrorCode::GrantOver);
    assert_eq!(message, text(ErrorCode::GrantOver, Locale::En));
}
