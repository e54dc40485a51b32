//! Every route of visitors that names something × somebody whose it is not. A route that the tables below do not list
//! fails.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::{Body, to_bytes},
    http::{
        Method, Request, StatusCode,
        header::{CONTENT_TYPE, COOKIE, ORIGIN},
    },
};
use serde_json::{Value, json};
use telemetry::clock::unix_now_ms;

use super::{described, routes::OF_VISITORS};
use crate::endpoints::people::People;

/// The routes that name something of somebody's, in the address or in what is sent along. Words in braces are filled
/// in by [`filled`]. Those that change nothing come first, and what is thrown away goes last.
const NAMING: &[(&str, &str)] = &[
    ("GET", "/api/visitor/applications/{application}"),
    (
        "GET",
        "/api/visitor/applications/{application}/documents/{document}",
    ),
    ("GET", "/api/visitor/slots"),
    ("GET", "/api/visitor/visits/{visit}"),
    ("GET", "/api/visitor/visits/{visit}/calendar.ics"),
    ("POST", "/api/visitor/bookings"),
    ("POST", "/api/visitor/companions"),
    ("POST", "/api/visitor/visits/{visit}/confirm"),
    ("PUT", "/api/visitor/visits/{visit}/party"),
    ("POST", "/api/visitor/visits/{visit}/link"),
    ("POST", "/api/visitor/visits/{visit}/leave"),
    ("POST", "/api/visitor/visits/{visit}/cancel"),
    ("POST", "/api/visitor/companions/{companion}/agree"),
    ("POST", "/api/visitor/companions/{companion}/decline"),
    ("POST", "/api/visitor/applications/{application}/documents"),
    ("PATCH", "/api/visitor/applications/{application}"),
    ("POST", "/api/visitor/applications/{application}/submit"),
    ("DELETE", "/api/visitor/companions/{companion}"),
    (
        "DELETE",
        "/api/visitor/applications/{application}/documents/{document}",
    ),
    ("POST", "/api/visitor/applications/{application}/withdraw"),
    ("DELETE", "/api/visitor/applications/{application}"),
];

/// The routes that are about whoever asks, or about nobody.
const NAMING_NOTHING: &[(&str, &str)] = &[
    ("POST", "/api/visitor/accounts"),
    ("POST", "/api/visitor/accounts/verify"),
    ("POST", "/api/visitor/accounts/verify/resend"),
    ("POST", "/api/visitor/account/close"),
    ("GET", "/api/visitor/applications"),
    ("POST", "/api/visitor/applications"),
    ("GET", "/api/visitor/companions"),
    ("GET", "/api/visitor/export"),
    ("POST", "/api/visitor/inmate-lookup"),
    ("POST", "/api/visitor/password"),
    ("POST", "/api/visitor/password/forgot"),
    ("POST", "/api/visitor/password/reset"),
    ("POST", "/api/visitor/phone-test"),
    ("PUT", "/api/visitor/phone-test"),
    ("GET", "/api/visitor/profile"),
    ("PATCH", "/api/visitor/profile"),
    ("GET", "/api/visitor/session"),
    ("POST", "/api/visitor/session"),
    ("DELETE", "/api/visitor/session"),
    ("GET", "/api/visitor/visits"),
];

const BOUNDARY: &str = "----openvisit";
const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;

/// What stands for each word in braces.
type Fillings = BTreeMap<&'static str, String>;

/// Somebody to whom things belong, and somebody else.
struct Two {
    people: People,
    owner: String,
    other: String,
    /// What is the owner's.
    owned: Fillings,
    /// An application of the other's own.
    own_application: String,
}

/// What nobody has.
fn unknown() -> Fillings {
    let id = "018f3f5e-7c1a-7b2e-9c55-0242ac120002";
    ["{application}", "{document}", "{companion}", "{visit}"]
        .map(|word| (word, id.to_owned()))
        .into()
}

fn filled(template: &str, fillings: &Fillings) -> String {
    let mut path = template.to_owned();
    for (word, filling) in fillings {
        path = path.replace(word, filling);
    }
    assert!(!path.contains('{'), "{path}: nothing is known to fill in");
    if template.ends_with("/slots") {
        path = format!("{path}?application_id={}", fillings["{application}"]);
    }
    path
}

