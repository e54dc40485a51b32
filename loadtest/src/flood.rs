//! Strangers' datagrams at the ports that calls use: how many the server turns away, and what calls notice of it.

use std::{
    io,
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{anyhow, bail};
use rand::{SeedableRng, rngs::StdRng};
use serde::Serialize;
use testkit::strangers::shaped;
use tokio::time::sleep;

use crate::{
    crowd::Crowd,
    door::BaseUrl,
    figures::{Percentiles, rounded},
    metrics::ServerMetrics,
    observer::Observer,
};

/// How long running calls are watched.
const WATCHED: Duration = Duration::from_secs(5);
/// The server publishes its counts once a second.
const COUNTED: Duration = Duration::from_millis(1_500);
/// Datagrams are sent in turns of as long: smaller ones than the kernel's buffer holds.
const TURN: Duration = Duration::from_millis(1);
/// Addresses that they come from.
const STRANGERS: usize = 16;
/// Different datagrams.
const KINDS: usize = 256;
/// The size of a datagram, bytes: small, as those of floods are.
const SIZE: std::ops::Range<usize> = 20..200;

const REFUSED: &str = "sfu_datagrams_refused_total";

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FloodFigures {
    /// How long it was watched, s.
    pub seconds: f64,
    /// Datagrams a second that strangers sent.
    pub sent_a_second: u64,
    /// Of these, datagrams a second that the server turned away; the rest the system dropped before it.
    pub refused_a_second: u64,
    /// Server CPU meanwhile, percent of one core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_cpu_percent_of_core: Option<f64>,
    /// Packets that running calls lost meanwhile.
    pub lost: u64,
    /// Freezes in running calls meanwhile.
    pub freezes: u64,
    /// The forward latency in running calls meanwhile, µs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_latency_us: Option<Percentiles>,
}

/// Lets strangers send `a_second` datagrams a second to the ports that `crowd` uses, and watches it.
///
/// # Errors
/// Nobody is in a call, or a thread, a process or the service is gone.
pub async fn flood(
    crowd: &Crowd,
    observer: &mut Observer,
    service: &BaseUrl,
    a_second: u64,
) -> anyhow::Result<FloodFigures> {
    let ports = crowd.place().routes.servers();
    if ports.is_empty() {
        bail!("no media port is known");
    }
    let counted = ServerMetrics::fetch(service).await?;
    observer.sample(crowd.count().await?)?;
    let before = observer.latest().clone();
    let strangers = Strangers::start(ports, a_second)?;
    sleep(WATCHED).await;
    let sample = observer.sample(crowd.count().await?)?;
    let after = observer.latest();
    let sent = strangers.stop()?;
    let length = after.at.saturating_duration_since(before.at);
    sleep(COUNTED).await;
    let refused = ServerMetrics::fetch(service)
        .await?
        .since(&counted, REFUSED);
    let came = after.counted.came.since(before.counted.came);
    Ok(FloodFigures {
        seconds: rounded(length.as_secs_f64()),
        sent_a_second: a_second_of(sent, length),
        refused_a_second: a_second_of(refused, length),
        server_cpu_percent_of_core: after.server_cpu.map(|_| sample.server_cpu_percent),
        lost: came.lost,
        freezes: came.freezes,
        forward_latency_us: Percentiles::of_latency(&after.counted.meter.latency, 1_000.0),
    })
}

fn a_second_of(count: u64, length: Duration) -> u64 {
    let millis = u64::try_from(length.as_millis()).unwrap_or(u64::MAX).max(1);
    count.saturating_mul(1_000) / millis
}

/// A thread that sends, until this is stopped or dropped.
struct Strangers {
    going: Going,
    thread: JoinHandle<io::Result<u64>>,
}

/// Tells a thread to stop once it is dropped.
struct Going(Arc<AtomicBool>);

impl Drop for Going {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Strangers {
    fn start(ports: Vec<SocketAddr>, a_second: u64) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("strangers".to_owned())
            .spawn(move || send(&ports, a_second, &stopped))?;
        let going = Going(stop);
        Ok(Self { going, thread })
    }

    /// How many datagrams were sent.
    fn stop(self) -> anyhow::Result<u64> {
        drop(self.going);
        let sent = self.thread.join();
        Ok(sent.map_err(|_| anyhow!("the strangers' thread failed"))??)
    }
}

/// Sends in turns until it is told to stop; after a turn that came late as many as are due by then.
fn send(ports: &[SocketAddr], a_second: u64, stop: &AtomicBool) -> io::Result<u64> {
    let mut rng = StdRng::from_os_rng();
    let junk: Vec<Vec<u8>> = (0..KINDS).map(|_| shaped(&mut rng, SIZE)).collect();
    let mut sockets = Vec::with_capacity(STRANGERS);
    for number in 0..STRANGERS {
        let port = ports[number % ports.len()];
        let socket = UdpSocket::bind((if port.is_ipv4() { "0.0.0.0" } else { "::" }, 0))?;
        socket.connect(port)?;
        sockets.push(socket);
    }
    let begun = Instant::now();
    let mut sent = 0;
    for (socket, datagram) in sockets.iter().cycle().zip(junk.iter().cycle()) {
        while sent >= due(begun.elapsed(), a_second) {
            if stop.load(Ordering::Relaxed) {
                return Ok(sent);
            }
            thread::sleep(TURN);
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
        socket.send(datagram)?;
        sent += 1;
    }
    Ok(sent)
}

fn due(since: Duration, a_second: u64) -> u64 {
    let micros = u64::try_from(since.as_micros()).unwrap_or(u64::MAX);
    micros.saturating_mul(a_second) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told_a_second() {
        assert_eq!(a_second_of(100_000, WATCHED), 20_000);
        assert_eq!(a_second_of(3_001, Duration::from_millis(1_500)), 2_000);
        assert_eq!(a_second_of(0, WATCHED), 0);
    }

    #[test]
    fn strangers_send_as_many_as_they_are_to_and_no_more() {
        let port = UdpSocket::bind("127.0.0.1:0").unwrap();
        let begun = Instant::now();
        let strangers = Strangers::start(vec![port.local_addr().unwrap()], 2_000).unwrap();
        let mut datagram = [0; 2_000];
        for _ in 0..40 {
            assert!(SIZE.contains(&port.recv(&mut datagram).unwrap()));
        }
        let sent = strangers.stop().unwrap();
        assert!(sent >= 40 && sent <= due(begun.elapsed(), 2_000), "{sent}");
    }
}
