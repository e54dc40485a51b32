//! Schedulers who call off and move a visit in which a visitor waits already, and correct what became of one; what
//! stands in their way, and who did what.

use axum::http::StatusCode;
use booking_domain::{CallNote, MessageKind, Outcome, VisitJobs, Visits, local_date};
use jiff::{ToSpan, tz::TimeZone};
use protocol::EndReason;
use serde_json::{Value, json};
use telemetry::clock::unix_now_ms;

use crate::endpoints::people::People;

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// A scheduler, and the path of a visit that begins in so many minutes and that a visitor has joined.
async fn waiting(people: &People, minutes: i64) -> (String, String) {
    let scheduler = people.staff("scheduler", &people.facility).await;
    let starts_at_ms = i64::try_from(unix_now_ms() / MINUTE_MS).unwrap() + minutes;
    let starts_at_ms = starts_at_ms * 60_000;
    sqlx::query(
        "UPDATE visit SET state = 'in_session', opens_at_ms = $1 - 900000, starts_at_ms = $1,
                          ends_at_ms = $1 + 1800000",
    )
    .bind(starts_at_ms)
    .execute(&people.database)
    .await
    .unwrap();
    (
        scheduler,
        format!("/api/staff/visits/{}", people.api.demo.visit),
    )
}

#[tokio::test]
async fn who_waits_in_a_visit_that_is_called_off_leaves_its_call() {
    let people = People::start().await;
    let (scheduler, visit) = waiting(&people, 5).await;
    let body = json!({ "reason": "設備故障，無法進行", "ended_by": "facility" });
    let cancel = format!("{visit}/cancel");
    let (status, _) = people.post(&scheduler, &cancel, &body).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let ended = (people.api.demo.visit, EndReason::Cancelled);
    assert_eq!(people.api.live.ended(), [ended]);
}

#[tokio::test]
async fn a_visit_that_has_begun_is_neither_called_off_nor_moved() {
    let people = People::start().await;
    let (scheduler, visit) = waiting(&people, -5).await;
    let cancel = json!({ "reason": "設備故障，無法進行", "ended_by": "facility" });
    let target = json!({ "terminal_id": "00000000-0000-4000-8000-000000000001" });
    for (action, body) in [("cancel", &cancel), ("move", &target)] {
        let path = format!("{visit}/{action}");
        let (status, refused) = people.post(&scheduler, &path, body).await;
        let expected = (StatusCode::CONFLICT, &json!("visit_not_changeable"));
        assert_eq!((status, &refused["code"]), expected);
    }
    assert_eq!(people.api.live.ended(), []);
    assert_eq!(people.api.live.moved(), []);
}

#[tokio::test]
async fn the_former_terminal_of_a_visit_that_is_moved_leaves_its_call() {
    let people = People::start().await;
    let (scheduler, visit) = waiting(&people, 5).await;
    let terminals = format!("/api/staff/facilities/{}/terminals", people.facility);
    let room = json!({ "name": "第二接見室" });
    let (status, added) = people.post(&scheduler, &terminals, &room).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    let target = json!({ "terminal_id": added["id"] });
    let path = format!("{visit}/move");
    let (status, _) = people.post(&scheduler, &path, &target).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(people.api.live.moved(), [people.api.demo.visit]);
}

