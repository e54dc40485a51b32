//! Reviewers at work, and those who may not do it.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::endpoints::people::People;

const OK: StatusCode = StatusCode::OK;

async fn submitted() -> (People, String, String) {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let application = people.submitted(&me).await;
    (people, me, application)
}

#[tokio::test]
async fn a_reviewer_looks_asks_and_approves() {
    let (people, me, application) = submitted().await;
    let reviewer = people.staff("reviewer", &people.facility).await;
    let queue = format!("/api/staff/applications?facility={}", people.facility);
    let (status, listed) = people
        .get(&reviewer, &format!("{queue}&state=submitted"))
        .await;
    assert_eq!(status, OK);
    assert_eq!(listed[0]["id"], json!(application));
    assert_eq!(listed[0]["applicant_name"], "林陳秀英");
    assert_eq!(listed[0]["applicant"], Value::Null);
    assert_eq!(
        people
            .get(&reviewer, &format!("{queue}&state=refused"))
            .await
            .1,
        json!([])
    );

    let path = format!("/api/staff/applications/{application}");
    let (status, looked) = people.get(&reviewer, &path).await;
    assert_eq!(status, OK);
    let applicant = &looked["applicant"];
    assert_eq!(applicant["national_id"], "A123456789");
    assert_eq!(applicant["birth_date"], "1970-12-31");
    assert_eq!(applicant["email"], "a@mail.test");
    let document = looked["documents"][0]["id"].as_str().unwrap();
    let (status, headers, content) = people
        .download(&reviewer, &format!("{path}/documents/{document}"))
        .await;
    assert_eq!(
        (status, headers["content-type"].as_bytes()),
        (OK, b"image/jpeg".as_slice())
    );
    assert!(content.starts_with(b"\xff\xd8"));
    let looks: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM audit_event WHERE action IN ('application_seen', 'document_seen')",
    )
    .fetch_one(&people.database)
    .await
    .unwrap();
    assert_eq!(looks, 2);

    let step = async |name: &str, body: Value| {
        let (status, body) = people
            .post(&reviewer, &format!("{path}/{name}"), &body)
            .await;
        let told = body["state"].as_str().or(body["code"].as_str());
        (status, told.unwrap_or_default().to_owned())
    };
    let conflict = (StatusCode::CONFLICT, "application_state".to_owned());
    assert_eq!(step("approve", Value::Null).await, conflict);
    assert_eq!(
        step("take", Value::Null).await,
        (OK, "in_review".to_owned())
    );
    let reason = json!({ "reason": "請補上清晰的身分證正面" });
    assert_eq!(
        step("ask", reason.clone()).await,
        (OK, "needs_more".to_owned())
    );
    let own = format!("/api/visitor/applications/{application}");
    let (_, shown) = people.get(&me, &own).await;
    assert_eq!(shown["reason"], "請補上清晰的身分證正面");
    people
        .post(&me, &format!("{own}/submit"), &Value::Null)
        .await;
    assert_eq!(
        step("approve", Value::Null).await,
        (OK, "approved".to_owned())
    );
    assert_eq!(step("refuse", reason.clone()).await, conflict);
    assert_eq!(step("revoke", reason).await, (OK, "revoked".to_owned()));
}

#[tokio::test]
async fn a_decision_against_somebody_has_a_reason() {
    let (people, _, application) = submitted().await;
    let reviewer = people.staff("reviewer", &people.facility).await;
    for step in ["refuse", "ask", "revoke"] {
        let path = format!("/api/staff/applications/{application}/{step}");
        for (reason, code) in [
            ("", "required"),
            ("模糊", "required"),
            (&*"長".repeat(501), "too_long"),
        ] {
            let body = json!({ "reason": reason });
            let (status, refused) = people.post(&reviewer, &path, &body).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(refused["errors"][0]["code"], json!(code));
        }
    }
}

#[tokio::test]
async fn who_does_not_review_there_sees_and_does_nothing() {
    let (people, me, application) = submitted().await;
    people.api.seed_another().await;
    let elsewhere: String = sqlx::query_scalar("SELECT id FROM facility WHERE id <> $1")
        .bind(people.facility.clone())
        .fetch_one(&people.database)
        .await
        .unwrap();
    let path = format!("/api/staff/applications/{application}");
    let list = format!("/api/staff/applications?facility={}", people.facility);
    let document = format!("{path}/documents/{application}");
    let reads = [list, path.clone(), document].map(|path| (Method::GET, path));
    let writes = ["take", "approve", "refuse", "ask", "revoke"];
    let writes = writes.map(|step| (Method::POST, format!("{path}/{step}")));
    let foreign = people.staff("reviewer", &elsewhere).await;
    let officer = people.staff("officer", &people.facility).await;
    let auditor = people.staff("auditor", &people.facility).await;
    let reason = json!({ "reason": "請補上清晰的身分證正面" });
    for (method, path) in reads.into_iter().chain(writes) {
        let with_reason = ["refuse", "ask", "revoke"]
            .iter()
            .any(|step| path.ends_with(step));
        let body = with_reason.then_some(&reason);
        for (who, expected) in [
            (&foreign, StatusCode::NOT_FOUND),
            (&officer, StatusCode::FORBIDDEN),
            (&auditor, StatusCode::FORBIDDEN),
            (&me, StatusCode::UNAUTHORIZED),
        ] {
            let (status, _) = people.send(who, method.clone(), &path, body).await;
            assert_eq!(status, expected, "{method} {path}");
        }
    }
    let (_, shown) = people
        .get(&me, &format!("/api/visitor/applications/{application}"))
        .await;
    assert_eq!(shown["state"], "submitted");
}

#[tokio::test]
async fn a_draft_is_nobodys_business() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let application = people.draft(&me).await;
    let reviewer = people.staff("reviewer", &people.facility).await;
    let path = format!("/api/staff/applications/{application}");
    assert_eq!(people.get(&reviewer, &path).await.0, StatusCode::NOT_FOUND);
    let (status, _) = people
        .post(&reviewer, &format!("{path}/take"), &Value::Null)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
