//! Accounts that staff suspend, and open again.

use booking_domain::accounts::{
    AccountQuery, AccountState, Accounts, FoundAccount, NewSession, NewSuspension, SessionRules,
    SuspensionError, Suspensions,
};
use booking_domain::applications::ApplicationState;
use booking_domain::{
    IssueCause, NewFacility, NewInmate, NewTerminal, NewVisit, RedeemError, Registry, VisitState,
    Visits,
};
use grant::SecretHash;
use ids::{PersonId, VisitId};
use serde_json::{Value, json};

use super::restrictions::state;
use crate::support::{
    applicants::APPLIED_AT_MS,
    audit_trail, audit_trail_of, statement,
    world::{MINUTE_MS, World, device, link},
};

const AT_MS: u64 = APPLIED_AT_MS + 10;
const WHY: &str = "身分資料須再確認";
const SESSION: SecretHash = SecretHash::from_bytes([0xc1; 32]);

fn suspension(world: &World, person: PersonId) -> NewSuspension {
    NewSuspension {
        person,
        staff: world.officer,
        reason: WHY.into(),
        at_ms: AT_MS,
    }
}

async fn sign_in(world: &World, person: PersonId) -> bool {
    let session = NewSession {
        secret: SESSION,
        replaces: None,
        at_ms: AT_MS - MINUTE_MS,
        expires_at_ms: AT_MS + 60 * MINUTE_MS,
    };
    world.store.sign_in(person, "", session).await.unwrap()
}

async fn is_signed_in(world: &World) -> bool {
    let rules = SessionRules::VISITOR;
    let sessions = world.store.sessions(&[SESSION], rules, AT_MS + 1).await;
    sessions.unwrap()[0].is_some()
}

async fn find(world: &World, text: &str) -> Vec<FoundAccount> {
    let query = AccountQuery {
        text: text.into(),
        email_key: Some(text.into()),
        at_ms: AT_MS,
        after: None,
        limit: 10,
    };
    world.store.find_accounts(query).await.unwrap()
}

/// What the trail tells about an account's standing: actor, action and detail.
async fn trail(world: &World, person: PersonId) -> Vec<(String, String, Value)> {
    let mut events = audit_trail_of(&world.database, person).await;
    events.retain(|(_, action, _)| action != "signed_in");
    let read = |detail: String| serde_json::from_str(&detail).unwrap();
    let events = events.into_iter();
    events
        .map(|(actor, action, detail)| (actor, action, read(detail)))
        .collect()
}

