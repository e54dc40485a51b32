//! What identifies a visitor, put right by staff.

use booking_domain::{
    Cause, MessageKind, NewFacility, NewInmate, Registry,
    accounts::{
        Accounts, Applicant, Closed, CorrectionError, IdentityCorrection, IdentityCorrections,
        PersonName, SealedNationalId,
    },
    applications::{ApplicationState, Applications, NewApplication, NewRestriction, Restrictions},
};
use ids::{ApplicationId, PersonId, RestrictionId};
use serde_json::{Value, json};
use sqlx::Row;

use super::restrictions::state;
use crate::support::{
    accounts::{NOW_MS, account, active, messages, proof},
    audit_trail_of, statement,
    world::{MINUTE_MS, SLOT, World},
};

const WHY: &str = "本人持身分證申請更正";

/// A correction beside an application of somebody's; whoever has an account and no application hands one in.
async fn correction(world: &World, person: PersonId) -> IdentityCorrection {
    let sql = format!(
        "INSERT INTO application (id, person_id, inmate_id, facility_id, relationship, on_site, remote,
                                  mobile, state, created_at_ms, changed_at_ms)
         SELECT person_id, person_id, inmate.id, inmate.facility_id, 'spouse', 0, 0, 1, 'submitted', 0, 0
         FROM account, inmate
         WHERE person_id = '{person}' AND account.state = 'active' AND inmate.id = '{}'
           AND NOT EXISTS (SELECT 1 FROM application AS has WHERE has.person_id = account.person_id)",
        world.inmates[0]
    );
    statement(&world.database, &sql).await.unwrap();
    let sql = format!(
        "SELECT id FROM application WHERE person_id = '{person}' AND facility_id = '{}'",
        world.facility
    );
    let application: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_optional(&world.database)
        .await
        .unwrap();
    let nobodys = ApplicationId::from_uuid(person.as_uuid());
    IdentityCorrection {
        application: application.map_or(nobodys, |id| id.parse().unwrap()),
        person,
        facility: world.facility,
        name: None,
        national_id: None,
        birth_date: None,
        without_adult: Vec::new(),
        staff: world.officer,
        reason: WHY.into(),
        at_ms: NOW_MS + 5,
    }
}

async fn correct_number(
    world: &World,
    person: PersonId,
    number: u8,
) -> Result<(), CorrectionError> {
    let national_id = SealedNationalId {
        sealed: vec![number],
        index: [number; 32],
    };
    let national_id = Some(national_id);
    let correction = IdentityCorrection {
        national_id,
        ..correction(world, person).await
    };
    world.store.correct_identity(correction).await
}

pub(crate) async fn what_is_put_right_is_changed_told_and_noted_and_nothing_else(world: World) {
    let store = &world.store;
    let reachable = "UPDATE facility SET contact_telephone = '02-5550-0100', latin_name = 'Demo'";
    statement(&world.database, reachable).await.unwrap();
    let person = active(&world, "a@example.tw", 1).await;
    let before = store.account(person).await.unwrap().unwrap();
    let name = PersonName::parse("林陳秀瑛").unwrap();
    let only_name = IdentityCorrection {
        name: Some(name.clone()),
        ..correction(&world, person).await
    };
    store.correct_identity(only_name).await.unwrap();
    let after = store.account(person).await.unwrap().unwrap();
    assert_eq!(after.name, name.as_str());
    assert_eq!(
        (&after.national_id, &after.birth_date),
        (&before.national_id, &before.birth_date)
    );
    let born = IdentityCorrection {
        birth_date: Some(vec![7, 7]),
        ..correction(&world, person).await
    };
    store.correct_identity(born).await.unwrap();
    correct_number(&world, person, 9).await.unwrap();
    let after = store.account(person).await.unwrap().unwrap();
    assert_eq!((after.national_id, after.birth_date), (vec![9], vec![7, 7]));
    let (kind, params) = messages(&world, person).await.pop().unwrap();
    assert_eq!(kind, MessageKind::IdentityCorrected.as_str());
    let params: Value = serde_json::from_str(&params).unwrap();
    let by =
        json!({ "facility": "示範看守所", "facility_latin": "Demo", "telephone": "02-5550-0100" });
    assert_eq!(params, by);
    let trail = audit_trail_of(&world.database, person).await;
    let (actor, action, detail) = trail.last().unwrap();
    assert_eq!(action, "identity_corrected");
    assert!(actor.contains(&world.officer.to_string()) && detail.contains(WHY));
    assert!(detail.contains("\"national_id\":true") && detail.contains("\"person_name\":false"));
}

