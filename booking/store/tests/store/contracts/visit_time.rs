//! What a visit's time is spent on, and its end that is moved for what it lost.

use booking_domain::{
    Attendance, CallNote, NewVisit, Registry, Step, StoreError, VisitEvent, VisitJobs, VisitState,
    VisitTime, Visits,
};
use grant::Slot;
use ids::VisitId;

use crate::support::{
    audit_trail, statement,
    world::{MINUTE_MS, SLOT, STARTS_AT_MS, TERMINAL_SECRETS, World, seat},
};

const NOW_MS: u64 = SLOT.ends_at_ms - 5 * MINUTE_MS;

async fn give_back(world: &World, visit: VisitId, lost_minutes: u64) -> u64 {
    let lost_ms = lost_minutes * MINUTE_MS;
    let given = world.store.give_time_back(visit, lost_ms, NOW_MS).await;
    (given.unwrap() - SLOT.ends_at_ms) / MINUTE_MS
}

pub(crate) async fn lost_time_moves_the_end_once_for_each_minute(world: World) {
    let visit = world.add_visit().await;
    assert_eq!(give_back(&world, visit, 3).await, 3);
    assert_eq!(give_back(&world, visit, 3).await, 3, "asked again");
    assert_eq!(give_back(&world, visit, 1).await, 3, "no end comes earlier");
    assert_eq!(
        give_back(&world, visit, 20).await,
        5,
        "what the facility allows"
    );
    let standing = world.store.standing(visit, seat(1)).await.unwrap().unwrap();
    assert_eq!(standing.ends_at_ms, SLOT.ends_at_ms + 5 * MINUTE_MS);
    let trail = audit_trail(&world.database, visit).await;
    let noted: Vec<_> = trail
        .iter()
        .filter(|(_, action, _)| action == "time_given_back")
        .map(|(actor, _, detail)| (&**actor, &**detail))
        .collect();
    let minutes = [r#"{"minutes_given_back":3}"#, r#"{"minutes_given_back":2}"#];
    assert_eq!(noted, minutes.map(|detail| ("system", detail)));
}

pub(crate) async fn a_moved_end_leaves_who_comes_next_alone_and_keeps_them_out(world: World) {
    let visit = world.add_visit().await;
    let next = |after_minutes: u64| NewVisit {
        slot: Slot {
            starts_at_ms: SLOT.ends_at_ms + after_minutes * MINUTE_MS,
            ends_at_ms: SLOT.ends_at_ms + 30 * MINUTE_MS,
        },
        opens_at_ms: SLOT.ends_at_ms,
        ..world.visit()
    };
    let added = world.store.add_visit(next(4)).await;
    assert_eq!(give_back(&world, visit, 20).await, 3, "a minute between");
    let sql = format!(
        "UPDATE visit SET state = 'cancelled' WHERE id = '{}'",
        added.unwrap()
    );
    statement(&world.database, &sql).await.unwrap();
    assert_eq!(give_back(&world, visit, 20).await, 5);
    let refused = world.store.add_visit(next(4)).await;
    assert_eq!(refused.unwrap_err(), StoreError::Overlap);
    world.store.add_visit(next(5)).await.unwrap();
    let terminal = world.store.terminal(TERMINAL_SECRETS[0]).await.unwrap();
    let shown = world
        .store
        .terminal_visits(terminal.unwrap().id, NOW_MS, u64::MAX)
        .await
        .unwrap();
    assert_eq!(shown[0].ends_at_ms, SLOT.ends_at_ms + 5 * MINUTE_MS);
}

pub(crate) async fn what_cannot_be_joined_any_more_keeps_its_end(world: World) {
    let visit = world.add_visit().await;
    let late = world
        .store
        .give_time_back(visit, MINUTE_MS, SLOT.ends_at_ms)
        .await;
    assert_eq!(late, Ok(SLOT.ends_at_ms));
    let sql = "UPDATE facility SET give_back_minutes = 0";
    statement(&world.database, sql).await.unwrap();
    assert_eq!(
        give_back(&world, visit, 3).await,
        0,
        "the facility gives none"
    );
    let sql = "UPDATE facility SET give_back_minutes = 5";
    statement(&world.database, sql).await.unwrap();
    let sql = "UPDATE visit SET state = 'flagged'";
    statement(&world.database, sql).await.unwrap();
    assert_eq!(give_back(&world, visit, 3).await, 0);
    let unknown = VisitId::from_uuid(uuid::Uuid::from_u128(1));
    let refused = world.store.give_time_back(unknown, MINUTE_MS, NOW_MS).await;
    assert!(
        matches!(refused, Err(StoreError::Invalid(_))),
        "{refused:?}"
    );
}

pub(crate) async fn half_a_visit_without_the_inmate_is_short(world: World) {
    let visit = world.add_visit().await;
    for step in [
        Step::Joined { seat: seat(1) },
        Step::Heard { seat: seat(0) },
    ] {
        let event = VisitEvent {
            visit,
            at_ms: STARTS_AT_MS,
            step,
        };
        world.store.record(event).await.unwrap();
    }
    add(&world, visit, minutes(10, 10)).await;
    assert!(!is_short(&world).await);
    add(&world, visit, minutes(0, 7)).await;
    assert!(is_short(&world).await, "17 of 30 minutes");
    give_back(&world, visit, 17).await;
    assert!(!is_short(&world).await, "5 of them were given back");
}

pub(crate) async fn what_is_noted_in_a_row_counts_like_one_after_the_other(world: World) {
    let visit = world.add_visit().await;
    let step = |step| {
        let at_ms = STARTS_AT_MS;
        CallNote::Step(VisitEvent { visit, at_ms, step })
    };
    let spent = |together, without_inmate| {
        let time = minutes(together, without_inmate);
        CallNote::Time { visit, time }
    };
    let notes = [
        step(Step::SlotEnded),
        step(Step::Joined { seat: seat(1) }),
        spent(10, 10),
        step(Step::Heard { seat: seat(0) }),
        step(Step::Left { seat: seat(1) }),
        spent(0, 7),
        step(Step::Joined { seat: seat(1) }),
    ];
    world.store.note(&notes).await.unwrap();
    let standing = world.store.standing(visit, seat(1)).await.unwrap().unwrap();
    assert_eq!(
        standing.state,
        VisitState::InSession,
        "what it did not take held up nothing"
    );
    assert!(is_short(&world).await, "17 of 30 minutes");
    let trail = audit_trail(&world.database, visit).await;
    let actions: Vec<_> = trail.iter().map(|(_, action, _)| &**action).collect();
    assert_eq!(actions, ["slot_ended", "joined", "heard", "left", "joined"]);
}

fn minutes(together: u64, without_inmate: u64) -> VisitTime {
    VisitTime {
        together_ms: together * MINUTE_MS,
        without_inmate_ms: without_inmate * MINUTE_MS,
        without_visitors_ms: 0,
    }
}

async fn is_short(world: &World) -> bool {
    let after_ms = SLOT.ends_at_ms + 10 * MINUTE_MS;
    let unsettled: Vec<(VisitId, Attendance)> =
        world.store.unsettled_visits(after_ms).await.unwrap();
    unsettled[0].1.short
}

async fn add(world: &World, visit: VisitId, time: VisitTime) {
    let spent = CallNote::Time { visit, time };
    world.store.note(&[spent]).await.unwrap();
}
