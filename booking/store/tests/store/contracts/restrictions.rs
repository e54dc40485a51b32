//! Who may not visit, whatever was approved.

use booking_domain::applications::{
    ApplicationError, ApplicationState, NewRestriction, RestrictionKind, Restrictions,
    RestrictionsPage,
};
use booking_domain::{NewFacility, Registry};

use crate::support::{
    applicants::APPLIED_AT_MS,
    audit_trail, statement,
    world::{MINUTE_MS, SLOT, World},
};

fn restriction(world: &World) -> NewRestriction {
    world.restriction(APPLIED_AT_MS, APPLIED_AT_MS + 10)
}

pub(super) async fn state(world: &World, visit: ids::VisitId) -> String {
    sqlx::query_scalar("SELECT state FROM visit WHERE id = $1")
        .bind(visit.to_string())
        .fetch_one(&world.database)
        .await
        .unwrap()
}

pub(crate) async fn a_restriction_flags_what_it_touches_and_is_lifted_once(world: World) {
    world.in_state(0, ApplicationState::Approved).await;
    let visit = world.add_visit().await;
    let over = NewRestriction {
        until_ms: Some(APPLIED_AT_MS + 20),
        ..restriction(&world)
    };
    let over = world.store.restrict(over).await.unwrap();
    assert_eq!(state(&world, visit).await, "confirmed");
    world.reachable().await;
    let id = world.store.restrict(restriction(&world)).await.unwrap();
    assert_eq!(state(&world, visit).await, "flagged");
    let (actor, action, detail) = audit_trail(&world.database, visit).await.pop().unwrap();
    assert_eq!(actor, format!("staff {}", world.officer));
    assert_eq!(action, "visit_flagged");
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
    let expected = serde_json::json!({ "reason": "restricted", "restriction": id });
    assert_eq!(detail, expected);
    let facility: Option<String> =
        sqlx::query_scalar("SELECT facility_id FROM outbox WHERE kind = 'facility_notice'")
            .fetch_one(&world.database)
            .await
            .unwrap();
    assert_eq!(facility, Some(world.facility.to_string()));

    let page = |before| RestrictionsPage {
        facility: world.facility,
        before,
        limit: 1,
    };
    let listed = world.store.restrictions(page(None)).await.unwrap();
    assert_eq!((listed.len(), listed[0].id), (1, id));
    assert_eq!(listed[0].person.as_ref().unwrap().1, "林陳秀英");
    assert_eq!(listed[0].inmate.as_ref().unwrap().2, "1024");
    assert_eq!(listed[0].staff_name.as_deref(), Some("王信義"));
    let older = world.store.restrictions(page(Some(id))).await.unwrap();
    assert_eq!(older[0].until_ms, Some(APPLIED_AT_MS + 20));
    let facility = world.store.facility_of_restriction(id).await;
    assert_eq!(facility, Ok(Some(world.facility)));

    let lift = async |id, at_ms| {
        let lifted = world
            .store
            .lift_restriction(id, world.officer, "裁定已撤銷", at_ms);
        lifted.await
    };
    assert_eq!(lift(id, APPLIED_AT_MS + 11).await, Ok(true));
    assert_eq!(lift(id, APPLIED_AT_MS + 12).await, Ok(false));
    assert_eq!(
        lift(over, APPLIED_AT_MS + 20).await,
        Ok(false),
        "it is over"
    );
    assert_eq!(lift(over, APPLIED_AT_MS + 19).await, Ok(true));
    let listed = world.store.restrictions(page(None)).await.unwrap();
    assert_eq!(listed[0].lifted_at_ms, Some(APPLIED_AT_MS + 11));
}

pub(crate) async fn a_hold_that_a_restriction_touches_is_taken_back(world: World) {
    let visit = world.add_visit().await;
    let hold = format!("UPDATE visit SET state = 'held' WHERE id = '{visit}'");
    statement(&world.database, &hold).await.unwrap();
    let restricted = NewRestriction {
        person: None,
        ..restriction(&world)
    };
    world.store.restrict(restricted).await.unwrap();
    assert_eq!(state(&world, visit).await, "cancelled");
}

pub(crate) async fn a_restriction_stands_against_a_visit_under_way_once_it_is_in_force(
    world: World,
) {
    world.in_state(0, ApplicationState::Approved).await;
    let visit = world.add_visit().await;
    let now_ms = SLOT.starts_at_ms + MINUTE_MS;
    let begin = format!("UPDATE visit SET state = 'in_session' WHERE id = '{visit}'");
    statement(&world.database, &begin).await.unwrap();
    let soon = world.restriction(now_ms + 1, now_ms);
    world.store.restrict(soon).await.unwrap();
    assert_eq!(state(&world, visit).await, "in_session");
    let after = world.restriction(SLOT.ends_at_ms, SLOT.ends_at_ms);
    world.store.restrict(after).await.unwrap();
    assert_eq!(state(&world, visit).await, "in_session");
    let told_before = world.notices().await.len();
    let now = world.restriction(now_ms, now_ms);
    world.store.restrict(now).await.unwrap();
    assert_eq!(state(&world, visit).await, "flagged");
    let told = world.notices().await.split_off(told_before);
    assert_eq!(told.len(), 3, "the whole party");
    assert!(told.iter().all(|(kind, ..)| kind == "visit_flagged"));
}

pub(crate) async fn a_facility_restricts_only_whom_it_knows(world: World) {
    // Nobody has applied yet.
    let unknown = world.store.restrict(restriction(&world)).await;
    assert_eq!(unknown, Err(ApplicationError::NotFound));
    let inmate_only = NewRestriction {
        person: None,
        kind: RestrictionKind::Discipline,
        ..restriction(&world)
    };
    assert!(world.store.restrict(inmate_only.clone()).await.is_ok());
    let other = NewFacility {
        name: "示範監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let facility = world.store.add_facility(other).await.unwrap();
    let elsewhere = NewRestriction {
        facility,
        ..inmate_only
    };
    let restricted = world.store.restrict(elsewhere).await;
    assert_eq!(restricted, Err(ApplicationError::NotFound));
}
