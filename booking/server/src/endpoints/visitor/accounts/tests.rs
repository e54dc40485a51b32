//! An account from the registration to its closing, and what strangers learn: nothing.

use std::net::SocketAddr;

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{
        Method, Request, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE},
    },
};
use booking_domain::accounts::{Accounts, EmailProof};
use grant::Secret;
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Value, json};
use telemetry::clock::unix_now_ms;

use crate::{
    client_address::ClientAddress,
    tests::{TestApi, retry_after},
};

const PASSWORD: &str = "我家門前有小河後面有山坡";

/// A visitor's browser.
struct Browser {
    api: TestApi,
    cookie: Option<String>,
    /// What the last answer said of when to come back, seconds.
    retry_after: Option<u64>,
}

fn form() -> Value {
    json!({
        "consent_version": "2026-11",
        "name": "林陳秀英",
        "national_id": "A123456789",
        "email": "Hsiu.Ying@example.tw",
        "birth_date": "1948-03-01",
        "phone": "0912-345-678",
        "password": PASSWORD,
        "locale": "zh-TW",
    })
}

impl Browser {
    async fn start() -> Self {
        let api = TestApi::start().await;
        Self {
            api,
            cookie: None,
            retry_after: None,
        }
    }

    /// Somebody with an account, signed in.
    async fn signed_in() -> Self {
        let mut browser = Self::start().await;
        browser.post("/api/visitor/accounts", &form()).await;
        browser.verify().await;
        browser
    }

    async fn post(&mut self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(Method::POST, path, body).await
    }

    async fn get(&mut self, path: &str) -> (StatusCode, Value) {
        self.send(Method::GET, path, &Value::Null).await
    }