pub(crate) async fn a_national_id_has_one_account_whoever_puts_it_right(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    active(&world, "b@example.tw", 2).await;
    let taken = correct_number(&world, person, 2).await;
    assert_eq!(taken, Err(CorrectionError::Taken));
    let trail = audit_trail_of(&world.database, person).await;
    let (actor, action, detail) = trail.last().unwrap();
    assert_eq!(actor, &format!("staff {}", world.officer));
    assert_eq!(action, "identity_not_corrected");
    // Not which number.
    let detail: Value = serde_json::from_str(detail).unwrap();
    assert_eq!(detail, json!({ "reason": WHY }));

    let unproved = account(&world, "c@example.tw", 3);
    let waits = unproved.person;
    store.register(unproved, proof(9, NOW_MS)).await.unwrap();
    let refused = correct_number(&world, waits, 4).await;
    assert_eq!(refused, Err(CorrectionError::NotNow));
    correct_number(&world, person, 3).await.unwrap();
    assert!(store.account(waits).await.unwrap().is_none());

    let nobody = PersonId::from_uuid(world.officer.as_uuid());
    let refused = correct_number(&world, nobody, 5).await;
    assert_eq!(refused, Err(CorrectionError::NotFound));
}

pub(crate) async fn a_visit_in_which_no_adult_is_left_by_it_needs_a_look(world: World) {
    let person = active(&world, "a@example.tw", 1).await;
    let visit = world.add_visit().await;
    let state = async || {
        let sql = format!("SELECT state, reason FROM visit WHERE id = '{visit}'");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql));
        let row = row.fetch_one(&world.database).await.unwrap();
        (
            row.get::<String, _>("state"),
            row.get::<Option<String>, _>("reason"),
        )
    };
    let birth_date = IdentityCorrection {
        birth_date: Some(vec![7]),
        ..correction(&world, person).await
    };
    let younger = |without_adult| IdentityCorrection {
        without_adult,
        ..birth_date.clone()
    };
    let corrected = world.store.correct_identity(younger(Vec::new())).await;
    assert_eq!(corrected, Ok(()));
    assert_eq!(state().await, ("confirmed".to_owned(), None));
    let corrected = world.store.correct_identity(younger(vec![visit])).await;
    assert_eq!(corrected, Ok(()));
    let needs_a_look = (
        "flagged".to_owned(),
        Some(Cause::NoAdult.as_str().to_owned()),
    );
    assert_eq!(state().await, needs_a_look);
    let confirm =
        format!("UPDATE visit SET state = 'confirmed', reason = NULL WHERE id = '{visit}'");
    statement(&world.database, &confirm).await.unwrap();
    let flagged = world
        .store
        .flag_without_adult(&[visit], world.officer, NOW_MS + 6)
        .await;
    assert_eq!(flagged, Ok(()));
    assert_eq!(state().await, needs_a_look);
}

/// An account that is closed once its owner has been barred.
async fn barred(world: &World, email: &str, number: u8) {
    let closed = active(world, email, number).await;
    let bar = format!(
        "INSERT INTO restriction (id, facility_id, person_id, kind, reason, from_ms, created_at_ms)
         VALUES ('{}', '{}', '{closed}', 'breach', '以其他裝置錄影', 0, 0)",
        world.officer, world.facility
    );
    statement(&world.database, &bar).await.unwrap();
    close(world, closed).await;
}

async fn close(world: &World, person: PersonId) {
    let closed = world.store.close_account(person, "hash 1", NOW_MS).await;
    assert_eq!(closed, Ok(Closed::Done));
}

/// Somebody's bars, by their ids.
async fn bars(world: &World, person: PersonId) -> Vec<String> {
    let sql = format!("SELECT id FROM restriction WHERE person_id = '{person}'");
    let ids = sqlx::query_scalar(sqlx::AssertSqlSafe(sql));
    ids.fetch_all(&world.database).await.unwrap()
}

