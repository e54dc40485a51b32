//! What happens by itself, once.

use booking_domain::{
    Attendance, ChangeError, Correction, DeliveryState, EndedBy, IssueCause, JobLeases,
    MessageFilter, MessageKind, Officers, Outbox, Outcome, PhoneTests, StaffBookings, Step,
    StoredMessage, Terminated, Termination, TestLink, VisitEvent, VisitJobs, Visits,
};
use grant::TestKeyHash;
use ids::VisitId;
use sqlx::Row;

use crate::support::{
    audit_trail, statement,
    world::{MINUTE_MS, OPENS_AT_MS, SLOT, STARTS_AT_MS, World, device, link, seat},
};

const HOUR_MS: u64 = 60 * MINUTE_MS;
const AFTER_MS: u64 = SLOT.ends_at_ms + 2 * MINUTE_MS;

pub(crate) async fn a_job_is_one_process_s_until_its_lease_is_over(world: World) {
    let lease = async |holder: &str, now_ms, until_ms| {
        let leased = world.store.lease_job("links", holder, now_ms, until_ms);
        leased.await.unwrap()
    };
    assert!(lease("a", 0, 10).await);
    assert!(!lease("b", 9, 20).await);
    assert!(lease("a", 9, 20).await);
    assert!(!lease("b", 19, 30).await);
    assert!(lease("b", 20, 30).await);
    world.store.release_job("links", "a").await.unwrap();
    assert!(!lease("a", 21, 30).await);
    world.store.release_job("links", "b").await.unwrap();
    assert!(lease("a", 21, 30).await);
}

pub(crate) async fn each_seat_of_an_open_visit_lacks_a_link_until_it_has_had_one(world: World) {
    let visit = world.add_visit().await;
    let lacking = async |now_ms| world.store.seats_without_link(now_ms).await.unwrap();
    assert_eq!(lacking(OPENS_AT_MS - 1).await, []);
    let all = [1, 2, 3].map(|number| (visit, seat(number)));
    assert_eq!(lacking(OPENS_AT_MS).await, all);
    world
        .issue(visit, 2, 1, IssueCause::Confirmed, OPENS_AT_MS)
        .await
        .unwrap();
    assert_eq!(lacking(SLOT.ends_at_ms - 1).await, [all[0], all[2]]);
    assert_eq!(lacking(SLOT.ends_at_ms).await, []);
}

pub(crate) async fn phones_are_to_be_tried_a_day_before_and_once(world: World) {
    let visit = world.add_visit().await;
    let mut made = 0;
    let mut ask = async |now_ms| {
        let mut link = || {
            made += 1;
            TestLink {
                key: TestKeyHash::from_bytes([made; 32]),
                url: format!("https://visit.test/t#{made}"),
            }
        };
        let asked = world.store.ask_to_test_phones(now_ms, &mut link).await;
        asked.unwrap()
    };
    let day_before = STARTS_AT_MS - 24 * HOUR_MS;
    assert_eq!(ask(day_before - 1).await, 0);
    assert_eq!(ask(day_before).await, 3);
    assert_eq!(ask(day_before + 1).await, 0);
    assert_eq!(
        kinds(&world).await,
        [(MessageKind::TestLink, DeliveryState::Queued); 3]
    );
    for (number, person) in (1_u8..).zip(&world.people[..3]) {
        let key = TestKeyHash::from_bytes([number; 32]);
        let whose = async |now_ms| world.store.whose_test_key(key, now_ms).await.unwrap();
        assert_eq!(whose(day_before).await, Some(*person));
        assert_eq!(whose(SLOT.ends_at_ms - 1).await, Some(*person));
        assert_eq!(whose(SLOT.ends_at_ms).await, None);
        let filter = MessageFilter {
            limit: 10,
            ..MessageFilter::default()
        };
        let queued = world.store.messages(&filter).await.unwrap();
        let url = format!("https://visit.test/t#{number}");
        let tells = |message: &StoredMessage| message.content.params.get("url") == Some(&url);
        assert!(queued.iter().any(tells));
    }
    let unknown = TestKeyHash::from_bytes([9; 32]);
    assert_eq!(
        world.store.whose_test_key(unknown, day_before).await,
        Ok(None)
    );
    let sql = format!("DELETE FROM outbox WHERE visit_id = '{visit}'");
    statement(&world.database, &sql).await.unwrap();
    assert_eq!(ask(OPENS_AT_MS - HOUR_MS).await, 0);
    assert_eq!(ask(OPENS_AT_MS - HOUR_MS - 1).await, 3);
}

