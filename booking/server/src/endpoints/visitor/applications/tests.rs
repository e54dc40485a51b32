//! An applicant on the way from a lookup to an application that is handed in.

mod documents;
pub(crate) mod people;

use axum::http::{Method, StatusCode};
use booking_domain::{Actor, Departure, Inmates};
use serde_json::{Value, json};
use telemetry::clock::unix_now_ms;

use people::{People, jpeg};

const OK: StatusCode = StatusCode::OK;

fn form(people: &People) -> Value {
    json!({
        "facility_id": people.facility,
        "number": "1024",
        "inmate_name": "林 明華",
        "relationship": "spouse",
        "services": { "on_site": false, "remote": false, "mobile": true },
    })
}

#[tokio::test]
async fn an_applicant_goes_from_a_lookup_to_an_application_under_review() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let (status, facilities) = people.get(&me, "/api/facilities").await;
    assert_eq!((status, &facilities[0]["name"]), (OK, &json!("示範看守所")));
    let lookup =
        json!({ "facility_id": people.facility, "number": "1024", "inmate_name": "林明華" });
    let (status, found) = people
        .post(&me, "/api/visitor/inmate-lookup", &lookup)
        .await;
    assert_eq!((status, found), (OK, json!({ "matches": true })));

    let (status, begun) = people
        .post(&me, "/api/visitor/applications", &form(&people))
        .await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(begun["state"], "draft");
    assert_eq!(begun["inmate_name"], "林明華");
    assert_eq!(
        begun["missing"],
        json!(["identity", "relationship", "photo"])
    );
    let path = format!(
        "/api/visitor/applications/{}",
        begun["id"].as_str().unwrap()
    );
    let (status, refused) = people
        .post(&me, &format!("{path}/submit"), &json!(null))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused["code"], "application_incomplete");

    for kind in ["identity", "relationship", "photo"] {
        let (status, added) = people.upload(&me, &path, kind, "我.jpg", &jpeg()).await;
        assert_eq!(
            (status, &added["kind"]),
            (StatusCode::CREATED, &json!(kind))
        );
    }
    let (status, submitted) = people
        .post(&me, &format!("{path}/submit"), &json!(null))
        .await;
    assert_eq!((status, &submitted["state"]), (OK, &json!("submitted")));
    assert_eq!(submitted["missing"], json!([]));
    let (_, listed) = people.get(&me, "/api/visitor/applications?limit=1").await;
    assert_eq!(listed, json!([submitted]));
    let (status, refused) = people
        .patch(&me, &path, &json!({ "ground": "家人病危需要聯繫" }))
        .await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("application_state"))
    );
}

#[tokio::test]
async fn who_knows_but_the_number_or_the_name_learns_nothing() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    for (number, name) in [("1024", "林志遠"), ("9999", "林明華"), ("9999", "林志遠")] {
        let lookup =
            json!({ "facility_id": people.facility, "number": number, "inmate_name": name });
        let (status, found) = people
            .post(&me, "/api/visitor/inmate-lookup", &lookup)
            .await;
        assert_eq!((status, found), (OK, json!({ "matches": false })));
        let mut form = form(&people);
        form["number"] = json!(number);
        form["inmate_name"] = json!(name);
        let (status, refused) = people.post(&me, "/api/visitor/applications", &form).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["code"], "inmate_not_found");
    }
}

#[tokio::test]
async fn nobody_guesses_names_by_asking_often() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let lookup = json!({ "facility_id": people.facility, "number": "1024", "inmate_name": "林" });
    for _ in 0..20 {
        let (status, _) = people
            .post(&me, "/api/visitor/inmate-lookup", &lookup)
            .await;
        assert_eq!(status, OK);
    }
    for (path, body) in [
        ("/api/visitor/inmate-lookup", &lookup),
        ("/api/visitor/applications", &form(&people)),
    ] {
        let (status, refused) = people.post(&me, path, body).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused["code"], "too_many_requests");
    }
    let another = people.visitor("b@mail.test").await;
    let (status, _) = people
        .post(&another, "/api/visitor/inmate-lookup", &lookup)
        .await;
    assert_eq!(status, OK);
}

#[tokio::test]
async fn each_field_is_told_what_is_wrong_with_it() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let wrong = json!({
        "facility_id": people.facility,
        "number": " ",
        "inmate_name": "林".repeat(101),
        "relationship": "friend",
        "ground": "急",
        "services": { "on_site": false, "remote": false, "mobile": false },
    });
    let (status, refused) = people.post(&me, "/api/visitor/applications", &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = refused["errors"].as_array().unwrap().iter();
    let errors: Vec<_> = errors
        .map(|error| (&error["field"], &error["code"]))
        .collect();
    assert_eq!(
        errors,
        [
            (&json!("number"), &json!("required")),
            (&json!("inmate_name"), &json!("too_long")),
            (&json!("relationship"), &json!("not_valid")),
            (&json!("ground"), &json!("not_valid")),
            (&json!("services"), &json!("required")),
        ]
    );
}