/// A body that the route reads, and its media type.
fn body(method: &str, template: &str, fillings: &Fillings) -> (String, String) {
    let application = &fillings["{application}"];
    if (method, template.ends_with("/documents")) == ("POST", true) {
        let part = "content-disposition: form-data; name=\"kind\"\r\n\r\nphoto";
        let form = format!("--{BOUNDARY}\r\n{part}\r\n--{BOUNDARY}--\r\n");
        return (form, format!("multipart/form-data; boundary={BOUNDARY}"));
    }
    let body = match template.rsplit('/').next().unwrap_or_default() {
        "bookings" => json!({ "application_id": application, "starts_at_ms": 1 }),
        "companions" => json!({ "application_id": application, "email": "c@mail.test" }),
        "party" => json!({ "companions": [] }),
        "{application}" if method == "PATCH" => json!({ "ground": "家人病危需要聯繫" }),
        _ => json!({}),
    };
    (body.to_string(), "application/json".to_owned())
}

impl Two {
    async fn new() -> Self {
        let people = People::start().await;
        let owner = people.visitor("a@mail.test").await;
        let other = people.visitor("b@mail.test").await;
        let application = people.submitted(&owner).await;
        let path = format!("/api/visitor/applications/{application}");
        let (_, shown) = people.get(&owner, &path).await;
        let document = shown["documents"][0]["id"].as_str().unwrap().to_owned();

        // Somebody asks the owner to come along.
        let third = people.visitor("d@mail.test").await;
        let theirs = people.submitted(&third).await;
        let invitation = json!({ "application_id": theirs, "email": "a@mail.test" });
        let companions = "/api/visitor/companions";
        people.post(&third, companions, &invitation).await;
        let (_, received) = people.get(&owner, companions).await;
        let companion = received[0]["id"].as_str().unwrap().to_owned();

        // The visit that is open becomes the owner's.
        let visit = people.api.demo.visit.to_string();
        give(&people, &visit, &owner).await;
        let own_application = people.submitted(&other).await;
        let owned = Fillings::from([
            ("{application}", application),
            ("{document}", document),
            ("{companion}", companion),
            ("{visit}", visit),
        ]);
        Self {
            people,
            owner,
            other,
            owned,
            own_application,
        }
    }

    async fn ask(
        &self,
        who: Option<&str>,
        (method, template): (&str, &str),
        fillings: &Fillings,
    ) -> (StatusCode, Vec<u8>) {
        let (body, media_type) = body(method, template, fillings);
        let mut request = Request::builder()
            .method(method.parse::<Method>().unwrap())
            .uri(filled(template, fillings))
            .header(ORIGIN, "https://visit.gov.test")
            .header(CONTENT_TYPE, media_type);
        if let Some(cookie) = who {
            request = request.header(COOKIE, cookie);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.people.api.respond(request).await;
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 25).await.unwrap();
        (status, body.to_vec())
    }

    /// All that the owner sees, and what only the store knows: links and messages.
    async fn as_it_stands(&self) -> Vec<Value> {
        let mut seen = Vec::new();
        for list in ["applications", "companions", "visits"] {
            let path = format!("/api/visitor/{list}");
            seen.push(self.people.get(&self.owner, &path).await.1);
        }
        for count in [
            "SELECT COALESCE(SUM(links_issued), 0) FROM visit_member",
            "SELECT COUNT(*) FROM outbox",
            "SELECT COUNT(*) FROM visit",
            "SELECT COUNT(*) FROM companion",
        ] {
            let count: i64 = sqlx::query_scalar(count)
                .fetch_one(&self.people.database)
                .await
                .unwrap();
            seen.push(json!(count));
        }
        seen
    }
}

/// Makes somebody a visit's applicant.
async fn give(people: &People, visit: &str, who: &str) {
    let (_, profile) = people.get(who, "/api/visitor/export").await;
    let person = profile["account"]["id"].as_str().unwrap();
    for sql in [
        format!("UPDATE visit SET applicant_id = '{person}' WHERE id = '{visit}'"),
        format!(
            "UPDATE visit_member SET person_id = '{person}' WHERE visit_id = '{visit}' AND seat = 1"
        ),
    ] {
        change(people, &sql).await;
    }
}

async fn change(people: &People, sql: &str) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    sqlx::query(sql).execute(&people.database).await.unwrap();
}

#[test]
fn every_route_of_visitors_is_in_a_table() {
    let listed: BTreeSet<_> = NAMING
        .iter()
        .chain(NAMING_NOTHING)
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    let of_visitors: BTreeSet<_> = described()
        .into_iter()
        .filter(|(_, path)| path.starts_with(OF_VISITORS))
        .collect();
    assert_eq!(listed, of_visitors, "may somebody else use it?");
    let names = |(_, path): &&(&str, &str)| path.contains('{');
    assert_eq!(NAMING_NOTHING.iter().find(names), None);
}

