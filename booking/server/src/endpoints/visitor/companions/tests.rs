//! Two who visit together.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::endpoints::people::People;

#[tokio::test]
async fn an_invitation_tells_nothing_about_an_address_and_is_answered_by_its_owner() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let other = people.visitor("b@mail.test").await;
    let application = people.submitted(&me).await;
    let invite = async |email: &str| {
        let body = json!({ "application_id": application, "email": email });
        people.post(&me, "/api/visitor/companions", &body).await
    };
    let accepted = (StatusCode::ACCEPTED, Value::Null);
    assert_eq!(invite("B@mail.test").await, accepted);
    assert_eq!(invite("nobody@mail.test").await, accepted);
    let (status, refused) = invite("b@mail.test").await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("companion_exists"))
    );
    for wrong in ["a@mail.test", "no address"] {
        let (status, refused) = invite(wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["errors"][0]["field"], "email");
    }
    let (_, sent) = people.get(&me, "/api/visitor/companions").await;
    let names: Vec<_> = sent
        .as_array()
        .unwrap()
        .iter()
        .map(|sent| &sent["name"])
        .collect();
    assert_eq!(names, [&Value::Null, &Value::Null]);
    let (_, received) = people.get(&other, "/api/visitor/companions").await;
    assert_eq!(received.as_array().unwrap().len(), 1);
    assert_eq!(received[0]["direction"], "received");
    assert_eq!(received[0]["inmate_name"], "林○華");
    let path = format!(
        "/api/visitor/companions/{}",
        received[0]["id"].as_str().unwrap()
    );
    let (status, _) = people
        .post(&me, &format!("{path}/agree"), &Value::Null)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = people
        .post(&other, &format!("{path}/agree"), &Value::Null)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, refused) = people
        .post(&other, &format!("{path}/decline"), &Value::Null)
        .await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("companion_state"))
    );
    let (_, copy) = people.get(&other, "/api/visitor/export").await;
    assert_eq!(copy["companions"][0]["inmate"], "林○華");
    let (_, sent) = people.get(&me, "/api/visitor/companions").await;
    let agreed = sent
        .as_array()
        .unwrap()
        .iter()
        .find(|sent| sent["state"] == "agreed");
    assert_eq!(agreed.unwrap()["name"], "林陳秀英");
    let (status, _) = people.send(&other, Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(
        people.get(&other, "/api/visitor/companions").await.1,
        json!([])
    );
}
