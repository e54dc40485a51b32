//! A flood of junk at the port that calls use.

use std::{
    net::UdpSocket,
    sync::Arc,
    time::{Duration, Instant},
};

use ids::{Seat, VisitId};
use rand::{SeedableRng, rngs::StdRng};
use sfu_server::{JoinRequest, Sfu, SfuConfig, SfuEventKind};
use telemetry::Metrics;
use testkit::network::Conditions;
use tokio::time::timeout;

use crate::{
    peer::Peer,
    shaped, stranger,
    world::{World, seat, visit},
};

/// Far more than anything here takes; only so that a failure ends.
const GUARD: Duration = Duration::from_secs(120);
/// A tick of media is 20 milliseconds: so much junk with each is 20,000 datagrams a second.
const JUNK_A_TICK: usize = 400;
const TICKS: u32 = 250;

/// The clock is the call's own: the next tick comes when the one before has arrived, or is lost. So a
/// busy machine makes the flood and the call slower, and neither of them lighter.
#[tokio::test(flavor = "multi_thread")]
async fn at_twenty_thousand_junk_datagrams_a_second_a_call_loses_at_most_one_percent() {
    let metrics = Metrics::default();
    let sfu = Sfu::start(SfuConfig {
        threads: 1,
        metrics: metrics.clone(),
        ..SfuConfig::default()
    })
    .unwrap();
    let mut events = sfu.take_events();
    let call = VisitId::from_uuid(uuid::Uuid::from_u128(25));
    let mut peers = Vec::new();
    for seat in [Seat::INMATE, Seat::ALL[1]] {
        let (peer, offer) = Peer::new(seat).await;
        let request = JoinRequest {
            visit: call,
            seat,
            ends_at: Instant::now() + Duration::from_hours(1),
            offer,
        };
        peer.accept(sfu.join(request).await.unwrap().answer).await;
        let connected =
            async { while events.recv().await.unwrap().kind != SfuEventKind::Connected(seat) {} };
        timeout(GUARD, connected).await.unwrap();
        peers.push(Arc::new(peer));
    }
    let others = |peer: &Peer| -> Vec<Seat> {
        [Seat::INMATE, Seat::ALL[1]]
            .into_iter()
            .filter(|seat| *seat != peer.seat)
            .collect()
    };
    // The first packets say which stream is whose.
    let mut tick = 0;
    for peer in &peers {
        let heard = async {
            loop {
                for sender in &peers {
                    sender.send_tick(tick).await;
                }
                tick += 1;
                let from = others(peer);
                let once = peer.heard(&from, 1);
                if timeout(Duration::from_millis(20), once).await.is_ok() {
                    return;
                }
            }
        };
        timeout(GUARD, heard).await.unwrap();
    }

    let server = sfu.local_addresses().next().unwrap();
    let mut rng = StdRng::seed_from_u64(25);
    // Small, as those of floods are: the kernel's buffer holds a tick of them.
    let small = |mut datagram: Vec<u8>| {
        datagram.truncate(200);
        datagram
    };
    let junk: Vec<Vec<u8>> = (0..JUNK_A_TICK).map(|_| small(shaped(&mut rng))).collect();
    let strangers: Vec<UdpSocket> = (0..16)
        .map(|_| UdpSocket::bind("127.0.0.1:0").unwrap())
        .collect();
    let total = |peers: &[Arc<Peer>]| -> usize {
        peers
            .iter()
            .map(|peer| peer.counts().values().sum::<usize>())
            .sum()
    };
    let before = total(&peers);
    let mut expected = before;
    for _ in 0..TICKS {
        for (number, datagram) in junk.iter().enumerate() {
            strangers[number % strangers.len()]
                .send_to(datagram, server)
                .unwrap();
        }
        for peer in &peers {
            peer.send_tick(tick).await;
        }
        tick += 1;
        expected += 4;
        let arrived = async {
            while total(&peers) < expected {
                tokio::task::yield_now().await;
            }
        };
        if timeout(Duration::from_secs(1), arrived).await.is_err() {
            expected = total(&peers);
        }
    }
    let sent = 4 * usize::try_from(TICKS).unwrap();
    let arrived = total(&peers) - before;
    assert!(arrived * 100 >= sent * 99, "{arrived} of {sent} arrived");
    for peer in &peers {
        peer.close().await;
    }
    drop(sfu);
    let text = metrics.render().unwrap();
    let refused: u64 = text
        .lines()
        .filter(|line| line.starts_with("openvisit_sfu_datagrams_refused_total{"))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
        .sum();
    let flooded = JUNK_A_TICK as u64 * u64::from(TICKS);
    assert!(
        refused * 100 >= flooded * 90,
        "{refused} of {flooded} reached it"
    );
}

#[test]
fn junk_is_answered_with_nothing_and_leaves_nothing_behind() {
    let mut rng = StdRng::seed_from_u64(26);
    let mut world = World::new(26, Conditions::GOOD);
    let place = (visit(1), seat(1));
    world
        .join(place, world.started + Duration::from_mins(5))
        .unwrap();
    world.run_until_connected(place, 1);
    let population = world.engine.population();
    for _ in 0..20_000 {
        world.inject(stranger(&mut rng), &shaped(&mut rng));
    }
    assert_eq!(world.engine.population(), population);
    let client = World::address(place);
    assert_eq!(
        world.last_sent.keys().collect::<Vec<_>>(),
        [&client],
        "strangers are answered"
    );
}