pub(crate) async fn a_visit_of_the_next_day_is_flagged_where_an_approval_ended_without_a_word(
    world: World,
) {
    let visit = world.add_visit().await;
    let day_before = STARTS_AT_MS - 24 * HOUR_MS;
    let flag = async |now_ms| world.store.flag_unapproved(now_ms).await.unwrap();
    assert_eq!(flag(day_before).await, 0, "all are approved");
    // Past the store, so that nothing flags the visit.
    let person = world.people[2];
    let end = format!("UPDATE application SET state = 'revoked' WHERE person_id = '{person}'");
    statement(&world.database, &end).await.unwrap();
    assert_eq!(flag(day_before - 1).await, 0);
    assert_eq!(flag(SLOT.ends_at_ms).await, 0);
    assert_eq!(flag(day_before).await, 1);
    assert_eq!(flag(day_before).await, 0);
    assert_eq!(standing(&world, visit).await.0, "flagged");
    assert_eq!(
        kinds(&world).await,
        [(MessageKind::VisitFlagged, DeliveryState::Queued); 3]
    );
    let mut link = || panic!("nobody is asked to try a phone for it");
    let asked = world.store.ask_to_test_phones(day_before, &mut link).await;
    assert_eq!(asked, Ok(0));
    let trail = audit_trail(&world.database, visit).await;
    let (actor, action, detail) = trail.last().unwrap();
    assert_eq!(
        (actor.as_str(), action.as_str()),
        ("system", "visit_flagged")
    );
    assert!(detail.contains("approval_ended"), "{detail}");
}

pub(crate) async fn the_traces_of_a_visit_tell_who_was_there(world: World) {
    let visit = world.add_visit().await;
    let unsettled = async |now_ms| world.store.unsettled_visits(now_ms).await.unwrap();
    assert_eq!(unsettled(AFTER_MS - 1).await, []);
    let nothing = Attendance::default();
    assert_eq!(unsettled(AFTER_MS).await, [(visit, nothing)]);
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, OPENS_AT_MS)
        .await
        .unwrap();
    sent(&world).await;
    let told = Attendance {
        link_sent: true,
        ..nothing
    };
    assert_eq!(unsettled(AFTER_MS).await, [(visit, told)]);
    let redeemed = world.store.redeem(link(1), device(1), STARTS_AT_MS).await;
    redeemed.unwrap();
    step(&world, visit, Step::Joined { seat: seat(1) }).await;
    let came = Attendance {
        link_redeemed: true,
        visitor_joined: true,
        ..told
    };
    assert_eq!(unsettled(AFTER_MS).await, [(visit, came)]);
    step(&world, visit, Step::Joined { seat: seat(0) }).await;
    step(&world, visit, Step::Heard { seat: seat(1) }).await;
    assert_eq!(
        unsettled(AFTER_MS).await,
        [(visit, came)],
        "a terminal joins by itself"
    );
    step(&world, visit, Step::Heard { seat: seat(0) }).await;
    let both = Attendance {
        inmate_heard: true,
        ..came
    };
    assert_eq!(unsettled(AFTER_MS).await, [(visit, both)]);
}

pub(crate) async fn a_visit_that_failed_is_given_back_to_the_month_once(world: World) {
    let visit = counted(&world).await;
    let outcome = Outcome::Failed(EndedBy::Facility);
    for _ in 0..2 {
        let settled = world.store.settle_visit(visit, outcome, AFTER_MS).await;
        settled.unwrap();
    }
    assert_eq!(
        standing(&world, visit).await,
        ("technical_failure".into(), Some("facility".into()), None)
    );
    assert_eq!(month(&world).await, 1);
    assert_eq!(
        kinds(&world).await,
        [(MessageKind::TimeGivenBack, DeliveryState::Queued); 3]
    );
    let trail = audit_trail(&world.database, visit).await;
    let settled = trail
        .iter()
        .filter(|(_, action, _)| action == "visit_settled");
    assert_eq!(settled.count(), 1);
    assert_eq!(world.store.unsettled_visits(AFTER_MS).await.unwrap(), []);
}

pub(crate) async fn a_missed_visit_counts_and_its_party_is_told(world: World) {
    let visit = counted(&world).await;
    let early = world
        .store
        .settle_visit(visit, Outcome::Missed, SLOT.ends_at_ms - 1);
    early.await.unwrap();
    assert_eq!(standing(&world, visit).await.0, "confirmed");
    let settled = world.store.settle_visit(visit, Outcome::Missed, AFTER_MS);
    settled.await.unwrap();
    let expected = (
        "no_show".into(),
        Some("visitor".into()),
        Some("2026-11".into()),
    );
    assert_eq!(standing(&world, visit).await, expected);
    assert_eq!(month(&world).await, 2);
    assert_eq!(
        kinds(&world).await,
        [(MessageKind::VisitMissed, DeliveryState::Queued); 3]
    );
}

