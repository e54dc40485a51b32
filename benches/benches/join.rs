//! What a join costs the server: the offer answered, one connectivity check, the DTLS handshake. The
//! client's own work is not counted.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use benches::participant::{Cost, Participant};
use criterion::{Criterion, criterion_group, criterion_main};
use sfu_transport::{Certificate, TransportConfig};

/// Which part of a cost is looked at.
type Step = fn(&Cost) -> Duration;

fn join(criterion: &mut Criterion) {
    let config = TransportConfig::new(
        Certificate::generate().expect("the system gives randomness"),
        vec![SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 40_000)],
    );
    let mut group = criterion.benchmark_group("join");
    group.sample_size(20);
    let steps: [(&str, Step); 4] = [
        ("answer the offer", |cost| cost.offer),
        ("connectivity check", |cost| cost.check),
        ("DTLS handshake", |cost| cost.handshake),
        ("all", Cost::total),
    ];
    for (name, step) in steps {
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| {
                (0..times)
                    .map(|_| step(&Participant::join(&config, Instant::now()).1))
                    .sum()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, join);
criterion_main!(benches);