/// A visit of somebody's at another facility, half an hour after the world's.
async fn visit_elsewhere(world: &World, person: PersonId) -> VisitId {
    let store = &world.store;
    let facility = NewFacility {
        name: "乙監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let facility = store.add_facility(facility).await.unwrap();
    let terminal = NewTerminal {
        facility,
        name: "第一接見室".into(),
        secret: SecretHash::from_bytes([0xa9; 32]),
    };
    let inmate = NewInmate {
        facility,
        number: "2048".into(),
        name: "陳大志".into(),
        first_name: "大志".into(),
    };
    let mut visit = world.visit();
    visit.slot.starts_at_ms += 60 * MINUTE_MS;
    visit.slot.ends_at_ms += 60 * MINUTE_MS;
    visit.opens_at_ms += 60 * MINUTE_MS;
    let visit = NewVisit {
        terminal: store.add_terminal(terminal).await.unwrap(),
        inmate: store.add_inmate(inmate).await.unwrap(),
        party: vec![person],
        ..visit
    };
    store.add_visit(visit).await.unwrap()
}

pub(crate) async fn a_suspension_signs_out_and_flags_the_visits_ahead_at_every_facility(
    world: World,
) {
    world.in_state(0, ApplicationState::Approved).await;
    let person = world.account(0, "a@example.tw").await;
    let (here, elsewhere) = (
        world.add_visit().await,
        visit_elsewhere(&world, person).await,
    );
    assert!(sign_in(&world, person).await);
    assert!(is_signed_in(&world).await);
    let told_before = world.notices().await.len();

    let flagged = world.store.suspend(suspension(&world, person)).await;
    assert_eq!(flagged, Ok(2));
    for visit in [here, elsewhere] {
        assert_eq!(state(&world, visit).await, "flagged");
        let (actor, action, detail) = audit_trail(&world.database, visit).await.pop().unwrap();
        assert_eq!(actor, format!("staff {}", world.officer));
        assert_eq!(action, "visit_flagged");
        let detail: Value = serde_json::from_str(&detail).unwrap();
        assert_eq!(detail, json!({ "reason": "suspended", "account": person }));
    }
    assert!(!is_signed_in(&world).await);
    assert!(!sign_in(&world, person).await);

    // The owner reads why; the others of the party read that there is something.
    let mut told = world.notices().await.split_off(told_before);
    told.retain(|(kind, ..)| kind == "account_suspended");
    let (_, to, params) = told.pop().unwrap();
    assert!(told.is_empty());
    assert_eq!(to, person.to_string());
    let params: Value = serde_json::from_str(&params).unwrap();
    assert_eq!(params, json!({ "reason": WHY }));
    for (kind, _, params) in world.notices().await {
        assert!(
            kind == "account_suspended" || !params.contains(WHY),
            "{kind}"
        );
    }
    let expected = (
        format!("staff {}", world.officer),
        "account_suspended".to_owned(),
        json!({ "reason": WHY }),
    );
    assert_eq!(trail(&world, person).await, [expected]);
}

pub(crate) async fn a_suspension_takes_holds_back_and_leaves_what_has_ended(world: World) {
    let person = world.account(0, "a@example.tw").await;
    let (hold, begun) = (
        world.add_visit().await,
        visit_elsewhere(&world, person).await,
    );
    let sql = format!("UPDATE visit SET state = 'held' WHERE id = '{hold}'");
    statement(&world.database, &sql).await.unwrap();
    let sql = format!(
        "UPDATE visit SET state = 'in_session', opens_at_ms = {AT_MS} - 3, starts_at_ms = {AT_MS} - 2,
                          ends_at_ms = {AT_MS}
         WHERE id = '{begun}'"
    );
    statement(&world.database, &sql).await.unwrap();
    let flagged = world.store.suspend(suspension(&world, person)).await;
    assert_eq!(flagged, Ok(0));
    assert_eq!(state(&world, hold).await, "cancelled");
    assert_eq!(state(&world, begun).await, "in_session");
}

pub(crate) async fn a_visit_under_way_is_flagged_and_its_links_hold_again_once_it_is_cleared(
    world: World,
) {
    let person = world.account(0, "a@example.tw").await;
    let visit = world.add_visit().await;
    let store = &world.store;
    let sql = format!(
        "UPDATE visit SET state = 'in_session', opens_at_ms = {AT_MS} - 3, starts_at_ms = {AT_MS} - 2,
                          ends_at_ms = {AT_MS} + 10
         WHERE id = '{visit}'"
    );
    statement(&world.database, &sql).await.unwrap();
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, AT_MS)
        .await
        .unwrap();
    assert!(store.redeem(link(1), device(1), AT_MS).await.is_ok());
    assert_eq!(store.closed_among(&[visit]).await, Ok(Vec::new()));
    assert_eq!(store.suspend(suspension(&world, person)).await, Ok(1));
    assert_eq!(state(&world, visit).await, "flagged");
    let closed = store.closed_among(&[visit, visit]).await;
    assert_eq!(closed, Ok(vec![(visit, VisitState::Flagged)]));
    let refused = store.redeem(link(1), device(1), AT_MS + 1).await;
    assert_eq!(refused, Err(RedeemError::Flagged));
    // As staff who have looked at it leave it.
    let reinstated = store.reinstate(person, world.officer, AT_MS + 1).await;
    assert_eq!(reinstated, Ok(()));
    let sql = format!("UPDATE visit SET state = 'confirmed' WHERE id = '{visit}'");
    statement(&world.database, &sql).await.unwrap();
    assert_eq!(store.closed_among(&[visit]).await, Ok(Vec::new()));
    assert!(store.redeem(link(1), device(1), AT_MS + 2).await.is_ok());
}

