//! The way from the slots to a visit that is called off, in one visitor's browser.

use axum::{
    body::{Body, to_bytes},
    http::{
        Method, Request, StatusCode,
        header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE},
    },
};
use booking_domain::{
    Duties, Duty, GridPlan, InmateQuery, Inmates, Role, Slots, Weekdays,
    accounts::{Accounts, EmailProof, SessionRules},
    applications::{
        Applications, Decision, DocumentKind, Documents, NewApplication, NewDocument,
        NewRestriction, Relationship, RestrictionKind, Restrictions, ReviewStep, Reviews, Services,
    },
};
use grant::Secret;
use ids::{ApplicationId, DocumentId, PersonId, RestrictionId, StaffId};
use jiff::civil::date;
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Value, json};
use telemetry::clock::unix_now_ms;

use crate::tests::TestApi;

/// A visitor's browser, and the visitor's approved application.
struct Visitor {
    api: TestApi,
    cookie: String,
    application: ApplicationId,
    person: PersonId,
    /// Who approved it.
    staff: StaffId,
}

impl Visitor {
    async fn approved() -> Self {
        let api = TestApi::start().await;
        let (cookie, person) = signed_in(&api).await;
        let (application, staff) = approve(&api, person).await;
        Self {
            api,
            cookie,
            application,
            person,
            staff,
        }
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        let (status, body) = send(&self.api, method, path, body, Some(&self.cookie), "k1").await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Why nothing can be booked, and all slots.
    async fn slots(&self) -> (Value, Vec<Value>) {
        let path = format!("/api/visitor/slots?application_id={}", self.application);
        let (status, slots) = self.ask(Method::GET, &path, &Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{slots}");
        let days = slots["days"].as_array().unwrap();
        let batches = days
            .iter()
            .flat_map(|day| day["batches"].as_array().unwrap());
        (slots["refusal"].clone(), batches.cloned().collect())
    }

    async fn first_free_slot(&self) -> Value {
        let (refusal, slots) = self.slots().await;
        assert_eq!(refusal, Value::Null);
        let free = |slot: &Value| slot["state"] == "free";
        slots.into_iter().find(free).unwrap()
    }

    /// Restricts the visitor's visits at the facility.
    async fn restrict(&self, from_ms: u64, until_ms: Option<u64>) -> RestrictionId {
        let store = &self.api.store;
        let restriction = NewRestriction {
            facility: self.api.demo.facility,
            person: Some(self.person),
            inmate: None,
            kind: RestrictionKind::Breach,
            reason: "違規".into(),
            from_ms,
            until_ms,
            staff: self.staff,
            at_ms: unix_now_ms(),
        };
        store.restrict(restriction).await.unwrap()
    }

    async fn hold(&self, slot: &Value) -> (StatusCode, Value) {
        let body = json!({
            "application_id": self.application,
            "companions": [],
            "starts_at_ms": slot["starts_at_ms"],
        });
        self.ask(Method::POST, "/api/visitor/bookings", &body).await
    }
}

async fn send(
    api: &TestApi,
    method: Method,
    path: &str,
    body: &Value,
    cookie: Option<&str>,
    key: &str,
) -> (StatusCode, Vec<u8>) {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(ORIGIN, "https://visit.gov.test")
        .header("idempotency-key", key)
        .header(CONTENT_TYPE, "application/json");
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = api.respond(request).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, body.to_vec())
}

/// Somebody who has registered and proved the address.
async fn signed_in(api: &TestApi) -> (String, PersonId) {
    let form = json!({
        "consent_version": "2026-11",
        "name": "林陳秀英",
        "national_id": "A123456789",
        "email": "hsiu.ying@example.tw",
        "birth_date": "1948-03-01",
        "phone": "0912-345-678",
        "password": "我家門前有小河後面有山坡",
        "locale": "zh-TW",
    });
    let path = "/api/visitor/accounts";
    let (status, _) = send(api, Method::POST, path, &form, None, "k").await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let at_ms = unix_now_ms() + EmailProof::PAUSE_MS + 1;
    let proof = EmailProof {
        token: Secret::generate(&mut OsRng.unwrap_err()),
        at_ms,
        expires_at_ms: at_ms + EmailProof::VERIFY_MS,
    };
    let renewed = api
        .store
        .renew_verification("hsiu.ying@example.tw", proof.clone());
    assert_eq!(renewed.await, Ok(true));
    let request = Request::post("/api/visitor/accounts/verify")
        .header(ORIGIN, "https://visit.gov.test")
        .header(CONTENT_TYPE, "application/json");
    let body = json!({ "token": proof.token.reveal() }).to_string();
    let response = api.respond(request.body(Body::from(body)).unwrap()).await;
    let set = response.headers()[SET_COOKIE].to_str().unwrap();
    let cookie = set.split(';').next().unwrap().to_owned();
    let secret = Secret::parse(cookie.split_once('=').unwrap().1).unwrap();
    let rules = SessionRules::VISITOR;
    let person = api
        .store
        .sessions(&[secret.hash()], rules, unix_now_ms())
        .await;
    (cookie, person.unwrap()[0].unwrap().person)
}

/// An approved application for the demonstration's inmate, and a grid at its terminal.
async fn approve(api: &TestApi, person: PersonId) -> (ApplicationId, StaffId) {
    let (store, at_ms, facility) = (&api.store, unix_now_ms(), api.demo.facility);
    let duty = Duty::new(Role::FacilityAdministrator, Some(facility)).unwrap();
    let (staff, _) = api.member("chief", Duties::new([duty])).await;
    let grid = GridPlan {
        from: date(2020, 1, 1),
        to: None,
        weekdays: Weekdays::ALL,
        visit_minutes: 30,
        turnaround_minutes: 0,
        batches: vec![540, 570, 600],
        terminals: vec![store.terminals(facility, 0).await.unwrap()[0].id],
    };
    store.add_grid(facility, grid, staff, at_ms).await.unwrap();
    let query = InmateQuery {
        facility,
        text: String::new(),
        state: None,
        before: None,
        limit: 1,
    };
    let application = NewApplication {
        person,
        inmate: store.find_inmates(query).await.unwrap()[0].id,
        relationship: Relationship::Parent,
        ground: None,
        services: Services {
            mobile: true,
            ..Services::default()
        },
        at_ms,
    };
    let application = store.begin_application(application).await.unwrap();
    for (number, kind) in (1..).zip(DocumentKind::ALL) {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let document = NewDocument {
            id: id.parse::<DocumentId>().unwrap(),
            person,
            application,
            kind,
            name: "證明.jpg".into(),
            media_type: "image/jpeg",
            bytes: 1000,
            sealed_key: vec![9; 40],
            at_ms,
        };
        store.add_document(document).await.unwrap();
    }
    let submitted = store.submit_application(person, application, at_ms);
    submitted.await.unwrap();
    for step in [ReviewStep::Take, ReviewStep::Approve] {
        let decision = Decision {
            application,
            staff,
            step,
            at_ms,
        };
        store.decide_application(decision).await.unwrap();
    }
    (application, staff)
}

#[tokio::test]
async fn a_slot_is_held_confirmed_put_into_the_calendar_and_called_off() {
    let visitor = Visitor::approved().await;
    let slot = visitor.first_free_slot().await;
    let (status, held) = visitor.hold(&slot).await;
    assert_eq!(
        (status, &held["state"]),
        (StatusCode::CREATED, &json!("held")),
        "{held}"
    );
    assert_eq!(held["can"]["confirm"], true);
    assert_eq!(held["applicant"], true);
    assert_eq!(held["relationship"], "parent");
    let (_, again) = visitor.hold(&slot).await;
    assert_eq!(again["id"], held["id"], "the same key gets the same visit");
    let path = format!("/api/visitor/visits/{}", held["id"].as_str().unwrap());
    let confirm = format!("{path}/confirm");
    let (status, confirmed) = visitor.ask(Method::POST, &confirm, &Value::Null).await;
    assert_eq!(
        (status, &confirmed["state"]),
        (StatusCode::OK, &json!("confirmed"))
    );
    assert_ne!(
        visitor.first_free_slot().await["starts_at_ms"],
        slot["starts_at_ms"]
    );
    let (_, listed) = visitor
        .ask(Method::GET, "/api/visitor/visits", &Value::Null)
        .await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let (cookie, calendar) = (Some(&*visitor.cookie), format!("{path}/calendar.ics"));
    let (status, file) = send(
        &visitor.api,
        Method::GET,
        &calendar,
        &Value::Null,
        cookie,
        "k",
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    let file = String::from_utf8(file).unwrap();
    assert!(file.starts_with("BEGIN:VCALENDAR\r\n"), "{file}");
    assert!(
        !file.contains("林明華"),
        "the inmate is nobody's to read in a calendar"
    );
    let link = visitor
        .ask(Method::POST, &format!("{path}/link"), &Value::Null)
        .await;
    assert_eq!(
        (link.0, &link.1["code"]),
        (StatusCode::CONFLICT, &json!("visit_not_open"))
    );
    let cancel = json!({ "reason": "家中有事" });
    let (status, called_off) = visitor
        .ask(Method::POST, &format!("{path}/cancel"), &cancel)
        .await;
    assert_eq!(
        (status, &called_off["state"]),
        (StatusCode::OK, &json!("cancelled"))
    );
    assert_eq!(
        (&called_off["ended_by"], &called_off["counted"]),
        (&json!("visitor"), &json!(false))
    );
    let (status, refused) = visitor.ask(Method::POST, &confirm, &Value::Null).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("visit_not_changeable"))
    );
}

