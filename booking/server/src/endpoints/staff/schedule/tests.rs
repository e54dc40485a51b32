//! Schedulers who call off and move a visit in which a visitor waits already, and correct what became of one.

use axum::http::StatusCode;
use booking_domain::{MessageKind, Outcome, VisitJobs, Visits};
use protocol::EndReason;
use serde_json::json;
use telemetry::clock::unix_now_ms;

use crate::endpoints::people::People;

const MINUTE_MS: u64 = 60_000;

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
        .terminal_seen(terminal, 1_700_000_000_000)
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
