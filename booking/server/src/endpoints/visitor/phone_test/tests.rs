//! A visitor's phone is tried, and staff see what came of it.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::endpoints::people::People;

const PATH: &str = "/api/visitor/phone-test";

async fn tell(people: &People, who: &str, verdict: &str) -> (StatusCode, Value) {
    let body = json!({ "verdict": verdict });
    people.send(who, Method::PUT, PATH, Some(&body)).await
}

/// What stands beside each of the party on the officers' page.
async fn seen(people: &People) -> Vec<Value> {
    let officer = people.staff("officer", &people.facility).await;
    let (_, listing) = people.get(&officer, "/api/officer/visits").await;
    let party = listing["visits"][0]["party"].as_array().unwrap();
    party
        .iter()
        .map(|member| member["phone_test"]["verdict"].clone())
        .collect()
}

/// Puts the one who is signed in on a seat of the visit.
async fn takes_part(people: &People, email: &str) {
    sqlx::query(
        "UPDATE visit_member SET person_id = (SELECT person_id FROM account WHERE email = $1)
         WHERE seat = 2",
    )
    .bind(email.to_owned())
    .execute(&people.database)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_visitor_gets_a_pass_of_the_own_and_nobody_else_gets_any() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let (status, opened) = people.post(&me, PATH, &Value::Null).await;
    assert_eq!(status, StatusCode::CREATED);
    let person: String = sqlx::query_scalar("SELECT person_id FROM account WHERE email = $1")
        .bind("a@mail.test")
        .fetch_one(&people.database)
        .await
        .unwrap();
    let expected = json!({ "pass": format!("pass of {person}"), "ends_at_ms": 60_000 });
    assert_eq!(opened, expected);
    for nobody in ["", "openvisit_visitor=x"] {
        let (status, _) = people.post(nobody, PATH, &Value::Null).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            tell(&people, nobody, "good").await.0,
            StatusCode::UNAUTHORIZED
        );
    }
}

#[tokio::test]
async fn who_tests_all_the_time_is_asked_to_wait_and_others_are_not() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    for _ in 0..12 {
        let (status, _) = people.post(&me, PATH, &Value::Null).await;
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!(tell(&people, &me, "good").await.0, StatusCode::NO_CONTENT);
    }
    for (status, refused) in [
        people.post(&me, PATH, &Value::Null).await,
        tell(&people, &me, "good").await,
    ] {
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused["code"], "too_many_requests");
    }
    let other = people.visitor("b@mail.test").await;
    let (status, _) = people.post(&other, PATH, &Value::Null).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn those_who_look_after_the_visit_see_what_came_of_the_newest_test() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    takes_part(&people, "a@mail.test").await;
    assert_eq!(seen(&people).await, vec![Value::Null; 3]);
    for verdict in ["no_connection", "sound_only", "good"] {
        let answer = tell(&people, &me, verdict).await;
        assert_eq!(answer, (StatusCode::NO_CONTENT, Value::Null));
        let expected = [json!(null), json!(verdict), json!(null)];
        assert_eq!(seen(&people).await, expected);
    }
    let (_, kept) = people.get(&me, "/api/visitor/export").await;
    assert_eq!(kept["visits"][0]["phone_test"], "good", "and the person");
    let (status, refused) = tell(&people, &me, "splendid").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused["errors"][0]["field"], "verdict");
}

#[tokio::test]
async fn the_key_of_the_message_tests_a_phone_without_signing_in_and_does_nothing_else() {
    let people = People::start().await;
    let key = grant::TestKey::generate(&mut rand::rng());
    sqlx::query("UPDATE visit_member SET test_key_hash = $1 WHERE seat = 2")
        .bind(key.hash().as_bytes().as_slice().to_vec())
        .execute(&people.database)
        .await
        .unwrap();
    let person: String = sqlx::query_scalar("SELECT person_id FROM visit_member WHERE seat = 2")
        .fetch_one(&people.database)
        .await
        .unwrap();
    let shown = format!("Bearer {}", key.reveal());
    let (status, opened) = people.post(&shown, PATH, &Value::Null).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(opened["pass"], format!("pass of {person}"));
    assert_eq!(
        tell(&people, &shown, "sound_only").await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(seen(&people).await[1], "sound_only");
    let (status, _) = people.get(&shown, "/api/visitor/visits").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);

    let unknown = grant::TestKey::generate(&mut rand::rng()).reveal();
    let refused = people
        .post(&format!("Bearer {unknown}"), PATH, &Value::Null)
        .await;
    assert_eq!(refused.0, StatusCode::UNAUTHORIZED);
    sqlx::query("UPDATE visit SET state = 'cancelled'")
        .execute(&people.database)
        .await
        .unwrap();
    // A visit that does not take place, a key that never was and no key at all read the same.
    for other in [shown.as_str(), "Bearer x", ""] {
        assert_eq!(people.post(other, PATH, &Value::Null).await, refused);
    }
}
