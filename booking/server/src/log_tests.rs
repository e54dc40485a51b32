//! What is secret stands in no log, at any level.

use axum::{
    body::{Body, to_bytes},
    http::{
        Request, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE},
    },
};
use booking_domain::accounts::{Accounts, EmailProof};
use grant::{Secret, TestKey};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::json;
use telemetry::clock::unix_now_ms;
use testkit::captured::Captured;
use tracing_subscriber::{Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::tests::{PUBLIC_URL, RECEIPTS_SECRET, TestApi, token_in};

const EMAIL: &str = "hsiu.ying@example.tw";
const PASSWORD: &str = "我家門前有小河後面有山坡";

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
    letter: Secret,
    guessed: Secret,
    visitor: String,
    test_key: String,
}

impl Planted {
    /// Registers somebody and proves the address, so that the session and the letter's token are real.
    async fn plant(api: &TestApi) -> Self {
        let mut rng = StdRng::seed_from_u64(11);
        let (letter, guessed) = (Secret::generate(&mut rng), Secret::generate(&mut rng));
        let form = json!({
            "consent_version": "2026-11", "name": "林陳秀英", "national_id": "A123456789",
            "email": EMAIL, "birth_date": "1948-03-01", "phone": "0912-345-678",
            "password": PASSWORD, "locale": "zh-TW",
        });
        let accounts = "/api/visitor/accounts";
        let registered = ask(api, Shown::Nothing, "POST", accounts, &form.to_string()).await;
        assert_eq!(registered.0, StatusCode::ACCEPTED);
        let at_ms = unix_now_ms() + EmailProof::PAUSE_MS + 1;
        let proof = EmailProof {
            token: letter.clone(),
            at_ms,
            expires_at_ms: at_ms + EmailProof::VERIFY_MS,
        };
        let renewed = api.store.renew_verification(EMAIL, proof).await;
        assert_eq!(renewed, Ok(true));
        let token = json!({ "token": letter.reveal() }).to_string();
        let verify = "/api/visitor/accounts/verify";
        let (status, cookie) = ask(api, Shown::Nothing, "POST", verify, &token).await;
        assert_eq!(status, StatusCode::OK);
        let key = TestKey::generate(&mut rng);
        sqlx::query("UPDATE visit_member SET test_key_hash = $1 WHERE seat = 1")
            .bind(key.hash().as_bytes().as_slice().to_vec())
            .execute(&api.database().await)
            .await
            .unwrap();
        Self {
            letter,
            guessed,
            visitor: cookie.split_once('=').unwrap().1.to_owned(),
            test_key: key.reveal(),
        }
    }

    /// Requests that show, in turn, what is right and what is not.
    async fn ask_all(&self, api: &TestApi) -> Vec<StatusCode> {
        let guessed = self.guessed.reveal();
        let (officer, terminal) = (api.demo.officer.reveal(), api.demo.terminal.reveal());
        let link = token_in(&api.demo.links[0].url);
        let mut answers = Vec::new();
        let mut note = async |shown, method: &str, path: &str, body: &str| {
            answers.push(ask(api, shown, method, path, body).await.0);
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
        for token in [link, self.letter.reveal(), guessed] {
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
    let answers = planted.ask_all(&api).await;
    for expected in [
        StatusCode::OK,
        StatusCode::NO_CONTENT,
        StatusCode::UNAUTHORIZED,
    ] {
        assert!(answers.contains(&expected), "{expected}: {answers:?}");
    }
    // What fails is told more of.
    api.store.close().await;
    let answers = planted.ask_all(&api).await;
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    assert!(answers.contains(&unavailable), "{answers:?}");

    let log = captured.text();
    assert!(log.contains("the store did not answer"), "the log is there");
    let links = api.demo.links.iter().map(|link| token_in(&link.url));
    let planted = [
        planted.letter.reveal(),
        planted.guessed.reveal(),
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