pub(crate) async fn who_is_let_in_again_signs_in_and_flagged_visits_stay_so(world: World) {
    let store = &world.store;
    let person = world.account(0, "a@example.tw").await;
    let visit = world.add_visit().await;
    store.suspend(suspension(&world, person)).await.unwrap();
    let reinstate = || store.reinstate(person, world.officer, AT_MS + 1);
    assert_eq!(reinstate().await, Ok(()));
    assert_eq!(state(&world, visit).await, "flagged");
    assert!(sign_in(&world, person).await);
    let (kind, to, params) = world.notices().await.pop().unwrap();
    assert_eq!((&*kind, &*params), ("account_reinstated", "{}"));
    assert_eq!(to, person.to_string());
    let actions = trail(&world, person).await.into_iter();
    let actions: Vec<_> = actions.map(|(_, action, _)| action).collect();
    assert_eq!(actions, ["account_suspended", "account_reinstated"]);
    // What ended may begin again, and be told again.
    assert_eq!(reinstate().await, Err(SuspensionError::NotNow));
    let again = NewSuspension {
        at_ms: AT_MS + 2,
        ..suspension(&world, person)
    };
    assert_eq!(store.suspend(again).await, Ok(0));
    let (kind, ..) = world.notices().await.pop().unwrap();
    assert_eq!(kind, "account_suspended");
}

pub(crate) async fn only_who_may_sign_in_is_suspended(world: World) {
    let person = world.account(0, "a@example.tw").await;
    let unproved = world.account(1, "b@example.tw").await;
    let sql = format!("UPDATE account SET state = 'pending_email' WHERE person_id = '{unproved}'");
    statement(&world.database, &sql).await.unwrap();
    let suspend = |person| world.store.suspend(suspension(&world, person));
    assert!(suspend(person).await.is_ok());
    assert_eq!(suspend(person).await, Err(SuspensionError::NotNow));
    assert_eq!(suspend(unproved).await, Err(SuspensionError::NotNow));
    let nobody = world.people[2];
    assert_eq!(suspend(nobody).await, Err(SuspensionError::NotFound));
    let back = world.store.reinstate(nobody, world.officer, AT_MS).await;
    assert_eq!(back, Err(SuspensionError::NotFound));
    let told = world.notices().await.into_iter();
    let told: Vec<_> = told.map(|(kind, to, _)| (kind, to)).collect();
    assert_eq!(told, [("account_suspended".to_owned(), person.to_string())]);
}

pub(crate) async fn accounts_are_found_by_name_and_address_and_the_suspended_without_asking(
    world: World,
) {
    let person = world.account(0, "a@example.tw").await;
    let other = world.account(1, "b@example.tw").await;
    world.account(2, "c@example.tw").await;
    let closed = "UPDATE account SET state = 'closed' WHERE email = 'c@example.tw'";
    statement(&world.database, closed).await.unwrap();
    world.add_visit().await;
    assert_eq!(find(&world, "").await, []);
    let expected = FoundAccount {
        person,
        name: "林陳秀英".into(),
        email: "a@example.tw".into(),
        state: AccountState::Active,
        suspended: None,
        visits_ahead: 1,
    };
    for text in ["秀英", "a@example.tw"] {
        assert_eq!(find(&world, text).await, std::slice::from_ref(&expected));
    }
    assert_eq!(find(&world, "@example.tw").await, []);
    assert_eq!(find(&world, "%").await, []);
    let mut found = find(&world, "林").await;
    found.sort_by_key(|account| account.email.clone());
    let found: Vec<_> = found.into_iter().map(|account| account.person).collect();
    assert_eq!(found, [person, other]);
    let suspended = world.store.suspend(suspension(&world, person)).await;
    suspended.unwrap();
    let expected = FoundAccount {
        state: AccountState::Suspended,
        suspended: Some((AT_MS, WHY.into())),
        visits_ahead: 0,
        ..expected
    };
    assert_eq!(find(&world, "").await, [expected]);
}
