//! Accounts that are closed, and what is forgotten then and later.

use booking_domain::{
    BookRefusal, NewBooking,
    accounts::{Accounts, Closed, EmailProof, Swept},
    applications::{ApplicationState, Applications, NewApplication},
};
use sqlx::Row;

use crate::support::{
    accounts::{NOW_MS, account, active, proof, signed_in},
    audit_trail_of,
    season::{self, Season, adult, approve},
    statement,
    world::World,
};

pub(crate) async fn an_account_is_closed_once_no_visit_is_booked(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let mut visit = world.visit();
    visit.party = vec![person];
    let visit = booking_domain::Registry::add_visit(store, visit)
        .await
        .unwrap();
    let close = async |hash: &str| store.close_account(person, hash, NOW_MS).await.unwrap();
    assert_eq!(close("hash 1").await, Closed::HasVisits);
    assert_eq!(close("hash 2").await, Closed::NotOpen);
    let cancel = format!("UPDATE visit SET state = 'cancelled' WHERE id = '{visit}'");
    statement(&world.database, &cancel).await.unwrap();
    assert_eq!(close("hash 1").await, Closed::Done);
    assert_eq!(close("hash 1").await, Closed::NotOpen);
    assert_eq!(signed_in(&world, 1, NOW_MS).await, None);
    assert_eq!(store.credentials("a@example.tw").await, Ok(None));
    let left = store.account(person).await.unwrap().unwrap();
    assert_eq!((&*left.email, &*left.phone, left.landline), ("", "", None));
    assert_eq!(&*left.name, "林陳秀英");
    active(&world, "a@example.tw", 1).await;
}

pub(crate) async fn who_closes_an_account_and_comes_back_is_barred_as_before(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let World {
        facility, inmates, ..
    } = &world;
    for (id, until, lifted) in [
        ("1", "NULL", "NULL"),
        ("2", "1", "NULL"),
        ("3", "NULL", "1"),
    ] {
        let bar = format!(
            "INSERT INTO restriction (id, facility_id, person_id, inmate_id, kind, reason,
                                      from_ms, until_ms, created_at_ms, lifted_at_ms)
             VALUES ('{id}', '{facility}', '{person}', '{}', 'no_contact', '法院命令', 0, {until},
                     0, {lifted})",
            inmates[0]
        );
        statement(&world.database, &bar).await.unwrap();
    }
    let closed = store.close_account(person, "hash 1", NOW_MS).await;
    assert_eq!(closed, Ok(Closed::Done));
    let later_ms = NOW_MS + 2 * Swept::CLOSED_MS;
    assert_eq!(
        store
            .sweep_accounts(&[], later_ms, 10)
            .await
            .unwrap()
            .forgotten,
        0
    );
    let back = active(&world, "a@example.tw", 1).await;
    let bars = sqlx::query("SELECT kind, inmate_id FROM restriction WHERE person_id = $1")
        .bind(back.to_string())
        .fetch_all(&world.database)
        .await
        .unwrap();
    assert_eq!(bars.len(), 1);
    assert_eq!(
        bars[0].get::<String, _>("inmate_id"),
        inmates[0].to_string()
    );
}

pub(crate) async fn what_has_had_its_time_is_removed(world: World) {
    let store = &world.store;
    let closing = active(&world, "a@example.tw", 1).await;
    store
        .close_account(closing, "hash 1", NOW_MS)
        .await
        .unwrap();
    let owner = active(&world, "b@example.tw", 2).await;
    let new = account(&world, "c@example.tw", 3);
    let unproved = new.person;
    store.register(new, proof(3, NOW_MS)).await.unwrap();
    let swept = store
        .sweep_accounts(&[], NOW_MS + EmailProof::VERIFY_MS, 10)
        .await;
    assert_eq!(swept, Ok(Swept::default()));
    let day = store.sweep_accounts(
        &[],
        NOW_MS + Swept::UNPROVED_MS + EmailProof::VERIFY_MS + 1,
        10,
    );
    let expected = Swept {
        unproved: 1,
        tokens: 1,
        sessions: 1,
        forgotten: 0,
    };
    assert_eq!(day.await, Ok(expected));
    assert_eq!(store.account(unproved).await, Ok(None));
    let later_ms = NOW_MS + Swept::CLOSED_MS + 1;
    assert_eq!(
        store
            .sweep_accounts(&[], later_ms, 10)
            .await
            .unwrap()
            .forgotten,
        1
    );
    assert_eq!(
        store.sweep_accounts(&[], later_ms, 10).await,
        Ok(Swept::default())
    );
    let forgotten = store.account(closing).await.unwrap().unwrap();
    assert_eq!((&*forgotten.name, forgotten.national_id.len()), ("", 0));
    assert_eq!(
        store.account(owner).await.unwrap().unwrap().name,
        "林陳秀英"
    );
}

