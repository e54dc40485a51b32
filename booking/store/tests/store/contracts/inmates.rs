//! Inmates: added, found, brought in by lists, and what follows when one leaves.

use booking_domain::{
    Actor, Departed, Departure, Import, InmateQuery, InmateRow, InmateState, Inmates, NewFacility,
    Registry, RowFault, StoreError,
};
use ids::{FacilityId, InmateId};

use crate::support::{
    audit_actions, statement,
    world::{STARTS_AT_MS, World},
};

const NOW_MS: u64 = STARTS_AT_MS - 1;

fn row(number: &str, name: &str, first_name: &str) -> InmateRow {
    InmateRow::new(number, name, first_name).unwrap()
}

async fn another_facility(world: &World) -> FacilityId {
    let facility = NewFacility {
        name: "乙監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    world.store.add_facility(facility).await.unwrap()
}

async fn find(world: &World, text: &str, state: Option<InmateState>) -> Vec<InmateId> {
    let query = InmateQuery {
        facility: world.facility,
        text: text.into(),
        state,
        before: None,
        limit: 10,
    };
    let found = world.store.find_inmates(query).await.unwrap();
    found.into_iter().map(|inmate| inmate.id).collect()
}

pub(crate) async fn an_inmate_is_found_by_the_number_or_a_part_of_the_name(world: World) {
    let [first, second] = world.inmates;
    let added = world
        .store
        .admit_inmate(
            world.facility,
            row("2048", "王大志", "大志"),
            Actor::System,
            NOW_MS,
        )
        .await
        .unwrap();
    let taken = world
        .store
        .admit_inmate(
            world.facility,
            row("2048", "陳大志", "大志"),
            Actor::System,
            NOW_MS,
        )
        .await;
    assert!(matches!(taken, Err(StoreError::Duplicate(_))));
    assert_eq!(find(&world, "", None).await, [added, second, first]);
    assert_eq!(find(&world, "102", None).await, [second, first]);
    assert_eq!(find(&world, "大", None).await, [added]);
    assert_eq!(find(&world, "%", None).await, []);
    assert_eq!(find(&world, "", Some(InmateState::Released)).await, []);
}

pub(crate) async fn a_list_is_brought_in_whole_and_a_dry_run_does_nothing(world: World) {
    let rows = vec![
        (1, row("1024", "林明華", "華")),
        (2, row("1025", "林志遠", "志遠")),
        (3, row("3000", "王大志", "大志")),
        (4, row("3000", "王大志", "大志")),
        (5, row("1025", "陳志遠", "志遠")),
    ];
    let import = |dry_run, rows| Import {
        facility: world.facility,
        rows,
        dry_run,
        by: Actor::System,
        at_ms: NOW_MS,
    };
    let tried = world
        .store
        .import_inmates(import(true, rows.clone()))
        .await
        .unwrap();
    assert_eq!((tried.added, tried.changed, tried.unchanged), (1, 1, 1));
    assert_eq!(
        tried.bad,
        [(4, RowFault::Repeated), (5, RowFault::Repeated)]
    );
    assert_eq!(find(&world, "3000", None).await, []);
    let done = world
        .store
        .import_inmates(import(false, rows.clone()))
        .await
        .unwrap();
    assert_eq!(done, tried);
    assert_eq!(find(&world, "3000", None).await.len(), 1);
    let again = world
        .store
        .import_inmates(import(false, rows))
        .await
        .unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 3));
    let other = vec![(1, row("1025", "陳志遠", "志遠"))];
    let refused = world
        .store
        .import_inmates(import(false, other))
        .await
        .unwrap();
    assert_eq!(refused.bad, [(1, RowFault::OtherName)]);
}

pub(crate) async fn who_leaves_ends_applications_and_flags_visits_and_everybody_is_told(
    world: World,
) {
    let visit = world.add_visit().await;
    let inmate = world.inmates[0];
    world.reachable().await;
    let one_left = format!(
        "DELETE FROM application WHERE person_id <> '{}'",
        world.people[0]
    );
    statement(&world.database, &one_left).await.unwrap();
    let there = another_facility(&world).await;
    let departure = Departure {
        inmate,
        facility: world.facility,
        to: Some((there, "5000".into())),
        by: Actor::System,
        at_ms: NOW_MS,
    };
    let departed = world.store.depart(departure.clone()).await.unwrap();
    let Departed::Done {
        there: Some(new),
        applications: 1,
        visits: 1,
    } = departed
    else {
        panic!("{departed:?}");
    };
    let known = world.store.inmate(new).await.unwrap().unwrap();
    assert_eq!((known.facility, &*known.row.number), (there, "5000"));
    let old = world.store.inmate(inmate).await.unwrap().unwrap();
    assert_eq!(
        (old.state, old.left_at_ms),
        (InmateState::Transferred, Some(NOW_MS))
    );
    let actions = audit_actions(&world.database).await;
    assert_eq!(
        actions,
        ["inmate_transferred", "application_stale", "visit_flagged"]
    );
    let count = async |query: &str| {
        let row: (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(query.to_owned()))
            .fetch_one(&world.database)
            .await
            .unwrap();
        row.0
    };
    for (kind, letters) in [
        ("visit_flagged", 3),
        ("facility_notice", 1),
        ("application_revoked", 1),
    ] {
        let told = format!(
            "SELECT COUNT(*) FROM outbox WHERE kind = '{kind}'
               AND params LIKE '%\"reason\":\"inmate_transferred\"%'
               AND params LIKE '%\"inmate\":\"林明華\"%'
               AND params LIKE '%\"facility\":\"示範看守所\"%'"
        );
        assert_eq!(count(&told).await, letters, "{kind}");
    }
    let flagged = format!(
        "SELECT COUNT(*) FROM visit
         WHERE id = '{visit}' AND state = 'flagged' AND reason = 'inmate_transferred'"
    );
    assert_eq!(count(&flagged).await, 1);
    let again = world.store.depart(departure).await.unwrap();
    assert_eq!(again, Departed::NotPresent);
}

