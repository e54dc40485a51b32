//! Staff and their sessions.

use booking_domain::{
    Duties, Duty, Facilities, NewFacility, OpenSession, Registry, Role, STAFF_IDLE_MS,
    StaffSessions,
};
use grant::SecretHash;

use crate::support::world::{
    MINUTE_MS, OFFICER_SECRET, SLOT, STARTS_AT_MS, TERMINAL_SECRETS, World,
};

const SECRET: SecretHash = SecretHash::from_bytes([0xc1; 32]);

async fn begin(world: &World) {
    let session = OpenSession {
        staff: world.officer,
        secret: SECRET,
        at_ms: STARTS_AT_MS,
        expires_at_ms: STARTS_AT_MS + 2 * STAFF_IDLE_MS,
    };
    world.store.begin_staff_session(session).await.unwrap();
}

async fn is_known(world: &World, secret: SecretHash, at_ms: u64) -> bool {
    let found = world.store.staff_session(secret, at_ms).await.unwrap();
    found.is_some()
}

pub(crate) async fn a_session_tells_who_and_which_duties_until_it_expires(world: World) {
    let at_ms = SLOT.ends_at_ms - 1;
    let known = world.store.staff_session(OFFICER_SECRET, at_ms).await;
    let known = known.unwrap().unwrap();
    assert_eq!((known.staff, &*known.name), (world.officer, "王信義"));
    assert!(known.complete && !known.password_is_temporary);
    let duty = Duty::new(Role::Officer, Some(world.facility)).unwrap();
    assert_eq!(known.duties, Duties::new([duty]));
    assert!(!is_known(&world, OFFICER_SECRET, SLOT.ends_at_ms).await);
    assert!(!is_known(&world, TERMINAL_SECRETS[0], STARTS_AT_MS).await);
}

pub(crate) async fn a_session_that_nobody_uses_is_over_after_half_an_hour(world: World) {
    begin(&world).await;
    assert!(is_known(&world, SECRET, STARTS_AT_MS + STAFF_IDLE_MS - 1).await);
    let used_at_ms = STARTS_AT_MS + STAFF_IDLE_MS - 1;
    assert!(is_known(&world, SECRET, used_at_ms + STAFF_IDLE_MS - MINUTE_MS).await);
    let longest_ms = STARTS_AT_MS + 2 * STAFF_IDLE_MS;
    assert!(!is_known(&world, SECRET, longest_ms).await);
    sqlx::query("UPDATE staff_session SET expires_at_ms = $1")
        .bind(i64::MAX)
        .execute(&world.database)
        .await
        .unwrap();
    let used_at_ms = used_at_ms + STAFF_IDLE_MS - MINUTE_MS;
    assert!(!is_known(&world, SECRET, used_at_ms + STAFF_IDLE_MS).await);
}

pub(crate) async fn a_session_that_is_ended_or_of_somebody_suspended_lets_nobody_in(world: World) {
    begin(&world).await;
    let session = world.store.staff_session(SECRET, STARTS_AT_MS).await;
    assert!(!session.unwrap().unwrap().complete);
    world
        .store
        .end_staff_session(SECRET, STARTS_AT_MS)
        .await
        .unwrap();
    world
        .store
        .end_staff_session(SECRET, STARTS_AT_MS)
        .await
        .unwrap();
    assert!(!is_known(&world, SECRET, STARTS_AT_MS).await);
    assert!(is_known(&world, OFFICER_SECRET, STARTS_AT_MS).await);
    sqlx::query("UPDATE staff SET state = 'suspended'")
        .execute(&world.database)
        .await
        .unwrap();
    assert!(!is_known(&world, OFFICER_SECRET, STARTS_AT_MS).await);
}

pub(crate) async fn facilities_are_found_by_id_and_by_name(world: World) {
    let second = NewFacility {
        name: "乙監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let second = world.store.add_facility(second).await.unwrap();
    let found = world.store.facility(second).await.unwrap().unwrap();
    assert_eq!(
        (&*found.name.own, &*found.time_zone),
        ("乙監獄", "Asia/Taipei")
    );
    let all = world.store.facilities().await.unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.contains(&found));
    assert_eq!(
        world
            .store
            .facility(world.officer.as_uuid().to_string().parse().unwrap())
            .await,
        Ok(None)
    );
}
