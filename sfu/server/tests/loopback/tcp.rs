//! Media by TCP.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use ids::{Seat, VisitId};
use sfu_server::{Sfu, SfuConfig, SfuEventKind, TcpLimits};
use telemetry::Metrics;
use tokio::time::timeout;

use crate::{
    GUARD,
    peer::Peer,
    request, talk,
    tcp_client::{TcpClient, passive_candidate},
    until,
};

const VISITOR: Seat = Seat::ALL[1];
const ANOTHER: Seat = Seat::ALL[2];

fn visit() -> VisitId {
    VisitId::from_uuid(uuid::Uuid::from_u128(9))
}

fn start(tcp_limits: TcpLimits) -> (Sfu, Metrics) {
    let metrics = Metrics::default();
    let sfu = Sfu::start(SfuConfig {
        threads: 2,
        tcp_port: Some(0),
        tcp_limits,
        metrics: metrics.clone(),
        ..SfuConfig::default()
    })
    .unwrap();
    (sfu, metrics)
}

/// The value of a metric.
fn value(metrics: &Metrics, name: &str) -> u64 {
    let text = metrics.render().unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in\n{text}"))
        .parse()
        .unwrap()
}

/// Waits until a metric has risen to this.
async fn risen(metrics: &Metrics, name: &str, to: u64) {
    let rising = async {
        while value(metrics, name) < to {
            tokio::task::yield_now().await;
        }
    };
    timeout(GUARD, rising)
        .await
        .unwrap_or_else(|_| panic!("{name} stays below {to}"));
}

