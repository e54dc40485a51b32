//! The program itself, from the command line to its end.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use protocol::{ClientMessage, Credential, EndReason, Hello, Locale, ServerMessage};
use serde_json::Value;
use tempfile::TempDir;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::header},
};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

const DEVICE_KEY: &str = "zzzzzzzzzzzzzzzzzzzzzA";

/// `openvisit demo`, running.
struct Demo {
    process: Child,
    doors: Value,
    folder: TempDir,
}

impl Demo {
    fn start(log: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_openvisit"))
            .args([
                "demo",
                "--json",
                "--port",
                "0",
                "--minutes",
                "5",
                "--log",
                log,
            ])
            .arg("--data")
            .arg(folder.path().join("data"))
            .arg("--web-root")
            .arg(folder.path().join("web"))
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            process,
            doors: serde_json::from_str(&line).unwrap(),
            folder,
        }
    }

    fn base_url(&self) -> &str {
        self.doors["base_url"].as_str().unwrap()
    }

    /// What stands behind `#` in the address of a door.
    fn secret(&self, door: &str) -> String {
        let url = self.doors.pointer(door).unwrap().as_str().unwrap();
        url.split_once('#').unwrap().1.to_owned()
    }

    /// Sends SIGTERM, as a supervisor does.
    fn ask_to_stop(&self) {
        let stopped = Command::new("kill")
            .arg(self.process.id().to_string())
            .status()
            .unwrap();
        assert!(stopped.success());
    }

    /// The exit code and what was logged.
    fn end(&mut self) -> (Option<i32>, String) {
        let code = self.process.wait().unwrap().code();
        let log = std::fs::read_to_string(self.folder.path().join("log"));
        (code, log.unwrap())
    }

    /// An answer, head and body.
    fn get(&self, path: &str, head: &str) -> String {
        let host = self.base_url().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{head}\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The metrics, once one of this name is among them.
    async fn metrics_with(&self, name: &str) -> String {
        until(
            || self.get("/metrics", ""),
            |metrics| metrics.contains(name),
        )
        .await
    }

    /// The file of the messages that reach nobody, once all three links stand in it.
    async fn messages_kept(&self) -> String {
        let file = self.folder.path().join("data/outbox.jsonl");
        until(
            || std::fs::read_to_string(&file).unwrap_or_default(),
            |kept| kept.lines().count() >= 3,
        )
        .await
    }

    async fn hello(&self, credential: Credential, offer: Option<String>) -> Socket {
        let address = format!("{}/ws", self.base_url().replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert(header::ORIGIN, self.base_url().parse().unwrap());
        let subprotocol = protocol::SUBPROTOCOL.parse().unwrap();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, subprotocol);
        let (mut socket, _) = connect_async(request).await.unwrap();
        let hello = ClientMessage::Hello(Hello {
            version: protocol::VERSION,
            credential,
            offer,
            locale: Locale::En,
            mic: true,
            camera: true,
        });
        let text = serde_json::to_string(&hello).unwrap();
        socket.send(Message::text(text)).await.unwrap();
        socket
    }
}

