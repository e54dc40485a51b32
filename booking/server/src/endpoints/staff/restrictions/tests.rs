//! Reviewers who restrict and lift.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::endpoints::people::People;

async fn person_of(people: &People, application: &str) -> String {
    sqlx::query_scalar("SELECT person_id FROM application WHERE id = $1")
        .bind(application.to_owned())
        .fetch_one(&people.database)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_restriction_is_made_listed_and_lifted() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let application = people.submitted(&me).await;
    let reviewer = people.staff("reviewer", &people.facility).await;
    let person = person_of(&people, &application).await;
    let body = json!({
        "facility_id": people.facility,
        "person_id": person,
        "kind": "no_contact",
        "reason": "地方法院裁定禁止接觸",
    });
    let (status, made) = people
        .post(&reviewer, "/api/staff/restrictions", &body)
        .await;
    assert_eq!(status, StatusCode::CREATED);
    let list = format!("/api/staff/restrictions?facility={}", people.facility);
    let (_, listed) = people.get(&reviewer, &list).await;
    assert_eq!(listed[0]["id"], made["id"]);
    assert_eq!(listed[0]["person_id"], json!(person));
    assert_eq!(listed[0]["inmate_id"], Value::Null);
    assert_eq!(listed[0]["lifted_at_ms"], Value::Null);
    let lift = format!(
        "/api/staff/restrictions/{}/lift",
        made["id"].as_str().unwrap()
    );
    let reason = json!({ "reason": "裁定已經撤銷" });
    for _ in 0..2 {
        let (status, _) = people.post(&reviewer, &lift, &reason).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    let (_, listed) = people.get(&reviewer, &list).await;
    assert!(listed[0]["lifted_at_ms"].is_u64());
    let deeds = listed[0]["deeds"].as_array().unwrap();
    let steps: Vec<_> = deeds.iter().map(|deed| &deed["step"]).collect();
    assert_eq!(steps, [&json!("restricted"), &json!("restriction_lifted")]);
    let officer = people.staff("officer", &people.facility).await;
    assert_eq!(people.get(&officer, &list).await.0, StatusCode::FORBIDDEN);
    let (status, _) = people.post(&officer, &lift, &reason).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_restriction_says_whom_why_and_until_when() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let person = person_of(&people, &people.submitted(&me).await).await;
    let reviewer = people.staff("reviewer", &people.facility).await;
    let good = json!({
        "facility_id": people.facility,
        "person_id": person,
        "kind": "breach",
        "reason": "接見時以其他裝置錄影",
    });
    for (field, value, wrong) in [
        ("kind", json!("dislike"), "kind"),
        ("reason", json!("  "), "reason"),
        ("person_id", Value::Null, "person_id"),
        ("until_ms", json!(1), "until_ms"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let (status, refused) = people
            .post(&reviewer, "/api/staff/restrictions", &body)
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(refused["errors"][0]["field"], json!(wrong));
    }
    let mut unknown = good;
    unknown["person_id"] = json!(people.facility);
    let (status, _) = people
        .post(&reviewer, "/api/staff/restrictions", &unknown)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