#[tokio::test]
async fn an_outcome_is_corrected_with_a_reason_that_its_party_reads() {
    let people = People::start().await;
    let (scheduler, visit) = waiting(&people, -60).await;
    let path = format!("{visit}/outcome");
    let body = json!({
        "outcome": "technical_failure",
        "ended_by": "facility",
        "reason": "收容人未獲提帶",
    });
    let (status, refused) = people.post(&scheduler, &path, &body).await;
    let expected = (StatusCode::CONFLICT, &json!("visit_not_changeable"));
    assert_eq!(
        (status, &refused["code"]),
        expected,
        "it is not settled yet"
    );
    let (store, id) = (&people.api.store, people.api.demo.visit);
    let settled = store.settle_visit(id, Outcome::TookPlace, unix_now_ms());
    settled.await.unwrap();
    sqlx::query("UPDATE visit SET counted_month = '2026-11'")
        .execute(&people.database)
        .await
        .unwrap();
    for (outcome, ended_by) in [
        ("technical_failure", json!("visitor")),
        ("technical_failure", json!(null)),
        ("completed", json!("facility")),
        ("cancelled", json!(null)),
    ] {
        let body = json!({ "outcome": outcome, "ended_by": ended_by, "reason": "收容人未獲提帶" });
        let (status, refused) = people.post(&scheduler, &path, &body).await;
        let expected = (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid_fields"));
        assert_eq!((status, &refused["code"]), expected, "{outcome} {ended_by}");
    }
    let (status, _) = people.post(&scheduler, &path, &body).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let told = people.api.newest_messages().await;
    let told = told
        .iter()
        .filter(|message| message.content.kind == MessageKind::TimeGivenBack);
    let reasons: Vec<_> = told
        .map(|message| &*message.content.params["reason"])
        .collect();
    assert_eq!(reasons, ["收容人未獲提帶"; 3]);
}

#[tokio::test]
async fn schedulers_see_which_terminals_are_connected() {
    let people = People::start().await;
    let (scheduler, _) = waiting(&people, 5).await;
    let terminals = format!("/api/staff/facilities/{}/terminals", people.facility);
    let told = async || {
        let (status, listed) = people.get(&scheduler, &terminals).await;
        assert_eq!(status, StatusCode::OK, "{listed}");
        ["connected", "mic", "camera", "last_seen_at_ms"].map(|field| listed[0][field].clone())
    };
    let nothing = [json!(false), json!(false), json!(false), json!(null)];
    assert_eq!(told().await, nothing);
    let terminal = people.api.demo.terminal.hash();
    let store = &people.api.store;
    let terminal = store.terminal(terminal).await.unwrap().unwrap().id;
    store
        .note(&[CallNote::Seen {
            terminal,
            at_ms: 1_700_000_000_000,
        }])
        .await
        .unwrap();
    let gone = json!(1_700_000_000_000_u64);
    assert_eq!(
        told().await,
        [json!(false), json!(false), json!(false), gone.clone()]
    );
    let officer = people.staff("officer", &people.facility).await;
    let (_, wall) = people.get(&officer, "/api/officer/visits").await;
    assert_eq!(wall["visits"][0]["live"]["terminal_seen_at_ms"], gone);
    people.api.live.terminal_is_there();
    assert_eq!(
        told().await,
        [json!(true), json!(true), json!(false), json!(null)]
    );
}

#[tokio::test]
async fn a_terminal_that_is_paired_anew_loses_its_former_device_at_once() {
    let people = People::start().await;
    let (scheduler, _) = waiting(&people, 5).await;
    let terminals = format!("/api/staff/facilities/{}/terminals", people.facility);
    let (_, listed) = people.get(&scheduler, &terminals).await;
    let id = listed[0]["id"].as_str().unwrap().to_owned();
    let path = format!("{terminals}/{id}/pair");
    let (status, _) = people.post(&scheduler, &path, &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let told: Vec<_> = people.api.live.paired_anew();
    assert_eq!(told, [id.parse().unwrap()]);
}

/// The visits of today, as the holder of a credential sees them.
async fn today(people: &People, who: &str) -> Value {
    let list = format!("/api/staff/visits?facility={}", people.facility);
    let (status, listed) = people.get(who, &list).await;
    assert_eq!(status, StatusCode::OK, "{listed}");
    listed
}

#[tokio::test]
async fn who_called_a_visit_off_stands_beside_it() {
    let people = People::start().await;
    let (scheduler, visit) = waiting(&people, 5).await;
    assert_eq!(today(&people, &scheduler).await[0]["deeds"], json!([]));
    let before_ms = unix_now_ms();
    let body = json!({ "reason": "設備故障，無法進行", "ended_by": "facility" });
    let (status, _) = people
        .post(&scheduler, &format!("{visit}/cancel"), &body)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let officer = people.staff("officer", &people.facility).await;
    for who in [&scheduler, &officer] {
        let listed = today(&people, who).await;
        let deed = &listed[0]["deeds"][0];
        assert_eq!(deed["step"], json!("visit_cancelled"));
        let by = (&deed["by"], &deed["staff_name"]);
        assert_eq!(by, (&json!("staff"), &json!("陳淑芬")));
        assert!((before_ms..=unix_now_ms()).contains(&deed["at_ms"].as_u64().unwrap()));
    }
    // Who works elsewhere learns nothing of it.
    let elsewhere = booking_domain::NewFacility {
        name: "乙監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let store = &people.api.store;
    let elsewhere = booking_domain::Registry::add_facility(store, elsewhere);
    let elsewhere = elsewhere.await.unwrap().to_string();
    let other = people.staff("scheduler", &elsewhere).await;
    let list = format!("/api/staff/visits?facility={}", people.facility);
    assert_eq!(people.get(&other, &list).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn closures_go_on_page_by_page_and_say_who_made_and_who_lifted_them() {
    let people = People::start().await;
    let scheduler = people.staff("scheduler", &people.facility).await;
    let closures = format!("/api/staff/facilities/{}/closures", people.facility);
    let mut ids = Vec::new();
    for day in ["2099-01-01", "2099-02-01", "2099-03-01"] {
        let body = json!({ "from_date": day, "to_date": day, "reason": "設備檢修" });
        let (status, added) = people.post(&scheduler, &closures, &body).await;
        assert_eq!(status, StatusCode::CREATED, "{added}");
        ids.push(added["id"].as_str().unwrap().to_owned());
    }
    let lift = format!("{closures}/{}/lift", ids[1]);
    let (status, _) = people.post(&scheduler, &lift, &json!({})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (_, first) = people.get(&scheduler, &format!("{closures}?limit=2")).await;
    let steps = |closure: &Value| {
        let deeds = closure["deeds"].as_array().unwrap().clone();
        let of = |deed: &Value| {
            assert_eq!(deed["staff_name"], json!("陳淑芬"));
            deed["step"].as_str().unwrap().to_owned()
        };
        deeds.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(first.as_array().unwrap().len(), 2);
    assert_eq!(first[0]["id"], json!(ids[2]));
    assert_eq!(first[0]["lifted_at_ms"], json!(null));
    assert_eq!(steps(&first[0]), ["closure_added"]);
    assert!(first[1]["lifted_at_ms"].is_u64());
    assert_eq!(steps(&first[1]), ["closure_added", "closure_lifted"]);
    let rest = format!("{closures}?limit=2&after={}", ids[1]);
    let (_, rest) = people.get(&scheduler, &rest).await;
    assert_eq!(rest[0]["id"], json!(ids[0]));
    assert_eq!(rest.as_array().unwrap().len(), 1);
    let (status, _) = people.get(&scheduler, &format!("{closures}?after=x")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn staff_read_what_stands_in_the_way_of_a_visit_in_words_for_staff() {
    let people = People::start().await;
    let (scheduler, visit) = waiting(&people, 5).await;
    sqlx::query("UPDATE visit SET state = 'flagged', reason = 'restricted'")
        .execute(&people.database)
        .await
        .unwrap();
    sqlx::query("UPDATE application SET state = 'revoked'")
        .execute(&people.database)
        .await
        .unwrap();
    for (locale, title) in [
        ("zh-TW", "有接見人未獲核准"),
        ("en", "A visitor is not approved"),
        ("vi", "A visitor is not approved"),
    ] {
        let clear = format!("{visit}/clear?locale={locale}");
        let (status, refused) = people.post(&scheduler, &clear, &json!({})).await;
        let told = (status, &refused["code"], &refused["title"]);
        let expected = (StatusCode::CONFLICT, &json!("not_approved"), &json!(title));
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn an_exception_tells_its_event_and_is_refused_on_days_that_the_law_does_not_allow() {
    let people = People::start().await;
    let scheduler = people.staff("scheduler", &people.facility).await;
    let visitor = people.visitor("yahui@mail.test").await;
    let application = people.draft(&visitor).await;
    sqlx::query("UPDATE application SET state = 'approved'")
        .execute(&people.database)
        .await
        .unwrap();
    let sql = "SELECT person_id, inmate_id FROM application WHERE id = $1";
    let (person, inmate): (String, String) = sqlx::query_as(sql)
        .bind(application)
        .fetch_one(&people.database)
        .await
        .unwrap();
    let terminal = people.api.demo.terminal.hash();
    let terminal = people.api.store.terminal(terminal).await.unwrap().unwrap();
    let now_ms = unix_now_ms();
    let today = local_date(now_ms, &TimeZone::get("Asia/Taipei").unwrap());
    let day = |later: i64| today.saturating_add(later.days());
    let add = async |event_on: Value, later: u64| {
        let body = json!({
            "facility_id": people.facility, "inmate_id": inmate, "party": [person],
            "terminal_id": terminal.id, "starts_at_ms": now_ms + later * DAY_MS, "minutes": 30,
            "ground": "critical_illness", "event_on": event_on, "reason": "醫院發出病危通知",
        });
        people.post(&scheduler, "/api/staff/visits", &body).await
    };
    for (event_on, code) in [
        (json!(null), "required"),
        (json!("昨天"), "not_valid"),
        (json!(day(3)), "in_future"),
        (json!(day(-30)), "too_long_ago"),
    ] {
        let (status, refused) = add(event_on, 2).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        let error = &refused["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!("event_on"), &json!(code))
        );
    }
    let (status, refused) = add(json!(day(-3)), 6).await;
    let expected = (StatusCode::CONFLICT, &json!("outside_window"));
    assert_eq!((status, &refused["code"]), expected, "{refused}");
    assert_eq!(refused["last_day"], json!(day(4)));
    let last_day = day(4).strftime("最後一天是%Y年%-m月%-d日").to_string();
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains(&last_day), "{detail}");
    let (status, added) = add(json!(day(-3)), 2).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    let path = format!(
        "/api/staff/visits?facility={}&date={}",
        people.facility,
        day(2)
    );
    let (_, listed) = people.get(&scheduler, &path).await;
    assert_eq!(listed[0]["event_on"], json!(day(-3)), "{listed}");
}
