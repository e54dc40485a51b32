//! Whom a store forgets once nothing needs them, and whom it does not.

use booking_domain::{
    Actor, Departed, Departure, Forgetting, ForgettingLimits, Inmates, IssueCause, Outbox,
    accounts::Accounts,
    applications::{ApplicationState, Restrictions, Retention, RetentionLimits},
};
use ids::InmateId;
use sqlx::Row;
use tracing::{Instrument, Span};
use uuid::Uuid;

use crate::support::{
    audit_trail, audit_trail_of,
    season::agree,
    statement,
    world::{OPENS_AT_MS, SLOT, World},
};

const DAY_MS: u64 = 24 * 60 * 60_000;
const VISIT_MS: u64 = 90 * DAY_MS;
const INMATE_MS: u64 = 200 * DAY_MS;
const LEFT_AT_MS: u64 = SLOT.ends_at_ms + DAY_MS;

fn limits() -> ForgettingLimits {
    ForgettingLimits {
        visit_ms: VISIT_MS,
        inmate_ms: INMATE_MS,
        held: Vec::new(),
    }
}

/// The limits while something is under way about the first inmate, and one who is nobody's.
fn held(world: &World) -> ForgettingLimits {
    ForgettingLimits {
        held: vec![world.inmates[0], InmateId::from_uuid(Uuid::nil())],
        ..limits()
    }
}

/// Statements of the tests' own, apart from those of the store.
fn aside() -> Span {
    tracing::info_span!("aside")
}

async fn run(world: &World, sql: &str) {
    let done = statement(&world.database, sql).instrument(aside());
    done.await.unwrap();
}

async fn count(world: &World, from: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {from}");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&world.database);
    row.instrument(aside()).await.unwrap().get(0)
}

async fn forget_visits(world: &World, limits: &ForgettingLimits, now_ms: u64) -> u32 {
    let forgotten = world.store.forget_visits(limits, now_ms, 10);
    forgotten.await.unwrap()
}

async fn forget_inmates(world: &World, limits: &ForgettingLimits, now_ms: u64) -> u32 {
    let forgotten = world.store.forget_inmates(limits, now_ms, 10);
    forgotten.await.unwrap()
}

async fn leaves(world: &World, inmate: InmateId) {
    let departure = Departure {
        inmate,
        facility: world.facility,
        to: None,
        by: Actor::System,
        at_ms: LEFT_AT_MS,
    };
    let left = world.store.depart(departure).await.unwrap();
    assert!(matches!(left, Departed::Done { .. }));
}

pub(crate) async fn the_people_of_a_visit_are_forgotten_once_it_is_long_past(world: World) {
    let world = &world;
    let visit = world.add_visit().await;
    let issued = world.issue(visit, 1, 1, IssueCause::Confirmed, OPENS_AT_MS);
    issued.await.unwrap();
    let applicant = world.people[0];
    let over = format!(
        "applicant_id = '{applicant}', reason = '接見人以其他裝置錄影',
         ground = 'bereavement', event_on = '2026-11-14'"
    );
    run(world, &format!("UPDATE visit SET {over}")).await;
    let old_ms = SLOT.ends_at_ms + VISIT_MS;
    assert_eq!(
        forget_visits(world, &limits(), old_ms).await,
        0,
        "nobody settled it"
    );
    run(world, "UPDATE visit SET state = 'terminated'").await;
    assert_eq!(forget_visits(world, &limits(), old_ms - 1).await, 0);
    assert_eq!(forget_visits(world, &held(world), old_ms).await, 0);
    for kept in ["seat_link", "visit_member", "outbox"] {
        assert_ne!(count(world, kept).await, 0, "{kept}");
    }
    assert_eq!(forget_visits(world, &limits(), old_ms).await, 1);
    assert_eq!(forget_visits(world, &limits(), old_ms).await, 0, "once");
    for emptied in ["seat_link", "visit_member", "outbox"] {
        assert_eq!(count(world, emptied).await, 0, "{emptied}");
    }
    let bare = "visit WHERE applicant_id IS NULL AND reason IS NULL AND event_on IS NULL
                AND ground = 'bereavement' AND state = 'terminated'";
    assert_eq!(count(world, bare).await, 1, "what is counted stays");
    let trail = audit_trail(&world.database, visit).await;
    let (actor, step, _) = trail.last().unwrap();
    assert_eq!((&**actor, &**step), ("system", "visit_forgotten"));
}

pub(crate) async fn a_missed_visit_is_remembered_while_it_may_bar_its_people(world: World) {
    let world = &world;
    world.add_visit().await;
    leaves(world, world.inmates[0]).await;
    run(world, "UPDATE visit SET state = 'no_show'").await;
    run(world, "UPDATE visit_member SET missed = 1 WHERE seat = 2").await;
    let nine_months_ms = SLOT.starts_at_ms + 9 * 31 * DAY_MS;
    assert_eq!(forget_visits(world, &limits(), nine_months_ms - 1).await, 0);
    assert_eq!(forget_inmates(world, &limits(), nine_months_ms).await, 0);
    assert_eq!(forget_visits(world, &limits(), nine_months_ms).await, 1);
    assert_eq!(forget_inmates(world, &limits(), nine_months_ms).await, 1);
}