/// Looks again and again until what is seen is as it is to be.
async fn until(look: impl Fn() -> String, is_there: impl Fn(&str) -> bool) -> String {
    loop {
        let seen = look();
        if is_there(&seen) {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It has ended already where the test came to its end.
        drop(self.process.kill());
    }
}

/// The next message; `None` once the server has closed.
async fn hear(socket: &mut Socket) -> Option<ServerMessage> {
    loop {
        match socket.next().await? {
            Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// An offer of somebody who wants to hear and see one person.
fn offer() -> String {
    let transport = format!(
        "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 {}\r\n\
         a=setup:actpass\r\na=rtcp-mux\r\na=recvonly\r\n",
        ["7C"; 32].join(":")
    );
    format!(
        "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
         m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n\
         a=mid:0\r\n{transport}\
         m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:96 VP8/90000\r\n\
         a=mid:1\r\n{transport}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_is_ready_when_it_says_so_and_stops_in_good_order() {
    let mut demo = Demo::start("warn");
    assert_eq!(demo.doors["visitor_links"].as_array().unwrap().len(), 3);
    assert!(demo.get("/readyz", "").starts_with("HTTP/1.1 200"));
    assert!(demo.get("/healthz", "").starts_with("HTTP/1.1 200"));
    assert!(
        demo.get("/j", "").contains("npm run build"),
        "no client was built"
    );
    let head = demo.get("/", "").to_lowercase();
    for said in [
        "script-src 'self';",
        "worker-src 'self';",
        "frame-ancestors 'none'",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "camera=(self), microphone=(self)",
    ] {
        assert!(head.contains(said), "{said} is missing in {head}");
    }
    let credential = Credential::Terminal {
        secret: demo.secret("/terminal_url"),
    };
    let mut terminal = demo.hello(credential, None).await;
    let called = hear(&mut terminal).await;
    assert!(
        matches!(called, Some(ServerMessage::Call { .. })),
        "{called:?}"
    );
    let outbox = demo.messages_kept().await;
    let first = demo.doors["visitor_links"][0].as_str().unwrap();
    assert!(outbox.contains(first), "{outbox}");
    // The audit trail's is there once it was sealed for the first time.
    let metrics = demo.metrics_with("openvisit_audit_sealed_position").await;
    assert!(metrics.contains("openvisit_signaling_connections 1"));
    assert!(metrics.contains("process_resident_memory_bytes"));
    demo.ask_to_stop();
    let ended = hear(&mut terminal).await;
    assert!(
        matches!(
            ended,
            Some(ServerMessage::Ended {
                reason: EndReason::ServerStopping,
                may_return: true,
                ..
            })
        ),
        "{ended:?}"
    );
    assert_eq!(hear(&mut terminal).await, None);
    drop(terminal);
    assert_eq!(demo.end().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_level_shows_a_token_a_grant_a_secret_or_a_name() {
    let mut demo = Demo::start("trace");
    let credential = Credential::Link {
        token: demo.secret("/visitor_links/0"),
        device_key: DEVICE_KEY.to_owned(),
    };
    let mut visitor = demo.hello(credential, Some(offer())).await;
    let joined = hear(&mut visitor).await;
    let Some(ServerMessage::Joined(joined)) = joined else {
        panic!("{joined:?}");
    };
    let grant = joined.grant.unwrap();
    let credential = Credential::Grant {
        grant: grant.clone(),
        device_key: DEVICE_KEY.to_owned(),
    };
    let mut back = demo.hello(credential, Some(offer())).await;
    let joined = hear(&mut back).await;
    assert!(matches!(joined, Some(ServerMessage::Joined(_))));
    let terminal = Credential::Terminal {
        secret: demo.secret("/terminal_url"),
    };
    hear(&mut demo.hello(terminal, None).await).await.unwrap();
    let officer = demo.secret("/officer_url");
    let signed_in = format!("Authorization: Bearer {officer}\r\n");
    let visits = demo.get("/api/officer/visits", &signed_in);
    assert!(visits.starts_with("HTTP/1.1 200"), "{visits}");
    demo.ask_to_stop();
    drop((visitor, back));
    let (_, log) = demo.end();
    assert!(log.contains("TRACE") && log.contains("joined"), "{log}");
    for planted in [
        demo.secret("/visitor_links/0"),
        demo.secret("/visitor_links/1"),
        demo.secret("/terminal_url"),
        officer,
        grant,
        DEVICE_KEY.to_owned(),
        "林明華".to_owned(),
        "林陳秀英".to_owned(),
        "0900000101".to_owned(),
    ] {
        let line = log.lines().find(|line| line.contains(&planted));
        assert_eq!(line, None, "it shows {planted}");
    }
}

#[test]
fn a_configuration_with_a_slip_of_the_pen_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("openvisit.toml");
    std::fs::write(&file, "[htpp]\nbind = '127.0.0.1:1'\n").unwrap();
    let checked = Command::new(env!("CARGO_BIN_EXE_openvisit"))
        .args(["config", "check", "--config"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(!checked.status.success());
    assert!(String::from_utf8_lossy(&checked.stderr).contains("htpp"));
}