pub(crate) async fn the_bars_of_a_closed_account_come_with_its_national_id(world: World) {
    barred(&world, "a@example.tw", 1).await;
    let person = active(&world, "b@example.tw", 2).await;
    let mut visit = world.visit();
    visit.party = vec![person];
    let visit = world.store.add_visit(visit).await.unwrap();
    correct_number(&world, person, 3).await.unwrap();
    assert_eq!(bars(&world, person).await.len(), 0);
    assert_eq!(state(&world, visit).await, "confirmed");

    correct_number(&world, person, 1).await.unwrap();
    let bar = bars(&world, person).await.remove(0);
    assert_eq!(state(&world, visit).await, "flagged");
    let trail = audit_trail_of(&world.database, visit).await;
    let (actor, action, detail) = trail.last().unwrap();
    let staff = format!("staff {}", world.officer);
    assert_eq!((actor, action.as_str()), (&staff, "visit_flagged"));
    let detail: Value = serde_json::from_str(detail).unwrap();
    assert_eq!(
        detail,
        json!({ "reason": "restricted", "restriction": bar })
    );
    let trail = audit_trail_of(&world.database, &bar).await;
    let (actor, action, detail) = &trail[0];
    assert_eq!((actor, action.as_str()), (&staff, "restricted"));
    assert!(detail.contains(&person.to_string()));
}

pub(crate) async fn a_bar_comes_once_and_stays_lifted_however_often_a_national_id_is_corrected(
    world: World,
) {
    barred(&world, "a@example.tw", 1).await;
    // Another closed account, with the same bar.
    let again = active(&world, "a@example.tw", 1).await;
    assert_eq!(bars(&world, again).await.len(), 1);
    close(&world, again).await;
    let person = active(&world, "b@example.tw", 2).await;
    for number in [1, 1] {
        correct_number(&world, person, number).await.unwrap();
        assert_eq!(bars(&world, person).await.len(), 1);
    }
    let bar = bars(&world, person).await.remove(0).parse().unwrap();
    let lifted = world.store.lift_restriction(bar, world.officer, WHY, 1);
    assert_eq!(lifted.await, Ok(true));
    for number in [3, 1] {
        correct_number(&world, person, number).await.unwrap();
        assert_eq!(bars(&world, person).await.len(), 1);
    }
}

pub(crate) async fn a_bar_that_came_with_a_wrong_national_id_goes_with_it(world: World) {
    barred(&world, "a@example.tw", 1).await;
    let person = active(&world, "b@example.tw", 2).await;
    let own = world.restriction(0, NOW_MS);
    correct_number(&world, person, 2).await.unwrap();
    let own = NewRestriction {
        person: Some(person),
        inmate: None,
        ..own
    };
    let own = world.store.restrict(own).await.unwrap().to_string();
    correct_number(&world, person, 1).await.unwrap();
    let mut came = bars(&world, person).await;
    came.retain(|bar| *bar != own);
    let strangers = came.remove(0);
    let stands = async || {
        let sql = format!(
            "SELECT id FROM restriction WHERE person_id = '{person}' AND lifted_at_ms IS NULL
             ORDER BY created_at_ms"
        );
        let ids = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql));
        ids.fetch_all(&world.database).await.unwrap()
    };
    assert_eq!(stands().await, [strangers.clone(), own.clone()]);
    correct_number(&world, person, 2).await.unwrap();
    assert_eq!(stands().await, std::slice::from_ref(&own));
    let trail = audit_trail_of(&world.database, &strangers).await;
    let (actor, action, detail) = trail.last().unwrap();
    assert_eq!(
        (&**actor, &**action, detail.contains(WHY)),
        ("system", "restriction_lifted", true)
    );
    // It was the right one after all.
    correct_number(&world, person, 1).await.unwrap();
    assert_eq!(stands().await.len(), 2);
}