#[tokio::test]
async fn what_is_somebody_elses_is_answered_as_what_does_not_exist() {
    let two = Two::new().await;
    let other = Some(&*two.other);
    let held_until_ms = unix_now_ms() + 10 * MINUTE_MS;
    for state in [
        "state = 'confirmed'".to_owned(),
        format!("state = 'held', held_until_ms = {held_until_ms}"),
    ] {
        let visit = &two.owned["{visit}"];
        change(
            &two.people,
            &format!("UPDATE visit SET {state} WHERE id = '{visit}'"),
        )
        .await;
        let before = two.as_it_stands().await;
        for route in NAMING {
            let nothing = two.ask(other, *route, &unknown()).await;
            assert_eq!(nothing.0, StatusCode::NOT_FOUND, "{route:?}");
            let foreign = two.ask(other, *route, &two.owned).await;
            assert_eq!(foreign, nothing, "{route:?}, {state}");
            if route.1.contains("{document}") {
                let by_own = |fillings: Fillings| {
                    let own = ("{application}", two.own_application.clone());
                    fillings.into_iter().chain([own]).collect::<Fillings>()
                };
                let nothing = two.ask(other, *route, &by_own(unknown())).await;
                let crossed = two.ask(other, *route, &by_own(two.owned.clone())).await;
                assert_eq!(crossed, nothing, "by one's own application: {route:?}");
            }
            let nobody = two.ask(None, *route, &two.owned).await;
            assert_eq!(nobody.0, StatusCode::UNAUTHORIZED, "{route:?}");
        }
        assert_eq!(two.as_it_stands().await, before, "{state}");
    }
    // The same requests reach what they name, if it is one's own.
    for route in NAMING {
        let (status, _) = two.ask(Some(&two.owner), *route, &two.owned).await;
        assert_ne!(status, StatusCode::NOT_FOUND, "{route:?}");
        assert_ne!(status, StatusCode::UNAUTHORIZED, "{route:?}");
    }
}

#[tokio::test]
async fn somebody_elses_companion_comes_along_as_little_as_one_who_does_not_exist() {
    let two = Two::new().await;
    let (people, theirs) = (&two.people, &*two.owned["{companion}"]);
    let agree = format!("/api/visitor/companions/{theirs}/agree");
    let (status, _) = people.post(&two.owner, &agree, &Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    change(people, "UPDATE application SET state = 'approved'").await;
    let visit = &two.owned["{visit}"];
    let with = async |who: &str, application: &str, companion: &str| {
        give(people, visit, who).await;
        let bookings = "/api/visitor/bookings";
        let body = json!({
            "application_id": application, "companions": [companion], "starts_at_ms": 1,
        });
        let booked = people.post(who, bookings, &body).await;
        let party = format!("/api/visitor/visits/{visit}/party");
        let body = json!({ "companions": [companion] });
        let changed = people.send(who, Method::PUT, &party, Some(&body)).await;
        [booked, changed]
    };
    let own = &two.own_application;
    let nobody = with(&two.other, own, &unknown()["{companion}"]).await;
    let crossed = with(&two.other, own, theirs).await;
    assert_eq!(crossed, nobody);
    assert_eq!(nobody.map(code), ["not_approved"; 2]);
    // Whose companion it is gets as far as the slot, and the time of the visit.
    let owned = with(&two.owner, &two.owned["{application}"], theirs).await;
    assert_eq!(owned.map(code), ["not_bookable", "visit_not_changeable"]);
}

fn code((_, body): (StatusCode, Value)) -> String {
    body["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_learns_from_their_own_list_when_somebody_elses_visit_is() {
    let two = Two::new().await;
    let earlier = two.people.api.seed_another().await.visit.to_string();
    give(&two.people, &earlier, &two.other).await;
    let sql = format!(
        "UPDATE visit SET opens_at_ms = opens_at_ms - {HOUR_MS}, starts_at_ms = starts_at_ms - {HOUR_MS},
                          ends_at_ms = ends_at_ms - {HOUR_MS} WHERE id = '{earlier}'"
    );
    change(&two.people, &sql).await;
    let after = async |who: &str, visit: &str| {
        let path = format!("/api/visitor/visits?before={visit}");
        two.people.get(who, &path).await
    };
    let nothing = after(&two.other, &unknown()["{visit}"]).await;
    assert_eq!(nothing, (StatusCode::OK, json!([])));
    let foreign = &*two.owned["{visit}"];
    assert_eq!(after(&two.other, foreign).await, nothing);
    // As an own one, it leads to those before it.
    give(&two.people, foreign, &two.other).await;
    let (_, listed) = after(&two.other, foreign).await;
    assert_eq!(listed[0]["id"], earlier);
}
