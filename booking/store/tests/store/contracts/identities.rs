//! What identifies a visitor, put right by staff.

use booking_domain::{
    Cause, MessageKind,
    accounts::{
        Accounts, Closed, CorrectionError, IdentityCorrection, IdentityCorrections, PersonName,
        SealedNationalId,
    },
};
use ids::PersonId;
use sqlx::Row;

use crate::support::{
    accounts::{NOW_MS, account, active, kinds, proof},
    audit_trail_of, statement,
    world::World,
};

const WHY: &str = "本人持身分證申請更正";

fn correction(world: &World, person: PersonId) -> IdentityCorrection {
    IdentityCorrection {
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
        ..correction(world, person)
    };
    world.store.correct_identity(correction).await
}

pub(crate) async fn what_is_put_right_is_changed_told_and_noted_and_nothing_else(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let before = store.account(person).await.unwrap().unwrap();
    let name = PersonName::parse("林陳秀瑛").unwrap();
    let only_name = IdentityCorrection {
        name: Some(name.clone()),
        ..correction(&world, person)
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
        ..correction(&world, person)
    };
    store.correct_identity(born).await.unwrap();
    correct_number(&world, person, 9).await.unwrap();
    let after = store.account(person).await.unwrap().unwrap();
    assert_eq!((after.national_id, after.birth_date), (vec![9], vec![7, 7]));
    let told = MessageKind::IdentityCorrected.as_str();
    assert!(kinds(&world, person).await.iter().any(|kind| kind == told));
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
    assert!(
        trail
            .iter()
            .all(|(_, action, _)| action != "identity_corrected")
    );

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
    let younger = |without_adult| IdentityCorrection {
        birth_date: Some(vec![7]),
        without_adult,
        ..correction(&world, person)
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
}

pub(crate) async fn the_bars_of_a_closed_account_come_with_its_national_id(world: World) {
    let store = &world.store;
    let closed = active(&world, "a@example.tw", 1).await;
    let bar = format!(
        "INSERT INTO restriction (id, facility_id, person_id, kind, reason, from_ms, created_at_ms)
         VALUES ('{}', '{}', '{closed}', 'breach', '以其他裝置錄影', 0, 0)",
        world.officer, world.facility
    );
    statement(&world.database, &bar).await.unwrap();
    let done = store.close_account(closed, "hash 1", NOW_MS).await;
    assert_eq!(done, Ok(Closed::Done));
    let person = active(&world, "b@example.tw", 2).await;
    let bars = async || {
        let sql = format!("SELECT COUNT(*) FROM restriction WHERE person_id = '{person}'");
        let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql));
        count.fetch_one(&world.database).await.unwrap()
    };
    assert_eq!(bars().await, 0);
    correct_number(&world, person, 1).await.unwrap();
    assert_eq!(bars().await, 1);
}