pub(crate) async fn a_facility_reads_in_its_trail_by_what_a_bar_came_and_went(world: World) {
    barred(&world, "a@example.tw", 1).await;
    let facility = NewFacility {
        name: "乙監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let elsewhere = world.store.add_facility(facility).await.unwrap();
    let moved = format!("UPDATE restriction SET facility_id = '{elsewhere}'");
    statement(&world.database, &moved).await.unwrap();
    let person = active(&world, "b@example.tw", 2).await;
    correct_number(&world, person, 1).await.unwrap();
    assert_eq!(noted(&world, person).await, (2, 2));
    correct_number(&world, person, 2).await.unwrap();
    assert_eq!(noted(&world, person).await, (2, 4));
    // It stays that facility's to lift.
    let bar: RestrictionId = bars(&world, person).await.remove(0).parse().unwrap();
    let trail = audit_trail_of(&world.database, bar).await;
    let steps: Vec<&str> = trail.iter().map(|(_, action, _)| &**action).collect();
    assert_eq!(steps, ["restricted"]);
    let lifted = world.store.lift_restriction(bar, world.officer, WHY, 1);
    assert_eq!(lifted.await, Ok(true));
}

pub(crate) async fn beside_an_application_that_is_over_nobody_is_put_right(world: World) {
    let person = active(&world, "a@example.tw", 1).await;
    let ready = IdentityCorrection {
        birth_date: Some(vec![7, 7]),
        ..correction(&world, person).await
    };
    let foreign = IdentityCorrection {
        person: active(&world, "b@example.tw", 2).await,
        ..ready.clone()
    };
    let refused = world.store.correct_identity(foreign).await;
    assert_eq!(refused, Err(CorrectionError::NotFound));
    let over = "UPDATE application SET state = 'withdrawn'";
    statement(&world.database, over).await.unwrap();
    let refused = world.store.correct_identity(ready).await;
    assert_eq!(refused, Err(CorrectionError::Over));
    assert_eq!(noted(&world, person).await, (0, 0));
}

pub(crate) async fn a_bar_that_begins_later_begins_no_sooner_with_another_account(world: World) {
    barred(&world, "a@example.tw", 1).await;
    let begins = async |from_ms: u64| {
        let sql = format!(
            "UPDATE restriction SET from_ms = {from_ms} WHERE id = '{}'",
            world.officer
        );
        statement(&world.database, &sql).await.unwrap();
    };
    begins(SLOT.ends_at_ms + MINUTE_MS).await;
    // Another closed account, with the same bar from another minute on.
    let again = active(&world, "a@example.tw", 1).await;
    close(&world, again).await;
    begins(SLOT.ends_at_ms).await;
    let person = active(&world, "b@example.tw", 2).await;
    let mut visit = world.visit();
    visit.party = vec![person];
    let before = world.store.add_visit(visit).await.unwrap();
    correct_number(&world, person, 1).await.unwrap();
    assert_eq!(state(&world, before).await, "confirmed");
    let sql = format!("SELECT from_ms FROM restriction WHERE person_id = '{person}'");
    let from_ms: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_all(&world.database)
        .await
        .unwrap();
    assert_eq!(from_ms, [i64::try_from(SLOT.ends_at_ms).unwrap()]);
}

/// At how many facilities the trail has that somebody was put right, and how often.
async fn noted(world: &World, person: PersonId) -> (i64, i64) {
    let sql = format!(
        "SELECT COUNT(DISTINCT facility_id), COUNT(*) FROM audit_event
         WHERE subject_id = '{person}' AND action = 'identity_corrected'"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql));
    let row = row.fetch_one(&world.database).await.unwrap();
    (row.get(0), row.get(1))
}

pub(crate) async fn each_facility_with_an_application_under_way_reads_it_in_its_trail(
    world: World,
) {
    let store = &world.store;
    let here = world.in_state(0, ApplicationState::Approved).await;
    let person = world.account(0, "a@example.tw").await;
    let mine = |application| Applicant {
        person,
        facility: world.facility,
        application,
    };
    let applicant = store.applicant_of(here).await;
    assert_eq!(applicant, Ok(Some(mine(ApplicationState::Approved))));
    let facility = NewFacility {
        name: "乙監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let inmate = NewInmate {
        facility: store.add_facility(facility).await.unwrap(),
        number: "2048".into(),
        name: "陳大志".into(),
        first_name: "大志".into(),
    };
    let elsewhere = NewApplication {
        inmate: store.add_inmate(inmate).await.unwrap(),
        ..world.application(0)
    };
    let elsewhere = store.begin_application(elsewhere).await.unwrap();
    assert_eq!(store.applicant_of(elsewhere).await, Ok(None));
    correct_number(&world, person, 8).await.unwrap();
    assert_eq!(noted(&world, person).await, (1, 1));
    let stands = async |state: &str| {
        let sql = format!("UPDATE application SET state = '{state}' WHERE id = '{elsewhere}'");
        statement(&world.database, &sql).await.unwrap();
    };
    stands("submitted").await;
    correct_number(&world, person, 9).await.unwrap();
    assert_eq!(noted(&world, person).await, (2, 3));
    stands("withdrawn").await;
    correct_number(&world, person, 8).await.unwrap();
    assert_eq!(noted(&world, person).await, (2, 4));
}
