//! A real database is away from before a call's end until after it.

use std::time::{Duration, Instant};

use booking_domain::VisitJobs;
use booking_store::Store;
use postgres_server::{Commit, PostgresServer};
use protocol::{Credential, EndReason, ErrorCode, ServerMessage};
use telemetry::clock::unix_now_ms;
use tokio::time::timeout;

use crate::{
    client::Client,
    line::Line,
    sdp,
    world::{World, device_key},
};

const LENGTH: Duration = Duration::from_secs(8);
/// Far more than anything here takes; only so that a failure ends.
const GUARD: Duration = Duration::from_secs(120);
/// So long after a slot its visit is settled, at the latest.
const SETTLED_MS: u64 = 3 * 60_000;

async fn refused(client: &mut Client) -> ErrorCode {
    match client.refused().await.0 {
        ServerMessage::Error { code, .. } => code,
        other => unreachable!("{other:?} is no error"),
    }
}

/// Joins as a page does: who is told that a part of the service is away asks again.
async fn join_again_and_again(world: &World, credential: impl Fn() -> Credential) {
    loop {
        let mut client = Client::hello(world, credential()).await;
        let answer = client.until(|message| match message {
            ServerMessage::Joined(_) => Some(None),
            ServerMessage::Error { code, .. } => Some(Some(code)),
            _ => None,
        });
        match answer.await {
            None => return,
            Some(code) => assert_eq!(code, ErrorCode::Unavailable),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_at_its_time_while_its_database_is_away_and_is_written_down_once_when_it_is_back()
 {
    let server = PostgresServer::start(Commit::DoesNotWait).unwrap();
    let direct = server.new_database("away").await.unwrap();
    let (mut line, url) = Line::to(&direct);
    let world = World::on_postgres(&url, &direct, LENGTH).await;
    let token = world.next_visit().await;
    let next = |device| Credential::Link {
        token: token.reveal().to_owned(),
        device_key: device_key(device),
    };
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    terminal.called().await;
    terminal.offer(sdp::offer(3)).await;
    terminal.joined().await;
    world.signaling.flush().await;

    line.cut().await;
    let mut kept_waiting = Client::hello(&world, next('a')).await;
    assert_eq!(visitor.ended().await, (EndReason::SlotEnded, 1000));
    assert!(unix_now_ms() >= world.slot.ends_at_ms, "before its time");
    terminal
        .until(|message| {
            matches!(
                message,
                ServerMessage::Ended {
                    reason: EndReason::SlotEnded,
                    may_return: false,
                    ..
                }
            )
            .then_some(())
        })
        .await;
    let by_grant = Credential::Grant {
        grant,
        device_key: device_key('a'),
    };
    let mut back = Client::hello(&world, by_grant).await;
    assert_eq!(refused(&mut back).await, ErrorCode::GrantOver);
    assert_eq!(refused(&mut kept_waiting).await, ErrorCode::Unavailable);

    line.mend();
    let mended = Instant::now();
    let joined = join_again_and_again(&world, || next('a'));
    timeout(GUARD, joined).await.unwrap();
    eprintln!(
        "who asks again joins {:?} after the database is back",
        mended.elapsed()
    );
    let noted = async {
        while world.steps("slot_ended").await == 0 {
            world.signaling.flush().await;
        }
    };
    timeout(GUARD, noted).await.unwrap();
    eprintln!("the end is noted {:?} after", mended.elapsed());
    assert_eq!(world.state().await, "completed");

    let store = Store::existing(&direct).await.unwrap();
    for _ in 0..2 {
        let later_ms = world.slot.ends_at_ms + SETTLED_MS;
        for (visit, attendance) in store.unsettled_visits(later_ms).await.unwrap() {
            let outcome = attendance.outcome();
            store.settle_visit(visit, outcome, later_ms).await.unwrap();
        }
    }
    store.close().await;
    world.signaling.flush().await;
    for step in ["slot_ended", "visit_settled"] {
        assert_eq!(world.steps(step).await, 1, "{step}");
    }
}