pub(crate) async fn what_was_missed_with_a_closed_account_bars_the_next_one(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let store = &world.store;
    let before = active(world, "a@example.tw", 1).await;
    let (facility, inmate, terminal) = (world.facility, world.inmates[0], world.terminals[0]);
    for days in 1..=3 {
        let starts_at_ms = season::NOW_MS - days * season::DAY_MS;
        for sql in [
            format!(
                "INSERT INTO visit (id, facility_id, terminal_id, inmate_id, opens_at_ms,
                                    starts_at_ms, ends_at_ms, state, ended_by)
                 VALUES ('{days}', '{facility}', '{terminal}', '{inmate}', {starts_at_ms},
                         {starts_at_ms}, {starts_at_ms} + 60000, 'no_show', 'visitor')"
            ),
            format!(
                "INSERT INTO visit_member (visit_id, seat, person_id, missed) VALUES ('{days}', 1, '{before}', 1)"
            ),
        ] {
            statement(&world.database, &sql).await.unwrap();
        }
    }
    let closed = store.close_account(before, "hash 1", NOW_MS).await;
    assert_eq!(closed, Ok(Closed::Done));
    for (email, number, refusal) in [
        ("a@example.tw", 1, Some(BookRefusal::Restricted)),
        ("b@example.tw", 2, None),
    ] {
        let person = active(world, email, number).await;
        let request = NewBooking {
            application: approve(world, person, inmate, "parent").await,
            party: vec![adult(person)],
            ..season.request(season::FIRST_MS)
        };
        let booked = season.book(request).await.err();
        assert_eq!(booked, refusal.map(Into::into), "{email}");
    }
}

pub(crate) async fn applications_end_with_an_account_as_if_each_were_withdrawn(world: World) {
    let draft = world.in_state(1, ApplicationState::Draft).await;
    let approved = world.in_state(0, ApplicationState::Approved).await;
    let waiting = NewApplication {
        inmate: world.inmates[1],
        ..world.application(0)
    };
    let waiting = world.store.begin_application(waiting).await.unwrap();
    let submit = format!("UPDATE application SET state = 'submitted' WHERE id = '{waiting}'");
    statement(&world.database, &submit).await.unwrap();
    for (person, email) in [(0, "a@mail.test"), (1, "b@mail.test")] {
        let person = world.account(person, email).await;
        let closed = world.store.close_account(person, "", NOW_MS).await;
        assert_eq!(closed, Ok(Closed::Done));
        let queued: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM outbox WHERE person_id = $1 AND state = 'queued'",
        )
        .bind(person.to_string())
        .fetch_one(&world.database)
        .await
        .unwrap();
        assert_eq!(queued, 0);
    }
    for application in [approved, waiting] {
        let ended: (String, i64) =
            sqlx::query_as("SELECT state, decided_at_ms FROM application WHERE id = $1")
                .bind(application.to_string())
                .fetch_one(&world.database)
                .await
                .unwrap();
        assert_eq!(ended, ("withdrawn".into(), i64::try_from(NOW_MS).unwrap()));
    }
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM application WHERE id = $1")
        .bind(draft.to_string())
        .fetch_one(&world.database)
        .await
        .unwrap();
    assert_eq!(left, 0);
    for (application, step) in [
        (approved, "application_withdrawn"),
        (waiting, "application_withdrawn"),
        (draft, "application_discarded"),
    ] {
        let trail = audit_trail_of(&world.database, application).await;
        assert_eq!(trail.last().unwrap().1, step);
    }
}