    async fn send(&mut self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(ORIGIN, "https://visit.gov.test")
            .header(CONTENT_TYPE, "application/json");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let request = request.body(Body::from(body.to_string())).unwrap();
        let response = self.api.respond(request).await;
        let status = response.status();
        self.retry_after = retry_after(response.headers());
        if let Some(set) = response.headers().get(SET_COOKIE) {
            let set = set.to_str().unwrap();
            assert!(
                set.contains("; HttpOnly; SameSite=Strict; Secure; Path=/api"),
                "{status}"
            );
            let pair = set.split(';').next().unwrap().to_owned();
            self.cookie = Some(pair).filter(|pair| !pair.ends_with('='));
        }
        if path.ends_with("/export") && status == StatusCode::OK {
            assert!(response.headers().contains_key(CONTENT_DISPOSITION));
        }
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// A letter's token, as if the next letter were written now.
    fn proof() -> EmailProof {
        let at_ms = unix_now_ms() + EmailProof::PAUSE_MS + 1;
        EmailProof {
            token: Secret::generate(&mut OsRng.unwrap_err()),
            at_ms,
            expires_at_ms: at_ms + EmailProof::VERIFY_MS,
        }
    }

    async fn verify(&mut self) -> (StatusCode, Value) {
        let proof = Self::proof();
        let store = &self.api.store;
        let renewed = store
            .renew_verification("hsiu.ying@example.tw", proof.clone())
            .await;
        assert_eq!(renewed, Ok(true));
        let body = json!({ "token": proof.token.reveal() });
        self.post("/api/visitor/accounts/verify", &body).await
    }

    async fn sign_in(&mut self, email: &str, password: &str) -> (StatusCode, Value) {
        let body = json!({ "email": email, "password": password });
        self.post("/api/visitor/session", &body).await
    }
}

fn refused(answer: &(StatusCode, Value), status: StatusCode, code: &str) {
    assert_eq!((answer.0, &answer.1["code"]), (status, &json!(code)));
}

#[tokio::test]
async fn a_visitor_registers_proves_the_address_and_is_signed_in() {
    let mut browser = Browser::start().await;
    let registered = browser.post("/api/visitor/accounts", &form()).await;
    assert_eq!(registered, (StatusCode::ACCEPTED, Value::Null));
    let early = browser.sign_in("hsiu.ying@example.tw", PASSWORD).await;
    refused(&early, StatusCode::FORBIDDEN, "email_not_verified");
    let (status, profile) = browser.verify().await;
    assert!(profile["id"].is_string());
    let expected = json!({
        "id": profile["id"],
        "name": "林陳秀英",
        "email": "Hsiu.Ying@example.tw",
        "phone": "0912345678",
        "landline": null,
        "birth_date": "1948-03-01",
        "national_id": "A1*****789",
        "locale": "zh-TW",
    });
    assert_eq!((status, &profile), (StatusCode::OK, &expected));
    for path in ["/api/visitor/session", "/api/visitor/profile"] {
        assert_eq!(browser.get(path).await, (StatusCode::OK, expected.clone()));
    }
    let (status, _) = browser
        .send(Method::DELETE, "/api/visitor/session", &Value::Null)
        .await;
    assert_eq!((status, &browser.cookie), (StatusCode::NO_CONTENT, &None));
    let outside = browser.get("/api/visitor/profile").await;
    refused(&outside, StatusCode::UNAUTHORIZED, "not_signed_in");
    let (status, again) = browser.sign_in("HSIU.ying@example.tw", PASSWORD).await;
    assert_eq!((status, again), (StatusCode::OK, expected));
}

#[tokio::test]
async fn a_form_is_told_all_that_is_wrong_with_it() {
    let mut browser = Browser::start().await;
    let mut wrong = form();
    wrong["national_id"] = json!("A123456788");
    wrong["password"] = json!("password123");
    wrong["locale"] = json!("fr");
    let answer = browser.post("/api/visitor/accounts", &wrong).await;
    refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, "invalid_fields");
    let told: Vec<_> = answer.1["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            (
                error["field"].as_str().unwrap(),
                error["code"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("national_id", "not_a_national_id"),
        ("password", "password_too_common"),
        ("locale", "not_valid"),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn known_and_unknown_people_get_the_same_answers_for_the_same_work() {
    let mut browser = Browser::signed_in().await;
    let pool = browser.api.booking.0.passwords.clone();
    let mut other = form();
    other["email"] = json!("b@example.tw");
    let mut unknown = other.clone();
    unknown["national_id"] = json!("B123456780");
    for (form, work) in [(form(), 1), (other, 1), (unknown, 1)] {
        let before = pool.computed();
        let answer = browser.post("/api/visitor/accounts", &form).await;
        assert_eq!(answer, (StatusCode::ACCEPTED, Value::Null));
        assert_eq!(pool.computed(), before + work);
    }
    let mut answers = Vec::new();
    for email in ["hsiu.ying@example.tw", "nobody@example.tw"] {
        let before = pool.computed();
        answers.push(browser.sign_in(email, "我家門前有大河後面有山坡").await);
        assert_eq!(pool.computed(), before + 1);
    }
    refused(&answers[0], StatusCode::UNAUTHORIZED, "wrong_credentials");
    assert_eq!(answers[0], answers[1]);
    for path in [
        "/api/visitor/accounts/verify/resend",
        "/api/visitor/password/forgot",
    ] {
        for email in ["hsiu.ying@example.tw", "nobody@example.tw", "no address"] {
            let answer = browser.post(path, &json!({ "email": email })).await;
            assert_eq!(answer, (StatusCode::ACCEPTED, Value::Null));
        }
    }
}

#[tokio::test]
async fn who_guesses_too_often_is_stopped_before_any_work_is_done() {
    let mut browser = Browser::signed_in().await;
    for _ in 0..10 {
        let answer = browser
            .sign_in("hsiu.ying@example.tw", "我家門前有大河")
            .await;
        refused(&answer, StatusCode::UNAUTHORIZED, "wrong_credentials");
    }
    let computed = browser.api.booking.0.passwords.computed();
    browser.api.store.close().await;
    let answer = browser.sign_in("hsiu.ying@example.tw", PASSWORD).await;
    refused(&answer, StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    let answer = browser.sign_in("a@example.tw", PASSWORD).await;
    refused(&answer, StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    assert_eq!(browser.api.booking.0.passwords.computed(), computed);
}

/// Sends from somewhere: the status, the code, and in how many seconds to come back.
async fn post_from(
    browser: &Browser,
    network: [u8; 4],
    path: &str,
    body: &Value,
) -> (StatusCode, Value, Option<u64>) {
    let mut request = Request::post(path)
        .header(ORIGIN, "https://visit.gov.test")
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let from = SocketAddr::from((network, 50_000));
    request.extensions_mut().insert(ConnectInfo(from));
    let response = browser.api.respond(request).await;
    let status = response.status();
    let again = retry_after(response.headers());
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    (status, body["code"].clone(), again)
}

async fn sign_in_from(
    browser: &Browser,
    network: [u8; 4],
    email: &str,
    password: &str,
) -> (StatusCode, Value, Option<u64>) {
    let body = json!({ "email": email, "password": password });
    post_from(browser, network, "/api/visitor/session", &body).await
}

#[tokio::test]
async fn where_too_many_sign_in_one_is_told_when_to_come_back_and_no_try_is_used_up() {
    let browser = Browser::signed_in().await;
    let sign_in = || sign_in_from(&browser, [192, 0, 2, 1], "hsiu.ying@example.tw", PASSWORD);
    let pool = &browser.api.booking.0.passwords;
    let waiting: Vec<_> = std::iter::from_fn(|| pool.place(ClientAddress(None)).ok()).collect();
    assert!(waiting.len() > 100);
    let mut turns = Vec::new();
    for _ in 0..20 {
        let (status, code, again) = sign_in().await;
        assert_eq!(
            (status, code),
            (StatusCode::SERVICE_UNAVAILABLE, json!("many_at_once"))
        );
        turns.push(again.unwrap());
    }
    assert!(turns.is_sorted() && turns[0] > 0, "{turns:?}");
    let form = form();
    let register = || post_from(&browser, [192, 0, 2, 1], "/api/visitor/accounts", &form);
    for _ in 0..70 {
        assert_eq!(register().await.0, StatusCode::SERVICE_UNAVAILABLE);
    }
    drop(waiting);
    assert_eq!(sign_in().await.0, StatusCode::OK);
    assert_eq!(register().await.0, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_network_that_sends_many_wrong_passwords_waits_and_the_others_do_not() {
    let browser = Browser::signed_in().await;
    let mut answers = Vec::new();
    for number in 0..80 {
        let email = format!("{number}@example.tw");
        answers.push(sign_in_from(&browser, [192, 0, 2, 1], &email, PASSWORD).await);
    }
    let wrong = (StatusCode::UNAUTHORIZED, json!("wrong_credentials"), None);
    assert!(answers[..60].iter().all(|answer| *answer == wrong));
    let (status, code, again) = answers.pop().unwrap();
    assert_eq!(
        (status, code, again),
        (
            StatusCode::TOO_MANY_REQUESTS,
            json!("too_many_requests"),
            Some(1)
        )
    );
    let elsewhere = sign_in_from(&browser, [192, 0, 2, 2], "1@example.tw", PASSWORD).await;
    assert_eq!(elsewhere, wrong);
}

#[tokio::test]
async fn a_network_that_gives_up_very_often_before_the_answer_waits_too() {
    let browser = Browser::signed_in().await;
    let pool = browser.api.booking.0.passwords.clone();
    let turns = pool.hold().await;
    let mut given_up = 0;
    let (status, ..) = loop {
        let email = format!("{given_up}@example.tw");
        let taken = async {
            while pool.taken() == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            answer = sign_in_from(&browser, [192, 0, 2, 1], &email, PASSWORD) => break answer,
            () = taken => given_up += 1,
        }
        assert!(given_up < 1_000);
    };
    assert_eq!((status, pool.taken()), (StatusCode::TOO_MANY_REQUESTS, 0));
    assert!(given_up >= 240, "{given_up}");
    drop(turns);
    let (status, ..) = sign_in_from(&browser, [192, 0, 2, 2], "a@example.tw", PASSWORD).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_letter_and_ends_all_sessions() {
    let mut browser = Browser::signed_in().await;
    let proof = Browser::proof();
    let store = &browser.api.store;
    let offered = store
        .offer_reset("hsiu.ying@example.tw", proof.clone())
        .await;
    assert_eq!(offered, Ok(true));
    let path = "/api/visitor/password/reset";
    let body = json!({ "token": proof.token.reveal(), "password": "short" });
    let short = browser.post(path, &body).await;
    refused(&short, StatusCode::UNPROCESSABLE_ENTITY, "invalid_fields");
    let body = json!({ "token": proof.token.reveal(), "password": "一枝草一點露天無絕人之路" });
    assert_eq!(browser.post(path, &body).await.0, StatusCode::NO_CONTENT);
    refused(
        &browser.post(path, &body).await,
        StatusCode::GONE,
        "letter_expired",
    );
    let outside = browser.get("/api/visitor/session").await;
    refused(&outside, StatusCode::UNAUTHORIZED, "not_signed_in");
    let (status, _) = browser
        .sign_in("hsiu.ying@example.tw", "一枝草一點露天無絕人之路")
        .await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let mut browser = Browser::signed_in().await;
    let path = "/api/visitor/password";
    let new = "一枝草一點露天無絕人之路";
    let wrong = json!({ "current": "我家門前有大河", "new": new });
    let answer = browser.post(path, &wrong).await;
    refused(&answer, StatusCode::UNAUTHORIZED, "wrong_credentials");
    let right = json!({ "current": PASSWORD, "new": new });
    assert_eq!(browser.post(path, &right).await.0, StatusCode::NO_CONTENT);
    assert_eq!(browser.get("/api/visitor/session").await.0, StatusCode::OK);
    assert_eq!(
        browser.sign_in("hsiu.ying@example.tw", new).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn only_numbers_and_language_can_be_changed() {
    let mut browser = Browser::signed_in().await;
    let path = "/api/visitor/profile";
    let change = json!({ "phone": "0987 654 321", "landline": "02-23112345", "locale": "vi" });
    let (status, profile) = browser.send(Method::PATCH, path, &change).await;
    assert_eq!(status, StatusCode::OK);
    let changed = (&profile["phone"], &profile["landline"], &profile["locale"]);
    assert_eq!(
        changed,
        (&json!("0987654321"), &json!("0223112345"), &json!("vi"))
    );
    let (_, profile) = browser
        .send(Method::PATCH, path, &json!({ "landline": "" }))
        .await;
    assert_eq!(
        (&profile["phone"], &profile["landline"]),
        (&json!("0987654321"), &Value::Null)
    );
    let wrong = browser
        .send(Method::PATCH, path, &json!({ "phone": "02-23112345" }))
        .await;
    refused(&wrong, StatusCode::UNPROCESSABLE_ENTITY, "invalid_fields");
    let name = browser
        .send(Method::PATCH, path, &json!({ "name": "王小明" }))
        .await;
    refused(&name, StatusCode::BAD_REQUEST, "bad_request");
}

#[tokio::test]
async fn nobody_has_text_messages_sent_to_many_numbers_by_changing_the_own_one() {
    let mut browser = Browser::signed_in().await;
    let path = "/api/visitor/profile";
    for number in 0..5 {
        let change = json!({ "phone": format!("090000010{number}") });
        // The same once more is no change.
        for _ in 0..2 {
            let (status, _) = browser.send(Method::PATCH, path, &change).await;
            assert_eq!(status, StatusCode::OK, "{number}");
        }
    }
    let another = json!({ "phone": "0900000199", "landline": "" });
    let answer = browser.send(Method::PATCH, path, &another).await;
    refused(&answer, StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    let wait = browser
        .retry_after
        .expect("who is refused is told when to come back");
    assert!((1..=900).contains(&wait), "{wait}");
    let other = json!({ "phone": "0900000104", "locale": "vi" });
    let (status, _) = browser.send(Method::PATCH, path, &other).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_visitor_gets_all_that_is_kept_and_may_leave() {
    let mut browser = Browser::signed_in().await;
    let (status, kept) = browser.get("/api/visitor/export").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(kept["account"]["national_id"], "A123456789");
    assert_eq!(kept["account"]["birth_date"], "1948-03-01");
    assert_eq!(kept["steps"][1]["action"], "email_verified");
    assert_eq!(kept["restrictions"], json!([]));
    let letter = &kept["messages"][0];
    assert_eq!(
        (&letter["kind"], letter.get("body"), letter.get("recipient")),
        (
            &json!("verify_email"),
            Some(&Value::Null),
            Some(&Value::Null)
        ),
        "what the letter proves is nobody else's to read"
    );
    let path = "/api/visitor/account/close";
    let wrong = browser
        .post(path, &json!({ "password": "我家門前有大河" }))
        .await;
    refused(&wrong, StatusCode::UNAUTHORIZED, "wrong_credentials");
    let (status, _) = browser.post(path, &json!({ "password": PASSWORD })).await;
    assert_eq!((status, &browser.cookie), (StatusCode::NO_CONTENT, &None));
    let gone = browser.sign_in("hsiu.ying@example.tw", PASSWORD).await;
    refused(&gone, StatusCode::UNAUTHORIZED, "wrong_credentials");
    browser.post("/api/visitor/accounts", &form()).await;
    assert_eq!(browser.verify().await.0, StatusCode::OK);
}