#[tokio::test]
async fn the_applications_of_others_are_not_there() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let application = people.draft(&me).await;
    let path = format!("/api/visitor/applications/{application}");
    let (_, added) = people
        .upload(&me, &path, "identity", "a.jpg", &jpeg())
        .await;
    let document = format!("{path}/documents/{}", added["id"].as_str().unwrap());
    let other = people.visitor("b@mail.test").await;
    for (method, path) in [
        (Method::GET, &path),
        (Method::DELETE, &path),
        (Method::GET, &document),
        (Method::DELETE, &document),
        (Method::POST, &format!("{path}/submit")),
    ] {
        let (status, refused) = people.send(&other, method, path, None).await;
        assert_eq!(
            (status, &refused["code"]),
            (StatusCode::NOT_FOUND, &json!("not_found"))
        );
        let signed_out = people.send("", Method::GET, path, None).await;
        assert!(matches!(
            signed_out.0,
            StatusCode::UNAUTHORIZED | StatusCode::METHOD_NOT_ALLOWED
        ));
    }
    let (status, _) = people
        .upload(&other, &path, "identity", "a.jpg", &jpeg())
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, listed) = people.get(&other, "/api/visitor/applications").await;
    assert_eq!(listed, json!([]));
}

#[tokio::test]
async fn a_draft_is_changed_and_thrown_away() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let path = format!("/api/visitor/applications/{}", people.draft(&me).await);
    let change = json!({
        "relationship": "other",
        "ground": " 協助處理家中急事 ",
        "services": { "on_site": true, "remote": false, "mobile": false },
    });
    let (status, changed) = people.patch(&me, &path, &change).await;
    assert_eq!(status, OK);
    assert_eq!(changed["ground"], "協助處理家中急事");
    assert_eq!(changed["missing"], json!(["identity"]));
    let (_, changed) = people.patch(&me, &path, &json!({ "ground": "" })).await;
    assert_eq!(changed["ground"], json!(null));
    assert_eq!(changed["missing"], json!(["ground", "identity"]));
    let (status, refused) = people
        .post(&me, "/api/visitor/applications", &form(&people))
        .await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("application_exists"))
    );
    let (status, _) = people.send(&me, Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(people.get(&me, &path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn why_an_application_ended_is_told_in_the_readers_language() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let path = format!("/api/visitor/applications/{}", people.submitted(&me).await);
    let (_, shown) = people.get(&me, &path).await;
    let departure = Departure {
        inmate: shown["inmate_id"].as_str().unwrap().parse().unwrap(),
        facility: people.facility.parse().unwrap(),
        to: None,
        by: Actor::System,
        at_ms: unix_now_ms(),
    };
    people.api.store.depart(departure).await.unwrap();
    for (locale, reason) in [("en", "Release"), ("zh-TW", "收容人出監（所）")] {
        let (_, shown) = people.get(&me, &format!("{path}?locale={locale}")).await;
        assert_eq!(shown["state"], "stale");
        assert_eq!(shown["reason"], reason);
    }
}

#[tokio::test]
async fn who_applied_in_the_wrong_way_withdraws_it_and_applies_anew() {
    let people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let other = people.visitor("b@mail.test").await;
    let application = people.submitted(&me).await;
    let path = format!("/api/visitor/applications/{application}/withdraw");
    let (status, _) = people.post(&other, &path, &Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, exists) = people
        .post(&me, "/api/visitor/applications", &form(&people))
        .await;
    assert_eq!(
        (status, &exists["code"]),
        (StatusCode::CONFLICT, &json!("application_exists"))
    );
    let (status, withdrawn) = people.post(&me, &path, &Value::Null).await;
    assert_eq!((status, &withdrawn["state"]), (OK, &json!("withdrawn")));
    people.submitted(&me).await;

    // Who reviews reads so, and can decide nothing.
    let reviewer = people.staff("reviewer", &people.facility).await;
    let list = format!(
        "/api/staff/applications?facility={}&state=withdrawn",
        people.facility
    );
    let (_, listed) = people.get(&reviewer, &list).await;
    assert_eq!(listed[0]["id"], json!(application));
    let take = format!("/api/staff/applications/{application}/take");
    let (status, refused) = people.post(&reviewer, &take, &Value::Null).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("application_withdrawn"))
    );
}