#[tokio::test]
async fn what_cannot_be_booked_is_refused_with_its_reason() {
    let visitor = Visitor::approved().await;
    let (status, refused) = visitor.hold(&json!({ "starts_at_ms": 1 })).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("not_bookable"))
    );
    let body = json!({
        "application_id": "00000000-0000-4000-8000-000000000001",
        "starts_at_ms": 1,
    });
    let (status, refused) = visitor
        .ask(Method::POST, "/api/visitor/bookings", &body)
        .await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::NOT_FOUND, &json!("not_found"))
    );
    let elsewhere = format!("/api/visitor/visits/{}", visitor.api.demo.visit);
    let (status, refused) = visitor.ask(Method::GET, &elsewhere, &Value::Null).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::NOT_FOUND, &json!("visit_not_found"))
    );
}

#[tokio::test]
async fn what_a_restriction_stands_against_is_not_offered_though_it_begins_later() {
    let visitor = Visitor::approved().await;
    let (_, slots) = visitor.slots().await;
    let first = slots[0]["starts_at_ms"].as_u64().unwrap();
    visitor.restrict(first, Some(first + 1)).await;
    let (refusal, slots) = visitor.slots().await;
    let states = [&slots[0], &slots[1]].map(|slot| &slot["state"]);
    assert_eq!(
        (refusal, states),
        (Value::Null, [&json!("closed"), &json!("free")])
    );
    visitor.restrict(first, None).await;
    let (refusal, slots) = visitor.slots().await;
    assert_eq!(refusal, json!("restricted"));
    assert!(slots.iter().all(|slot| slot["state"] == "closed"));
}
