//! What is secret stands in no log, at any level.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    http::{
        Request, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE},
    },
};
use booking_domain::MessageKind;
use grant::{Secret, TestKey};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::json;
use telemetry::Metrics;
use testkit::captured::Captured;
use tokio::time::timeout;
use tracing_subscriber::{Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    MessageSettings, Messaging,
    tests::{PUBLIC_URL, RECEIPTS_SECRET, TestApi, token_in},
};

const EMAIL: &str = "hsiu.ying@example.tw";
const PASSWORD: &str = "我家門前有小河後面有山坡";
/// Far more than a letter takes; only so that a failure ends.
const GUARD: Duration = Duration::from_secs(60);

/// How somebody shows who they are.
#[derive(Clone, Copy)]
enum Shown<'a> {
    Nothing,
    Bearer(&'a str),
    Visitor(&'a str),
    Staff(&'a str),
}

/// What must not be seen.
struct Planted {
    guessed: Secret,
    /// The tokens of the letters that prove an address and that set a new password.
    verify: String,
    reset: String,
    visitor: String,
    test_key: String,
}

impl Planted {
    /// Registers somebody, who proves the address and has forgotten the password: so the session and the
    /// tokens are real, and the newer one is still good.
    async fn plant(api: &TestApi) -> Self {
        let mut rng = StdRng::seed_from_u64(11);
        let form = json!({
            "consent_version": "2026-11", "name": "林陳秀英", "national_id": "A123456789",
            "email": EMAIL, "birth_date": "1948-03-01", "phone": "0912-345-678",
            "password": PASSWORD, "locale": "zh-TW",
        });
        let post = async |path, body: serde_json::Value| {
            ask(api, Shown::Nothing, "POST", path, &body.to_string()).await
        };
        let (status, _) = post("/api/visitor/accounts", form).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        let verify = token_of(api, MessageKind::VerifyEmail).await;
        let (status, cookie) =
            post("/api/visitor/accounts/verify", json!({ "token": verify })).await;
        assert_eq!(status, StatusCode::OK);
        let (status, _) = post("/api/visitor/password/forgot", json!({ "email": EMAIL })).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        let reset = token_of(api, MessageKind::PasswordReset).await;
        let key = TestKey::generate(&mut rng);
        sqlx::query("UPDATE visit_member SET test_key_hash = $1 WHERE seat = 1")
            .bind(key.hash().as_bytes().as_slice().to_vec())
            .execute(&api.database().await)
            .await
            .unwrap();
        Self {
            guessed: Secret::generate(&mut rng),
            verify,
            reset,
            visitor: cookie.split_once('=').unwrap().1.to_owned(),
            test_key: key.reveal(),
        }
    }

    /// Requests that show, in turn, what is right and what is not. What was asked for, and the answers.
    async fn ask_all(&self, api: &TestApi) -> Vec<(String, StatusCode)> {
        let guessed = self.guessed.reveal();
        let (officer, terminal) = (api.demo.officer.reveal(), api.demo.terminal.reveal());
        let link = token_in(&api.demo.links[0].url);
        let mut answers = Vec::new();
        let mut note = async |shown, method: &str, path: &str, body: &str| {
            let (status, _) = ask(api, shown, method, path, body).await;
            answers.push((format!("{method} {path}"), status));
        };
        for session in [&*self.visitor, guessed] {
            for path in ["profile", "visits", "applications", "companions"] {
                let path = format!("/api/visitor/{path}");
                note(Shown::Visitor(session), "GET", &path, "").await;
            }
            let in_path = format!("/api/visitor/visits/{session}");
            note(Shown::Visitor(session), "GET", &in_path, "").await;
        }
        for secret in [officer, terminal, guessed] {
            let visits = "/api/officer/visits";
            note(Shown::Bearer(secret), "GET", visits, "").await;
            note(Shown::Staff(secret), "GET", visits, "").await;
            let self_test = "/api/terminal/self-test";
            note(Shown::Bearer(secret), "POST", self_test, "{}").await;
            let in_query = format!("/api/staff/session?secret={secret}");
            note(Shown::Bearer(secret), "GET", &in_query, "").await;
        }
        let good = json!({ "verdict": "good" }).to_string();
        for key in [&*self.test_key, guessed] {
            note(Shown::Bearer(key), "PUT", "/api/visitor/phone-test", &good).await;
        }
        for token in [link, &self.verify, &self.reset, guessed] {
            let body = json!({ "token": token }).to_string();
            // Whatever reads it may repeat what it could not read.
            let (broken, other) = (format!("{body}x"), json!([token]).to_string());
            let unknown = json!({ "token": token, token: token }).to_string();
            for path in [
                "/api/links/facility",
                "/api/links/resend",
                "/api/visitor/accounts/verify",
                "/api/visitor/password/reset",
            ] {
                for body in [&body, &broken, &other, &unknown] {
                    note(Shown::Nothing, "POST", path, body).await;
                }
                let in_query = format!("{path}?token={token}");
                note(Shown::Nothing, "POST", &in_query, &body).await;
            }
            let reset = json!({ "token": token, "password": PASSWORD }).to_string();
            note(
                Shown::Nothing,
                "POST",
                "/api/visitor/password/reset",
                &reset,
            )
            .await;
        }
        for secret in [RECEIPTS_SECRET, guessed] {
            let receipt = json!({ "id": secret, "status": "delivered" }).to_string();
            let http = format!("/api/messages/receipts/http/{secret}");
            note(Shown::Nothing, "POST", &http, &receipt).await;
            note(Shown::Nothing, "POST", &http, secret).await;
            let mitake = format!("/api/messages/receipts/mitake/{secret}?msgid={secret}");
            note(Shown::Nothing, "GET", &mitake, "").await;
        }
        for password in [PASSWORD, guessed] {
            let visitor = json!({ "email": EMAIL, "password": password }).to_string();
            note(Shown::Nothing, "POST", "/api/visitor/session", &visitor).await;
            let staff = json!({ "login": "officer", "password": password }).to_string();
            note(Shown::Nothing, "POST", "/api/staff/session", &staff).await;
        }
        answers
    }
}

/// The token in the letter of a kind, once it is written: some are after the answer, by a task of their own.
async fn token_of(api: &TestApi, kind: MessageKind) -> String {
    let written = async {
        loop {
            let mut messages = api.newest_messages().await.into_iter();
            if let Some(letter) = messages.find(|message| message.content.kind == kind) {
                return letter.content.params["token"].clone();
            }
        }
    };
    let written = timeout(GUARD, written).await;
    written.unwrap_or_else(|_| panic!("no letter of the kind {kind:?} was written"))
}

/// Whatever is due is sent, as far as it leaves without a gateway.
async fn send_all(api: &TestApi) {
    let settings = MessageSettings::default();
    let messaging = Messaging::start(&api.store, &settings, PUBLIC_URL, &Metrics::default());
    messaging.unwrap().stop().await;
}

/// A request. The status, and the cookie that it sets.
async fn ask(
    api: &TestApi,
    shown: Shown<'_>,
    method: &str,
    path: &str,
    body: &str,
) -> (StatusCode, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(ORIGIN, PUBLIC_URL)
        .header(CONTENT_TYPE, "application/json");
    let request = match shown {
        Shown::Nothing => request,
        Shown::Bearer(secret) => request.header(AUTHORIZATION, format!("Bearer {secret}")),
        Shown::Visitor(secret) => request.header(COOKIE, format!("openvisit_visitor={secret}")),
        Shown::Staff(secret) => request.header(COOKIE, format!("openvisit_staff={secret}")),
    };
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = api.respond(request).await;
    let status = response.status();
    let set = response.headers().get(SET_COOKIE);
    let set = set.map_or("", |set| set.to_str().unwrap());
    let cookie = set.split(';').next().unwrap_or_default().to_owned();
    to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, cookie)
}

#[tokio::test]
async fn no_token_key_secret_password_or_name_is_ever_logged() {
    let captured = Captured::default();
    let writer = captured.clone();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(move || writer.clone())
        .with_filter(telemetry::logs::filter("trace").unwrap());
    tracing_subscriber::registry().with(lines).init();
    let api = TestApi::start().await;
    let planted = Planted::plant(&api).await;
    send_all(&api).await;
    let answers = planted.ask_all(&api).await;
    for (request, expected) in [
        ("GET /api/visitor/visits", StatusCode::OK),
        ("POST /api/visitor/password/reset", StatusCode::NO_CONTENT),
        ("PUT /api/visitor/phone-test", StatusCode::NO_CONTENT),
        ("GET /api/officer/visits", StatusCode::OK),
        ("GET /api/officer/visits", StatusCode::UNAUTHORIZED),
    ] {
        let found = answers.contains(&(request.to_owned(), expected));
        assert!(found, "{request} {expected}: {answers:?}");
    }
    // What fails is told more of.
    api.store.close().await;
    send_all(&api).await;
    let answers = planted.ask_all(&api).await;
    let unavailable = |(_, status): &(_, StatusCode)| *status == StatusCode::SERVICE_UNAVAILABLE;
    assert!(answers.iter().any(unavailable), "{answers:?}");

    let log = captured.text();
    for line in ["a password was set anew", "the store did not answer"] {
        assert!(log.contains(line), "the log is there: {line}");
    }
    let links = api.demo.links.iter().map(|link| token_in(&link.url));
    let planted = [
        planted.guessed.reveal(),
        &planted.verify,
        &planted.reset,
        &planted.visitor,
        &planted.test_key,
        api.demo.officer.reveal(),
        api.demo.terminal.reveal(),
        RECEIPTS_SECRET,
        PASSWORD,
        EMAIL,
        "A123456789",
        "林陳秀英",
        "0912345678",
    ];
    for planted in planted.into_iter().chain(links) {
        assert!(!log.contains(planted), "found in the log: {planted}");
    }
}
