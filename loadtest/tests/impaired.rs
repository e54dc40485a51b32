//! A network that loses, is slow, or is gone for a while, between a server and the clients that few rooms have
//! without being asked: other people's `PeerConnection`s.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use std::path::Path;

use loadtest::{
    bots_load,
    door::Trust,
    performer::MediaKind,
    run::{Outcome, Plan, Target},
    server::{OwnServer, ServerOptions},
};

/// Two people, for so long, in one of the server's visits.
async fn load(server: &OwnServer, visit: usize, network: &str, seconds: u64) -> Outcome {
    let plan = Plan {
        rooms: 1,
        participants: 2,
        warm_up_seconds: 1,
        seconds,
        media: MediaKind::Clip,
        client_threads: 1,
        joins_a_second: 20.0,
        impairment: Some(network.parse().unwrap()),
        burst: 0,
        flood: 0,
    };
    let target = Target {
        base: server.base.clone(),
        trust: Trust::Authorities,
        pid: Some(server.pid),
        visits: vec![server.visits[visit].clone()],
    };
    // Who does not get in fails it.
    let outcome = bots_load::run(&plan, &target, &mut |_| {}).await.unwrap();
    let figures = &outcome.figures;
    assert!(
        figures.packets_in > 0 && figures.packets_out > 0,
        "{network}: {figures:?}"
    );
    assert_eq!(outcome.arrivals.failed, 0, "{network}");
    outcome
}

fn concealed(outcome: &Outcome) -> f64 {
    outcome.figures.concealed_audio_ratio.unwrap()
}

async fn loss(server: &OwnServer) {
    let outcome = load(server, 0, "loss=0.1,delay=20ms", 2).await;
    // Nearly a fifth is lost on two ways.
    assert!(concealed(&outcome) < 0.5, "{:?}", outcome.figures);
    assert!(outcome.figures.lost > 0, "{:?}", outcome.figures);
}

async fn rate(server: &OwnServer) {
    let outcome = load(server, 1, "rate=150kbit", 2).await;
    let figures = &outcome.figures;
    // Without a limit they get five hundred.
    assert!(figures.packets_out < 250, "{figures:?}");
    assert!(concealed(&outcome) < 1.0, "{figures:?}");
}

async fn blackout(server: &OwnServer) {
    // Wherever the looks fall, one a second, nothing comes between two of them.
    let outcome = load(server, 2, "blackout=2s", 3).await;
    let steady = outcome.samples.iter().rev().take(3);
    let least = steady.map(|sample| sample.out_pps).fold(f64::MAX, f64::min);
    let last = outcome.samples.last().unwrap().out_pps;
    assert!(
        least < last / 4.0,
        "nothing was missing: {:?}",
        outcome.samples
    );
    assert!(last > 0.0, "nothing has come back: {:?}", outcome.samples);
    assert!(concealed(&outcome) > 0.0, "{:?}", outcome.figures);
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_like_clients_come_through_loss_a_slow_line_and_a_blackout() {
    let options = ServerOptions {
        program: Some(Path::new(env!("CARGO_BIN_EXE_loadtest")).with_file_name("openvisit")),
        media_threads: 1,
        rooms: 3,
        store: None,
        log: "warn".to_owned(),
    };
    let server = OwnServer::start(&options).await.unwrap();
    tokio::join!(loss(&server), rate(&server), blackout(&server));
    server.stop().await.unwrap();
}
