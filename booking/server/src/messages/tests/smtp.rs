//! A real mail server in a process of its own.

use std::{
    fs,
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
};

use booking_domain::{Channel, DeliveryState};
use serde_json::Value;
use tempfile::TempDir;

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
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A world in which the visitors have accounts, and are told by mail that their visit is booked.
async fn world() -> World {
    let world = World::new(1).await;
    let email = "CASE phone WHEN '0900000101' THEN 'mei@a.test'
                            WHEN '0900000102' THEN 'later@a.test'
                            ELSE 'unknown@a.test' END";
    world.accounts(email).await;
    world
        .statement(
            "INSERT INTO outbox (id, key, kind, channel, person_id, visit_id, state, created_at_ms,
                                 next_attempt_at_ms)
             SELECT person_id, person_id, 'visit_confirmed', 'email', person_id, visit_id, 'queued',
                    1795501800000, 1795501800000
             FROM visit_member",
        )
        .await;
    world
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
    let mut messages = world.messages().await;
    messages.retain(|message| message.content.channel == Channel::Email);
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
    for message in world.messages().await {
        if message.content.channel == Channel::Email {
            assert_eq!(message.state, DeliveryState::Queued);
            assert_eq!(message.last_error.as_deref(), Some("reply 535"));
        }
    }
}