pub(crate) async fn who_got_no_link_has_missed_nothing(world: World) {
    let visit = counted(&world).await;
    let issue = async |number, token| {
        let issued = world.issue(visit, number, token, IssueCause::Confirmed, OPENS_AT_MS);
        issued.await.unwrap();
    };
    issue(1, 1).await;
    sent(&world).await;
    issue(2, 2).await;
    let settled = world.store.settle_visit(visit, Outcome::Missed, AFTER_MS);
    settled.await.unwrap();
    assert_eq!(missed(&world).await, [1, 0, 0]);
}

pub(crate) async fn the_outcome_of_a_visit_that_an_officer_ended_is_corrected_too(world: World) {
    let visit = counted(&world).await;
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, OPENS_AT_MS)
        .await
        .unwrap();
    sent(&world).await;
    let ended = Termination {
        visit,
        facility: world.facility,
        officer: world.officer,
        ended_by: EndedBy::Facility,
        reason: "誤認接見人錄影".into(),
        at_ms: STARTS_AT_MS,
    };
    assert_eq!(world.store.terminate(ended).await, Ok(Terminated::Done));
    assert_eq!(month(&world).await, 1, "it was given back");
    let correct = async |outcome, now_ms| {
        let correction = Correction {
            facility: world.facility,
            visit,
            outcome,
            reason: "查明紀錄後更正".into(),
            by: world.officer,
            now_ms,
        };
        world.store.correct_outcome(correction).await
    };
    assert_eq!(correct(Outcome::TookPlace, STARTS_AT_MS + 1).await, Ok(()));
    let expected = ("completed".into(), None, Some("2026-11".into()));
    assert_eq!(standing(&world, visit).await, expected);
    assert_eq!(month(&world).await, 2);
    // What its people left behind does not settle it otherwise when the slot is over.
    let unsettled = world.store.unsettled_visits(AFTER_MS).await.unwrap();
    assert_eq!(unsettled, []);
    let settled = world.store.settle_visit(visit, Outcome::Missed, AFTER_MS);
    settled.await.unwrap();
    assert_eq!(standing(&world, visit).await, expected);

    assert_eq!(correct(Outcome::Missed, AFTER_MS + 1).await, Ok(()));
    let expected = (
        "no_show".into(),
        Some("visitor".into()),
        Some("2026-11".into()),
    );
    assert_eq!(standing(&world, visit).await, expected);
    assert_eq!(
        (month(&world).await, missed(&world).await),
        (2, vec![1, 0, 0])
    );
    let failed = Outcome::Failed(EndedBy::System);
    assert_eq!(correct(failed, AFTER_MS + 2).await, Ok(()));
    assert_eq!(
        (month(&world).await, missed(&world).await),
        (1, vec![0, 0, 0])
    );
    let mut trail = audit_trail(&world.database, visit).await;
    trail.retain(|(_, action, _)| action == "visit_corrected");
    let detail: serde_json::Value = serde_json::from_str(&trail[0].2).unwrap();
    assert_eq!(
        (&detail["was"], &detail["was_ended_by"]),
        (&"terminated".into(), &"facility".into())
    );

    let forgotten = "UPDATE visit SET forgotten_at_ms = 0";
    statement(&world.database, forgotten).await.unwrap();
    let late = correct(Outcome::Missed, AFTER_MS + 3).await;
    assert_eq!(
        late,
        Err(ChangeError::NotPossible),
        "nobody knows its people"
    );
}

