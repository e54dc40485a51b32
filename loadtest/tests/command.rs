//! The program as it is called: on a server of its own, and on one that runs already.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use std::path::{Path, PathBuf};

use loadtest::{
    relay::impairment::Impairment,
    server::{OwnServer, ServerOptions},
    visits::Visit,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

/// Runs it with `--json`; what it tells at the end.
async fn told(arguments: &str) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadtest"));
    command
        .args(arguments.split_ascii_whitespace())
        .arg("--json");
    // The server that lies beside it is taken: tests of the whole workspace have built both.
    command.env_remove("CARGO");
    let output = command.output().await.unwrap();
    let progress = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments}: {progress}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A running server, and the files that name its visits.
struct Running {
    server: OwnServer,
    folder: TempDir,
}

impl Running {
    async fn start(rooms: usize) -> Self {
        let beside = Path::new(env!("CARGO_BIN_EXE_loadtest")).with_file_name("openvisit");
        let options = ServerOptions {
            program: Some(beside),
            media_threads: 1,
            rooms,
            store: None,
            log: "warn".to_owned(),
        };
        Self {
            server: OwnServer::start(&options).await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The arguments that lead into one of its visits.
    fn visit(&self, number: usize) -> String {
        let file = self.folder.path().join(number.to_string());
        let visit: &Visit = &self.server.visits[number];
        std::fs::write(&file, serde_json::to_string(visit).unwrap()).unwrap();
        format!(
            "--rooms 1 --participants 2 --server {} --server-pid {} --visits {}",
            self.server.url,
            self.server.pid,
            file.display()
        )
    }
}

fn keys(of: &Value) -> Vec<&str> {
    of.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Everything that a load is to tell, and in which parts.
fn tells_everything(figures: &Value) {
    for name in ["packets_in", "packets_out", "cpu_us_per_packet_out"] {
        assert!(figures[name].as_f64().unwrap() > 0.0, "{name}: {figures}");
    }
    for name in ["lost", "server_cpu_s", "rss_kib_per_room", "freezes"] {
        assert!(figures[name].is_number(), "{name}: {figures}");
    }
    let concealed = figures["concealed_audio_ratio"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&concealed), "{figures}");
    assert_eq!(keys(&figures["forward_latency_us"]), ["p50", "p99", "p999"]);
    assert_eq!(keys(&figures["join_ms"]), ["p50", "p95"]);
    assert_eq!(keys(&figures["first_frame_ms"]), ["p50", "p95"]);
    assert_eq!(figures["rooms"], 1);
    assert_eq!(figures["participants"], 2);
    let most = &figures["key_frame_requests_of_a_publisher_joining_s"];
    assert!(most.as_u64().unwrap() > 0, "{figures}");
}

async fn a_load_with_a_burst_on_a_server_of_its_own(report: PathBuf) {
    let figures = told(&format!(
        "--rooms 1 --participants 2 --media synthetic --warm-up 1 --seconds 1 --burst 4 --report {}",
        report.display()
    ))
    .await;
    tells_everything(&figures);
    assert_eq!(figures["client"], "lean");
    assert_eq!(figures["burst"]["people"], 4);
    assert_eq!(figures["burst"]["failed"], 0);
    let page = std::fs::read_to_string(report).unwrap();
    assert!(
        page.contains("<svg") && page.ends_with("</html>\n"),
        "{page}"
    );
}

/// What few rooms have without being asked: other clients' `PeerConnection`s, whose packets are measured
/// as well, and which go through a bad network as well.
async fn a_few_browsers_like_clients_through_a_bad_network(visit: String) {
    let figures = told(&format!(
        "{visit} --warm-up 1 --seconds 2 --impair delay=30ms"
    ))
    .await;
    tells_everything(&figures);
    assert_eq!(figures["client"], "webrtc");
    let network: Impairment = "delay=30ms".parse().unwrap();
    assert_eq!(figures["impairment"], network.to_string());
    let latency = figures["forward_latency_us"]["p50"].as_f64().unwrap();
    assert!(latency >= 60_000.0, "twice through the network: {figures}");
}

async fn a_ramp_that_runs_out_of_visits(visit: String) {
    let figures = told(&format!("{visit} --ramp --media synthetic")).await;
    assert_eq!(figures["steps"].as_array().unwrap().len(), 1, "{figures}");
    assert_eq!(figures["steps"][0]["rooms"], 1);
    // A busy machine may have given before.
    let held = figures["gave"] == "nothing";
    assert_eq!(figures["rooms"], u64::from(held), "{figures}");
    let why = figures["why"].as_str().unwrap();
    assert_eq!(held, why == "there were no more visits to fill", "{why}");
}

async fn joins_and_leaves(visit: String) {
    let figures = told(&format!("{visit} --joins 8 --media none")).await;
    assert_eq!(figures["joins"], 8);
    assert_eq!(figures["failed"], 0);
    assert!(figures["rss_kib_at_the_end"].as_u64().unwrap() > 0);
    assert_eq!(keys(&figures["join_ms"]), ["p50", "p95"]);
}

async fn people_who_sign_in_at_once() {
    let figures = told("rush --sign-in --people 20").await;
    assert_eq!(figures["signed_in"], 20, "{figures}");
    assert_eq!(figures["faults"], serde_json::json!({}));
    assert_eq!(figures["wait_ms"]["count"], 20);
    assert!(figures["service_cpu_ms"].as_u64().unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_load_tells_what_it_came_to() {
    let running = Running::start(3).await;
    let report = running.folder.path().join("report.html");
    tokio::join!(
        a_load_with_a_burst_on_a_server_of_its_own(report),
        a_few_browsers_like_clients_through_a_bad_network(running.visit(0)),
        a_ramp_that_runs_out_of_visits(running.visit(1)),
        joins_and_leaves(running.visit(2)),
        people_who_sign_in_at_once(),
    );
    running.server.stop().await.unwrap();
}