/// A connection whose window is small, so that it is soon full when nobody reads.
fn narrow(address: SocketAddr) -> TcpStream {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&address.into()).unwrap();
    socket.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whom_udp_does_not_let_through_is_in_the_call_by_tcp() {
    let (sfu, metrics) = start(TcpLimits::default());
    let mut events = sfu.take_events();
    let ends_at = Instant::now() + Duration::from_hours(1);

    let (client, offer) = TcpClient::new(Seat::INMATE);
    let joined = sfu
        .join(request(visit(), Seat::INMATE, ends_at, &offer))
        .await
        .unwrap();
    let client = client.start(&joined.answer, |address| {
        TcpStream::connect(address).unwrap()
    });
    until(&mut events, SfuEventKind::Connected(Seat::INMATE)).await;

    let (peer, offer) = Peer::new(VISITOR).await;
    let joined = sfu
        .join(request(visit(), VISITOR, ends_at, &offer))
        .await
        .unwrap();
    peer.accept(joined.answer).await;
    until(&mut events, SfuEventKind::Connected(VISITOR)).await;

    let peer = Arc::new(peer);
    let stop = Arc::new(AtomicBool::new(false));
    let talking = talk(std::slice::from_ref(&peer), &stop);
    timeout(GUARD, client.hears(VISITOR, 100)).await.unwrap();
    timeout(GUARD, peer.heard(&[Seat::INMATE], 50))
        .await
        .unwrap();
    assert_eq!(value(&metrics, "openvisit_sfu_tcp_connections"), 1);
    assert_eq!(value(&metrics, "openvisit_sfu_tcp_frames_dropped_total"), 0);

    client.stop();
    timeout(GUARD, async {
        while value(&metrics, "openvisit_sfu_tcp_connections") > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("a connection that the client closes is gone");
    stop.store(true, Ordering::Relaxed);
    talking.await.unwrap();
    peer.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_read_loses_whole_frames_and_holds_up_nobody() {
    let (sfu, metrics) = start(TcpLimits::default());
    let mut events = sfu.take_events();
    let ends_at = Instant::now() + Duration::from_hours(1);
    let (client, offer) = TcpClient::new(Seat::INMATE);
    let joined = sfu
        .join(request(visit(), Seat::INMATE, ends_at, &offer))
        .await
        .unwrap();
    let client = client.start(&joined.answer, narrow);
    until(&mut events, SfuEventKind::Connected(Seat::INMATE)).await;
    let mut peers = Vec::new();
    for seat in [VISITOR, ANOTHER] {
        let (peer, offer) = Peer::new(seat).await;
        let joined = sfu
            .join(request(visit(), seat, ends_at, &offer))
            .await
            .unwrap();
        peer.accept(joined.answer).await;
        until(&mut events, SfuEventKind::Connected(seat)).await;
        peers.push(Arc::new(peer));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let talking = talk(&peers, &stop);
    timeout(GUARD, client.hears(VISITOR, 10)).await.unwrap();

    client.sleeps.store(true, Ordering::Relaxed);
    risen(&metrics, "openvisit_sfu_tcp_frames_dropped_total", 100).await;
    let before: usize = peers[1].counts().values().sum();
    let more = before + 100;
    timeout(GUARD, async {
        while peers[1].counts().values().sum::<usize>() < more {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the others hear each other");

    // What it is sent is still in step: it wakes, and hears on.
    client.sleeps.store(false, Ordering::Relaxed);
    let heard = client.heard.borrow()[&VISITOR];
    timeout(GUARD, client.hears(VISITOR, heard + 50))
        .await
        .unwrap();
    client.stop();
    stop.store(true, Ordering::Relaxed);
    talking.await.unwrap();
    for peer in peers {
        peer.close().await;
    }
}

/// Whether the other side closes a connection on which this was sent.
fn is_closed_after(address: SocketAddr, sent: &[u8]) -> bool {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(GUARD)).unwrap();
    // Closed with bytes unread, it is reset, be it while they are still being written.
    let written = stream.write_all(sent);
    match written.and_then(|()| stream.read(&mut [0; 10])) {
        Ok(length) => length == 0,
        Err(error) => matches!(
            error.kind(),
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
        ),
    }
}

/// A check (RFC 8489) as far as the door looks, for this user fragment.
fn check_for(ufrag: &str) -> Vec<u8> {
    let username = format!("{ufrag}:them");
    let mut check = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    check.extend([7; 12]);
    check.extend([0, 6, 0, u8::try_from(username.len()).unwrap()]);
    check.extend(username.as_bytes());
    check.resize(check.len().next_multiple_of(4), 0);
    check[3] = u8::try_from(check.len() - 20).unwrap();
    let length = u16::try_from(check.len()).unwrap();
    [&length.to_be_bytes()[..], &check].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_nobodys_are_closed_each_for_its_reason() {
    let limits = TcpLimits {
        first_check_within: Duration::from_millis(100),
        nobodys_for: Duration::from_millis(100),
        ..TcpLimits::default()
    };
    let (sfu, metrics) = start(limits);
    let address = sfu.tcp_address().unwrap();
    let closed = |reason: &str| {
        let name = format!("openvisit_sfu_tcp_closed_total{{reason=\"{reason}\"}}");
        value(&metrics, &name)
    };

    let no_checks: [&[u8]; 4] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0\x04junk",
        &check_for("~~no such characters"),
    ];
    for sent in no_checks {
        assert!(is_closed_after(address, sent));
    }
    // There are two media threads, and this names the third.
    assert!(is_closed_after(address, &check_for("ACnosuchperson00")));
    assert_eq!(closed("no_check"), 5);

    assert!(is_closed_after(address, b"\0"));
    assert!(is_closed_after(
        address,
        &check_for("AAnosuchperson00")[..30]
    ));
    assert_eq!(closed("too_slow"), 2);

    assert!(is_closed_after(address, &check_for("ABnosuchperson00")));
    assert_eq!(closed("nobodys"), 1);
    let broken = [&check_for("AAnosuchperson00")[..], b"\xff\xff"].concat();
    assert!(is_closed_after(address, &broken));
    assert_eq!(closed("not_framed"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_no_more_connections_than_there_may_be() {
    let limits = TcpLimits {
        undecided: 2,
        ..TcpLimits::default()
    };
    let (sfu, metrics) = start(limits);
    let address = sfu.tcp_address().unwrap();
    let connect = || TcpStream::connect(address).unwrap();
    let is_closed = |mut stream: TcpStream| {
        stream.set_read_timeout(Some(GUARD)).unwrap();
        matches!(stream.read(&mut [0; 10]), Ok(0))
    };
    let (first, second, _third) = (connect(), connect(), connect());
    assert!(is_closed(first), "the oldest gives way to a newer one");
    let _fourth = connect();
    assert!(is_closed(second));
    let text = metrics.render().unwrap();
    assert!(
        text.contains("openvisit_sfu_tcp_closed_total{reason=\"too_slow\"} 2"),
        "{text}"
    );
    assert!(text.contains("openvisit_sfu_tcp_connections 2"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_no_more_connections_than_it_may_have() {
    let limits = TcpLimits {
        for_one_address: 2,
        ..TcpLimits::default()
    };
    let (sfu, metrics) = start(limits);
    let address = sfu.tcp_address().unwrap();
    let _held = [(); 2].map(|()| TcpStream::connect(address).unwrap());
    assert!(is_closed_after(address, b""));
    let refused = "openvisit_sfu_tcp_closed_total{reason=\"full_for_address\"}";
    assert_eq!(value(&metrics, refused), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_port_no_candidate_is_told() {
    let sfu = Sfu::start(SfuConfig {
        threads: 1,
        ..SfuConfig::default()
    })
    .unwrap();
    assert_eq!(sfu.tcp_address(), None);
    let (_, offer) = TcpClient::new(VISITOR);
    let ends_at = Instant::now() + Duration::from_hours(1);
    let asked = request(visit(), VISITOR, ends_at, &offer);
    let answer = sfu.join(asked).await.unwrap().answer;
    assert!(!answer.contains("tcptype"), "{answer}");

    let (sfu, _) = start(TcpLimits::default());
    let asked = request(visit(), VISITOR, ends_at, &offer);
    let answer = sfu.join(asked).await.unwrap().answer;
    assert_eq!(Some(passive_candidate(&answer)), sfu.tcp_address());
}