pub(crate) async fn where_the_number_is_taken_there_nobody_leaves(world: World) {
    let there = another_facility(&world).await;
    let taken = row("5000", "王大志", "大志");
    world
        .store
        .admit_inmate(there, taken, Actor::System, NOW_MS)
        .await
        .unwrap();
    let departure = Departure {
        inmate: world.inmates[0],
        facility: world.facility,
        to: Some((there, "5000".into())),
        by: Actor::System,
        at_ms: NOW_MS,
    };
    let departed = world.store.depart(departure).await;
    assert!(matches!(departed, Err(StoreError::Duplicate(_))));
    let inmate = world.store.inmate(world.inmates[0]).await.unwrap().unwrap();
    assert_eq!(inmate.state, InmateState::Present);
}

pub(crate) async fn a_hold_of_who_leaves_is_released_and_given_back_to_the_month(world: World) {
    let visit = world.add_visit().await;
    let inmate = world.inmates[0];
    let hold =
        format!("UPDATE visit SET state = 'held', counted_month = '2026-11' WHERE id = '{visit}'");
    statement(&world.database, &hold).await.unwrap();
    let month = format!(
        "INSERT INTO visit_month (inmate_id, month, visits) VALUES ('{inmate}', '2026-11', 2)"
    );
    statement(&world.database, &month).await.unwrap();
    let departure = Departure {
        inmate,
        facility: world.facility,
        to: None,
        by: Actor::System,
        at_ms: NOW_MS,
    };
    let departed = world.store.depart(departure).await.unwrap();
    let expected = Departed::Done {
        there: None,
        applications: 3,
        visits: 0,
    };
    assert_eq!(departed, expected);
    let row: (i64,) = sqlx::query_as("SELECT visits FROM visit_month")
        .fetch_one(&world.database)
        .await
        .unwrap();
    assert_eq!(row.0, 1);
}

pub(crate) async fn what_stands_against_visits_and_what_is_used_goes_along_with_a_transfer(
    world: World,
) {
    let (store, inmate, facility) = (&world.store, world.inmates[0], world.facility);
    let person = world.people[0];
    for (id, who, until, lifted) in [
        ("1", format!("'{person}'"), "NULL", "NULL"),
        ("2", "NULL".to_owned(), "NULL", "NULL"),
        ("3", format!("'{person}'"), "1", "NULL"),
        ("4", format!("'{person}'"), "NULL", "1"),
    ] {
        let bar = format!(
            "INSERT INTO restriction (id, facility_id, person_id, inmate_id, kind, reason, from_ms,
                                      until_ms, created_at_ms, lifted_at_ms)
             VALUES ('00000000-0000-4000-8000-00000000000{id}', '{facility}', {who}, '{inmate}',
                     'no_contact', '法院命令', 7, {until}, 0, {lifted})"
        );
        statement(&world.database, &bar).await.unwrap();
    }
    let ahead = world.add_visit().await;
    for sql in [
        format!("UPDATE visit SET counted_month = '2026-11' WHERE id = '{ahead}'"),
        format!(
            "INSERT INTO visit_month VALUES ('{inmate}', '2026-10', 2), ('{inmate}', '2026-11', 2),
                    ('{inmate}', '2026-12', 1)"
        ),
    ] {
        statement(&world.database, &sql).await.unwrap();
    }
    let to = another_facility(&world).await;
    let departure = Departure {
        inmate,
        facility,
        to: Some((to, "4321".into())),
        by: Actor::Staff(world.officer),
        at_ms: NOW_MS,
    };
    let Departed::Done {
        there: Some(there), ..
    } = store.depart(departure).await.unwrap()
    else {
        panic!("nobody arrived");
    };
    let bars: Vec<(Option<String>, String, i64)> = sqlx::query_as(
        "SELECT person_id, facility_id, from_ms FROM restriction WHERE inmate_id = $1
         ORDER BY CASE WHEN person_id IS NULL THEN 1 ELSE 0 END",
    )
    .bind(there.to_string())
    .fetch_all(&world.database)
    .await
    .unwrap();
    let to = to.to_string();
    let expected = [(Some(person.to_string()), to.clone(), 7), (None, to, 7)];
    assert_eq!(bars, expected);
    let used: Vec<(String, i64)> =
        sqlx::query_as("SELECT month, visits FROM visit_month WHERE inmate_id = $1 ORDER BY month")
            .bind(there.to_string())
            .fetch_all(&world.database)
            .await
            .unwrap();
    // Of this month's two, one is booked ahead and will not take place.
    assert_eq!(used, [("2026-11".to_owned(), 1), ("2026-12".to_owned(), 1)]);
}
