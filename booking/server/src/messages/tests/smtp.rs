//! A real mail server in a process of its own.

use std::{
    fs,
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
};

use booking_domain::{Channel, DeliveryState, StoredMessage};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpSocket;

use super::World;
use crate::messages::{EmailWay, MessageSettings, SmtpSettings, SmtpTls};

const PROGRAM: &str = include_str!("smtp_server.py");

struct MailServer {
    process: Child,
    output: Lines<BufReader<ChildStdout>>,
    port: u16,
    folder: TempDir,
}

impl MailServer {
    fn start(tls: SmtpTls) -> Self {
        Self::start_at(0, tls)
    }

    /// At a port; at 0, any free one.
    fn start_at(port: u16, tls: SmtpTls) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (
            folder.path().join("cert.pem"),
            folder.path().join("key.pem"),
        );
        fs::write(&certificate, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let way = match tls {
            SmtpTls::None => "none",
            SmtpTls::Starttls => "starttls",
            SmtpTls::Tls => "tls",
        };
        let mut process = Command::new("/usr/bin/python3")
            .args(["-c", PROGRAM, way])
            .args([&certificate, &key])
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = output.next().expect(
            "these tests need a mail server: install it, for example with \
             `apt-get install python3-aiosmtpd`",
        );
        Self {
            port: port.unwrap().parse().unwrap(),
            process,
            output,
            folder,
        }
    }

    fn settings(&self, tls: SmtpTls) -> MessageSettings {
        let secured = tls != SmtpTls::None;
        MessageSettings {
            email: EmailWay::Smtp,
            smtp: SmtpSettings {
                host: if secured { "localhost" } else { "127.0.0.1" }.into(),
                port: self.port,
                tls,
                ca_file: secured.then(|| self.folder.path().join("cert.pem")),
                username: if secured { "agency" } else { "" }.into(),
                password: "secret".into(),
                from: "行動接見服務 <visits@visit.gov.test>".into(),
            },
            ..MessageSettings::default()
        }
    }

    fn letter(&mut self) -> Value {
        serde_json::from_str(&self.output.next().unwrap().unwrap()).unwrap()
    }

