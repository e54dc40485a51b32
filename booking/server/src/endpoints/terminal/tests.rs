//! A terminal tries itself, and staff see what came of it.

use axum::http::{Method, StatusCode};
use grant::Secret;
use serde_json::{Value, json};

use crate::endpoints::people::People;

const PATH: &str = "/api/terminal/self-test";

/// What a device sends, with a secret.
async fn send(
    people: &People,
    secret: Option<&Secret>,
    method: Method,
    body: &Value,
) -> (StatusCode, Value) {
    let body = body.to_string();
    people.api.bearer(secret, method, PATH, &body).await
}

/// What stands in the console's list of terminals and beside the visit on the officers' page.
async fn seen(people: &People) -> [Value; 2] {
    let scheduler = people.staff("scheduler", &people.facility).await;
    let terminals = format!("/api/staff/facilities/{}/terminals", people.facility);
    let (_, listed) = people.get(&scheduler, &terminals).await;
    let officer = people.staff("officer", &people.facility).await;
    let (_, wall) = people.get(&officer, "/api/officer/visits").await;
    let live = &wall["visits"][0]["live"];
    [&listed[0]["self_test"], &live["terminal_test"]].map(Clone::clone)
}

#[tokio::test]
async fn staff_see_what_came_of_a_terminals_newest_test() {
    let people = People::start().await;
    let secret = Some(&people.api.demo.terminal);
    assert_eq!(seen(&people).await, [Value::Null, Value::Null]);
    for (told, kept, failed) in [
        (
            json!(["no_connection", "no_camera"]),
            json!(["no_camera", "no_connection"]),
            true,
        ),
        (
            json!(["speaker_not_heard"]),
            json!(["speaker_not_heard"]),
            false,
        ),
        (json!([]), json!([]), false),
    ] {
        let answer = send(&people, secret, Method::PUT, &json!({ "findings": told })).await;
        assert_eq!(answer, (StatusCode::NO_CONTENT, Value::Null));
        for test in seen(&people).await {
            assert_eq!(
                (&test["findings"], &test["failed"]),
                (&kept, &json!(failed))
            );
            assert!(test["at_ms"].as_u64().unwrap() > 1_700_000_000_000);
        }
    }
    let unknown = json!({ "findings": ["splendid"] });
    let (status, refused) = send(&people, secret, Method::PUT, &unknown).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused["errors"][0]["field"], "findings");
}

#[tokio::test]
async fn a_paired_terminal_gets_a_pass_of_its_own_twelve_times_an_hour_and_nobody_else_any() {
    let people = People::start().await;
    let secret = Some(&people.api.demo.terminal);
    let nothing = json!({ "findings": [] });
    for _ in 0..12 {
        let (status, opened) = send(&people, secret, Method::POST, &Value::Null).await;
        assert_eq!(status, StatusCode::CREATED);
        assert!(opened["pass"].as_str().unwrap().starts_with("pass of "));
        let (status, _) = send(&people, secret, Method::PUT, &nothing).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    for (method, body) in [(Method::POST, &Value::Null), (Method::PUT, &nothing)] {
        let (status, _) = send(&people, secret, method, body).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    }
    let unknown = Secret::parse(&"A".repeat(43)).unwrap();
    for nobody in [None, Some(&unknown), Some(&people.api.demo.officer)] {
        for (method, body) in [(Method::POST, &Value::Null), (Method::PUT, &nothing)] {
            let (status, refused) = send(&people, nobody, method, body).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
            assert_eq!(refused["code"], "not_signed_in");
        }
    }
}
