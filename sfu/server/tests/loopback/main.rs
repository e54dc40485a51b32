//! The SFU itself on 127.0.0.1, with peer connections of `webrtc` as participants.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod peer;
mod tcp;
mod tcp_client;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use ids::{Seat, VisitId};
use peer::Peer;
use sfu_server::{JoinError, JoinRequest, Sfu, SfuConfig, SfuEvent, SfuEventKind};
use telemetry::Metrics;
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};

/// Far more than anything here takes; only so that a failure ends.
const GUARD: Duration = Duration::from_secs(120);

fn request(visit: VisitId, seat: Seat, ends_at: Instant, offer: &str) -> JoinRequest {
    JoinRequest {
        visit,
        seat,
        ends_at,
        offer: offer.to_owned(),
    }
}

async fn until(events: &mut mpsc::Receiver<SfuEvent>, wanted: SfuEventKind) {
    let found = async {
        while let Some(event) = events.recv().await {
            if event.kind == wanted {
                return;
            }
        }
        panic!("no more events");
    };
    timeout(GUARD, found).await.expect("the event comes");
}

/// Sends every peer's media, a tick every 20 ms, until told to stop; returns how many ticks.
fn talk(peers: &[Arc<Peer>], stop: &Arc<AtomicBool>) -> JoinHandle<u32> {
    let (peers, stop) = (peers.to_vec(), Arc::clone(stop));
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        let mut tick = 0;
        while !stop.load(Ordering::Relaxed) {
            ticks.tick().await;
            for peer in &peers {
                peer.send_tick(tick).await;
            }
            tick += 1;
        }
        tick
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn four_peer_connections_hear_and_see_each_other_until_the_visit_ends() {
    let metrics = Metrics::default();
    let sfu = Sfu::start(SfuConfig {
        threads: 2,
        metrics: metrics.clone(),
        ..SfuConfig::default()
    })
    .unwrap();
    let mut events = sfu.take_events();
    let visit = VisitId::from_uuid(uuid::Uuid::from_u128(7));
    let ends_at = Instant::now() + Duration::from_hours(1);

    let mut peers = Vec::new();
    for seat in Seat::ALL {
        let (peer, offer) = Peer::new(seat).await;
        let joined = sfu
            .join(request(visit, seat, ends_at, &offer))
            .await
            .unwrap();
        assert_eq!(joined.lines.len(), 3);
        peer.accept(joined.answer).await;
        until(&mut events, SfuEventKind::Connected(seat)).await;
        peers.push(Arc::new(peer));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let talking = talk(&peers, &stop);
    for peer in &peers {
        let others: Vec<Seat> = peer.seat.others().collect();
        timeout(GUARD, peer.heard(&others, 50))
            .await
            .unwrap_or_else(|_| {
                panic!("seat {} heard only {:?}", peer.seat, peer.counts());
            });
    }

    // The end comes by the clock; signaling does nothing more.
    sfu.set_ends_at(visit, Instant::now() + Duration::from_millis(500));
    until(&mut events, SfuEventKind::Ended).await;
    let rejoined = sfu.join(request(visit, Seat::INMATE, ends_at, "")).await;
    assert!(matches!(rejoined, Err(JoinError::Over)), "{rejoined:?}");

    // They talk on for a while, and nothing of it arrives.
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..25 {
        ticks.tick().await;
    }
    let at_the_end: Vec<_> = peers.iter().map(|peer| peer.counts()).collect();
    for _ in 0..50 {
        ticks.tick().await;
    }
    let later: Vec<_> = peers.iter().map(|peer| peer.counts()).collect();
    assert_eq!(later, at_the_end, "media after the end");
    stop.store(true, Ordering::Relaxed);
    assert!(talking.await.unwrap() > 100);
    for peer in &peers {
        peer.close().await;
    }

    drop(sfu);
    let text = metrics.render().unwrap();
    for line in [
        "openvisit_sfu_joins_total 4",
        "openvisit_sfu_handshakes_completed_total 4",
        "openvisit_sfu_handshakes_failed_total 0",
        "openvisit_sfu_media_thread_restarts_total 0",
        "openvisit_sfu_rooms 0",
        "openvisit_sfu_participants 0",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
}

#[tokio::test]
async fn many_visits_are_spread_over_the_media_threads_which_have_their_own_ports() {
    let sfu = Sfu::start(SfuConfig {
        threads: 2,
        ..SfuConfig::default()
    })
    .unwrap();
    let ports: Vec<u16> = sfu
        .local_addresses()
        .map(|address| address.port())
        .collect();
    let ends_at = Instant::now() + Duration::from_hours(1);
    let (_peer, offer) = Peer::new(Seat::INMATE).await;
    let mut visits = [0; 2];
    for number in 0..40 {
        let visit = VisitId::from_uuid(uuid::Uuid::from_u128(number));
        let joined = sfu
            .join(request(visit, Seat::INMATE, ends_at, &offer))
            .await
            .unwrap();
        let is_of = |port: &u16| joined.answer.contains(&format!(" {port} typ host"));
        let thread = ports.iter().position(is_of).expect("a port of a thread");
        visits[thread] += 1;
    }
    assert_eq!(visits, [20, 20]);
}

#[tokio::test]
async fn a_visit_that_is_ended_stays_ended_and_says_so_once() {
    let sfu = Sfu::start(SfuConfig {
        threads: 1,
        ..SfuConfig::default()
    })
    .unwrap();
    let mut events = sfu.take_events();
    let visit = VisitId::from_uuid(uuid::Uuid::from_u128(1));
    let ends_at = Instant::now() + Duration::from_hours(1);
    let (_peer, offer) = Peer::new(Seat::INMATE).await;
    sfu.join(request(visit, Seat::INMATE, ends_at, &offer))
        .await
        .unwrap();
    sfu.end(visit);
    sfu.end(visit);
    until(&mut events, SfuEventKind::Ended).await;
    let again = sfu
        .join(request(visit, Seat::INMATE, ends_at, &offer))
        .await;
    assert!(matches!(again, Err(JoinError::Over)), "{again:?}");
    let restarted = sfu.restart(visit, Seat::INMATE, offer).await;
    assert!(matches!(restarted, Err(JoinError::Vacant)), "{restarted:?}");
    drop(sfu);
    assert_eq!(events.recv().await, None);
}