    /// Ends the server. The letters that it took and was not asked for yet.
    fn end(mut self) -> Vec<Value> {
        drop(self.process.stdin.take());
        let lines = self.output.by_ref();
        lines
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A world in which the visitors have accounts. `email` says in SQL what their addresses are.
async fn world_with(email: &str) -> World {
    let world = World::new(1).await;
    world.accounts(email).await;
    world
}

/// Has visitors told by mail that their visit is booked. `who` says in SQL on which seats they are.
async fn tell(world: &World, who: &str) {
    world
        .statement(&format!(
            "INSERT INTO outbox (id, key, kind, channel, person_id, visit_id, state, created_at_ms,
                                 next_attempt_at_ms)
             SELECT person_id, person_id, 'visit_confirmed', 'email', person_id, visit_id, 'queued',
                    1795501800000, 1795501800000
             FROM visit_member WHERE {who}"
        ))
        .await;
}

/// A world in which one mailbox takes letters, one takes them later and one does not exist.
async fn world() -> World {
    let email = "CASE phone WHEN '0900000101' THEN 'mei@a.test'
                            WHEN '0900000102' THEN 'later@a.test'
                            ELSE 'unknown@a.test' END";
    let world = world_with(email).await;
    tell(&world, "seat > 0").await;
    world
}

/// The messages that are letters.
async fn letters(world: &World) -> Vec<StoredMessage> {
    let mut messages = world.messages().await;
    messages.retain(|message| message.content.channel == Channel::Email);
    messages
}

async fn letters_arrive(tls: SmtpTls) {
    let world = world().await;
    let mut server = MailServer::start(tls);
    let mut dispatcher = world.dispatcher(Channel::Email, &server.settings(tls));
    assert_eq!(dispatcher.pass().await, Ok(3));
    let letter = server.letter();
    assert_eq!(letter["to"][0], "mei@a.test");
    assert_eq!(letter["subject"], "接見已預約（示範看守所）");
    assert_eq!(letter["from"], "行動接見服務 <visits@visit.gov.test>");
    assert_eq!(
        letter["types"],
        serde_json::json!(["text/plain", "text/calendar"])
    );
    let text = letter["texts"][0].as_str().unwrap();
    assert!(text.starts_with("林陳秀英 您好："), "{text}");
    assert!(
        text.contains("2026年11月24日（星期二）14:30–15:00"),
        "{text}"
    );
    assert!(
        letter["texts"][1]
            .as_str()
            .unwrap()
            .contains("DTSTART:20261124T063000Z")
    );
    let messages = letters(&world).await;
    let find = |name: &str| messages.iter().find(|message| message.content.name == name);
    let (taken, later, nobody) = (find("林陳秀英"), find("林志成"), find("林雅婷"));
    let (taken, later, nobody) = (taken.unwrap(), later.unwrap(), nobody.unwrap());
    assert_eq!(taken.state, DeliveryState::Sent);
    let id = format!("<{}@visit.gov.test>", taken.id);
    assert_eq!(letter["message_id"], id);
    assert_eq!(
        (later.state, later.last_error.as_deref()),
        (DeliveryState::Queued, Some("reply 451"))
    );
    assert_eq!(
        (nobody.state, nobody.last_error.as_deref()),
        (DeliveryState::Failed, Some("reply 550"))
    );
    world.wait_s(60);
    assert_eq!(dispatcher.pass().await, Ok(1));
    assert_eq!(server.letter()["to"][0], "later@a.test");
}

#[tokio::test]
async fn letters_arrive_at_a_mail_server_on_this_machine() {
    letters_arrive(SmtpTls::None).await;
}

#[tokio::test]
async fn letters_arrive_by_starttls_after_signing_in() {
    letters_arrive(SmtpTls::Starttls).await;
}

#[tokio::test]
async fn letters_arrive_by_tls_from_the_first_byte() {
    letters_arrive(SmtpTls::Tls).await;
}

#[tokio::test]
async fn nothing_goes_to_a_server_whose_certificate_is_not_trusted_or_without_signing_in() {
    let world = world().await;
    let server = MailServer::start(SmtpTls::Starttls);
    let mut settings = server.settings(SmtpTls::Starttls);
    settings.smtp.ca_file = None;
    let mut stranger = world.dispatcher(Channel::Email, &settings);
    stranger.pass().await.unwrap();
    settings = server.settings(SmtpTls::Starttls);
    settings.smtp.password = "wrong".into();
    let mut refused = world.dispatcher(Channel::Email, &settings);
    world.wait_s(60);
    refused.pass().await.unwrap();
    for message in letters(&world).await {
        assert_eq!(message.state, DeliveryState::Queued);
        assert_eq!(message.last_error.as_deref(), Some("reply 535"));
    }
}

#[tokio::test]
async fn letters_wait_for_a_server_that_is_away_and_arrive_once_when_it_is_back() {
    let world = world_with("'seat' || substr(phone, -1) || '@a.test'").await;
    // Bound to it, nobody else gets the port; as nobody listens, whoever connects is refused.
    let kept = TcpSocket::new_v4().unwrap();
    kept.set_reuseaddr(true).unwrap();
    kept.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let port = kept.local_addr().unwrap().port();
    let mut server = MailServer::start_at(port, SmtpTls::None);
    let mut dispatcher = world.dispatcher(Channel::Email, &server.settings(SmtpTls::None));
    tell(&world, "seat = 1").await;
    assert_eq!(dispatcher.pass().await, Ok(1));
    assert_eq!(server.letter()["to"][0], "seat1@a.test");
    assert_eq!(server.end(), Vec::<Value>::new());

    tell(&world, "seat > 1").await;
    for _ in 0..600 {
        dispatcher.pass().await.unwrap();
        world.wait_s(1);
    }
    let mut attempts = 0;
    for message in letters(&world).await {
        if message.state != DeliveryState::Sent {
            assert_eq!(message.state, DeliveryState::Queued);
            assert_eq!(message.last_error.as_deref(), Some("cannot be reached"));
            attempts += message.attempts;
        }
    }
    assert!(
        (2..=2 + 30).contains(&attempts),
        "{attempts} in ten minutes"
    );

    let server = MailServer::start_at(port, SmtpTls::None);
    for _ in 0..120 {
        dispatcher.pass().await.unwrap();
        world.wait_s(1);
    }
    let letters = server.end();
    let mut to: Vec<_> = letters.iter().map(|letter| &letter["to"][0]).collect();
    to.sort_by_key(|to| to.as_str());
    assert_eq!(to, ["seat2@a.test", "seat3@a.test"]);
    assert_eq!(world.count(DeliveryState::Sent).await, 3);
}

#[tokio::test]
async fn a_letter_whose_answer_was_lost_comes_again_under_the_same_id() {
    let world = world_with("'lost@a.test'").await;
    tell(&world, "seat = 1").await;
    let server = MailServer::start(SmtpTls::None);
    let mut dispatcher = world.dispatcher(Channel::Email, &server.settings(SmtpTls::None));
    assert_eq!(dispatcher.pass().await, Ok(1));
    let letter = &letters(&world).await[0];
    assert_eq!(
        (letter.state, letter.last_error.as_deref()),
        (DeliveryState::Queued, Some("the answer was lost"))
    );
    world.wait_s(60);
    assert_eq!(dispatcher.pass().await, Ok(1));
    assert_eq!(letters(&world).await[0].state, DeliveryState::Sent);
    let id = format!("<{}@visit.gov.test>", letter.id);
    let taken = server.end();
    assert_eq!(taken.len(), 2, "the server cannot tell that it has it");
    assert_eq!(taken[0]["message_id"], id);
    assert_eq!(taken[0], taken[1]);
}