pub(crate) async fn who_left_long_ago_is_forgotten_once_nothing_needs_them(world: World) {
    let world = &world;
    let [inmate, present] = world.inmates;
    world.add_visit().await;
    let application = world
        .in_state(3, ApplicationState::Approved)
        .instrument(aside());
    let application = application.await;
    agree(world, world.people[0], world.people[1], inmate).await;
    leaves(world, inmate).await;
    let restriction = world.restriction(LEFT_AT_MS, LEFT_AT_MS);
    world.store.restrict(restriction).await.unwrap();
    let gone_ms = LEFT_AT_MS + INMATE_MS;
    let forget =
        async |limits: ForgettingLimits, now_ms| forget_inmates(world, &limits, now_ms).await;
    let of_application =
        |state| format!("application SET state = '{state}' WHERE id = '{application}'");
    let [under_way, over] = ["draft", "stale"].map(of_application);
    // What needs the name, and how that passes.
    let obstacles = [
        (
            "restriction SET lifted_at_ms = NULL",
            "restriction SET lifted_at_ms = 0",
        ),
        (
            "document SET deleted_at_ms = NULL",
            "document SET deleted_at_ms = 0",
        ),
        (
            "visit SET forgotten_at_ms = NULL",
            "visit SET forgotten_at_ms = 0",
        ),
        (&under_way, &over),
    ];
    for (_, passes) in obstacles {
        run(world, &format!("UPDATE {passes}")).await;
    }
    for (stands, passes) in obstacles {
        run(world, &format!("UPDATE {stands}")).await;
        assert_eq!(forget(limits(), gone_ms).await, 0, "{stands}");
        run(world, &format!("UPDATE {passes}")).await;
    }
    assert_eq!(forget(held(world), gone_ms).await, 0, "a complaint");
    assert_eq!(forget(limits(), gone_ms - 1).await, 0, "too soon");
    assert_eq!(forget(limits(), gone_ms).await, 1);
    let nameless = "inmate WHERE number = '' AND name = '' AND first_name = ''";
    assert_eq!(count(world, nameless).await, 1);
    for emptied in ["application", "document", "companion", "restriction"] {
        assert_eq!(count(world, emptied).await, 0, "{emptied}");
    }
    let known = world.store.inmate(present).await.unwrap().unwrap();
    assert_eq!(known.row.number, "1025");
    let trail = audit_trail_of(&world.database, inmate).await;
    let (actor, step, _) = trail.last().unwrap();
    assert_eq!((&**actor, &**step), ("system", "inmate_forgotten"));
}

pub(crate) async fn what_a_complaint_needs_stays_whichever_time_has_come(world: World) {
    // These look through whole tables, a few rows at a time.
    what_a_complaint_needs(&world).instrument(aside()).await;
}

async fn what_a_complaint_needs(world: &World) {
    let visit = world.add_visit().await;
    let issued = world.issue(visit, 1, 1, IssueCause::Confirmed, OPENS_AT_MS);
    issued.await.unwrap();
    world.in_state(3, ApplicationState::Refused).await;
    // One who came, one who only booked, one who only applied.
    for person in 1..4 {
        let email = format!("{person}@mail.test");
        world.account(person, &email).await;
    }
    let booked_by = world.people[2];
    for sql in [
        &format!("UPDATE visit SET state = 'completed', applicant_id = '{booked_by}'"),
        "DELETE FROM visit_member WHERE seat = 3",
        "DELETE FROM application WHERE state = 'approved'",
        "UPDATE outbox SET state = 'sent', sent_at_ms = 1",
        "UPDATE account SET state = 'closed', closed_at_ms = 1",
    ] {
        run(world, sql).await;
    }
    let (store, now_ms) = (&world.store, SLOT.ends_at_ms + INMATE_MS);
    let gone = async |held: &[InmateId]| {
        let limits = RetentionLimits::default();
        let documents = store.delete_old_documents(limits, held, now_ms, 10).await;
        let texts = store.empty_old_texts(held, now_ms, 10).await.unwrap();
        let swept = store.sweep_accounts(held, now_ms, 10).await.unwrap();
        (documents.unwrap().len(), i64::from(texts), swept.forgotten)
    };
    let messages = count(world, "outbox").await;
    let about_applications = "outbox WHERE kind LIKE 'application%'";
    assert!((1..messages).contains(&count(world, about_applications).await));
    assert_eq!(gone(&held(world).held).await, (0, 0, 0), "a complaint");
    assert_eq!(gone(&world.inmates[1..]).await, (3, messages, 3));
}