pub(crate) async fn an_outcome_is_corrected_once_it_is_settled(world: World) {
    let visit = counted(&world).await;
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, OPENS_AT_MS)
        .await
        .unwrap();
    sent(&world).await;
    let correct = async |outcome, now_ms| {
        let correction = Correction {
            facility: world.facility,
            visit,
            outcome,
            reason: "查明簡訊紀錄後更正".into(),
            by: world.officer,
            now_ms,
        };
        world.store.correct_outcome(correction).await
    };
    let early = correct(Outcome::Missed, AFTER_MS).await;
    assert_eq!(early, Err(ChangeError::NotPossible));
    let failed = Outcome::Failed(EndedBy::Facility);
    let settled = world.store.settle_visit(visit, failed, AFTER_MS);
    settled.await.unwrap();
    assert_eq!(month(&world).await, 1);

    // Somebody else has taken the month's second visit meanwhile.
    let full = "UPDATE visit_month SET visits = 2";
    statement(&world.database, full).await.unwrap();
    for turn in 1..3 {
        let corrected = correct(Outcome::Missed, AFTER_MS + turn).await;
        assert_eq!(corrected, Ok(()), "the second time changes nothing");
        let expected = (
            "no_show".into(),
            Some("visitor".into()),
            Some("2026-11".into()),
        );
        assert_eq!(standing(&world, visit).await, expected);
        assert_eq!(
            (month(&world).await, missed(&world).await),
            (3, vec![1, 0, 0])
        );
    }
    let told_before = kinds(&world).await.len();
    let inmate = Outcome::Failed(EndedBy::Inmate);
    assert_eq!(correct(inmate, AFTER_MS + 3).await, Ok(()));
    let expected = ("technical_failure".into(), Some("inmate".into()), None);
    assert_eq!(standing(&world, visit).await, expected);
    assert_eq!(
        (month(&world).await, missed(&world).await),
        (2, vec![0, 0, 0])
    );
    assert_eq!(
        kinds(&world).await.len(),
        told_before + 3,
        "the whole party"
    );
    assert_eq!(correct(Outcome::TookPlace, AFTER_MS + 4).await, Ok(()));
    let expected = ("completed".into(), None, Some("2026-11".into()));
    assert_eq!(standing(&world, visit).await, expected);

    let mut trail = audit_trail(&world.database, visit).await;
    trail.retain(|(_, action, _)| action == "visit_corrected");
    assert_eq!(trail.len(), 3);
    let (actor, _, detail) = &trail[1];
    assert_eq!(*actor, format!("staff {}", world.officer));
    let detail: serde_json::Value = serde_json::from_str(detail).unwrap();
    let expected = serde_json::json!({
        "was": "no_show",
        "was_ended_by": "visitor",
        "state": "technical_failure",
        "ended_by": "inmate",
        "reason": "查明簡訊紀錄後更正",
        "given_back": true,
    });
    assert_eq!(detail, expected);
}

/// Of each seat, whether its visitor has missed the visit.
async fn missed(world: &World) -> Vec<i64> {
    let rows =
        sqlx::query("SELECT CAST(missed AS BIGINT) AS missed FROM visit_member ORDER BY seat")
            .fetch_all(&world.database)
            .await
            .unwrap();
    rows.iter().map(|row| row.get("missed")).collect()
}

/// A visit that is the second of its month.
async fn counted(world: &World) -> VisitId {
    let visit = world.add_visit().await;
    let inmate = world.inmates[0];
    for sql in [
        format!("UPDATE visit SET counted_month = '2026-11' WHERE id = '{visit}'"),
        format!(
            "INSERT INTO visit_month (inmate_id, month, visits) VALUES ('{inmate}', '2026-11', 2)"
        ),
    ] {
        statement(&world.database, &sql).await.unwrap();
    }
    visit
}

async fn standing(world: &World, visit: VisitId) -> (String, Option<String>, Option<String>) {
    let row = sqlx::query("SELECT state, ended_by, counted_month FROM visit WHERE id = $1")
        .bind(visit.to_string())
        .fetch_one(&world.database)
        .await
        .unwrap();
    (
        row.get("state"),
        row.get("ended_by"),
        row.get("counted_month"),
    )
}

async fn month(world: &World) -> i64 {
    let row = sqlx::query("SELECT visits FROM visit_month")
        .fetch_one(&world.database)
        .await
        .unwrap();
    row.get("visits")
}

async fn step(world: &World, visit: VisitId, step: Step) {
    let event = VisitEvent {
        visit,
        at_ms: STARTS_AT_MS,
        step,
    };
    world.store.record(event).await.unwrap();
}

async fn sent(world: &World) {
    let filter = MessageFilter {
        limit: 10,
        ..MessageFilter::default()
    };
    for message in world.store.messages(&filter).await.unwrap() {
        let sent = world
            .store
            .message_sent(message.id, "http", None, OPENS_AT_MS);
        sent.await.unwrap();
    }
}

async fn kinds(world: &World) -> Vec<(MessageKind, DeliveryState)> {
    let filter = MessageFilter {
        limit: 10,
        ..MessageFilter::default()
    };
    let messages = world.store.messages(&filter).await.unwrap();
    messages
        .iter()
        .map(|message| (message.content.kind, message.state))
        .collect()
}
