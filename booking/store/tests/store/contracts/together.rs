//! Bookings that are decided and written together, and are answered each for themselves.

use booking_domain::{BookError, BookRefusal, Bookings, GridPlan, NewBooking, Slots, StoreError};
use jiff::civil::date;

use crate::support::{
    season::{DAY_MS, FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, adult, new_applicants, plan},
    statement,
    world::World,
};

/// More than a statement has places for, and more than are ever asked for at once.
const CROWD: usize = 150;

/// Requests of so many people for a slot, each with an inmate of their own.
async fn crowd(season: &Season, count: usize) -> Vec<NewBooking> {
    let people = new_applicants(&season.world, count).await;
    let request = |(person, application)| NewBooking {
        application,
        party: vec![adult(person)],
        ..season.request(FIRST_MS)
    };
    people.into_iter().map(request).collect()
}

pub(crate) async fn a_crowd_is_answered_in_its_order(world: World) {
    let season = Season::new(world).await;
    let mut requests = crowd(&season, CROWD).await;
    for (number, request) in requests.iter_mut().enumerate() {
        let slot = number as u64 % 3;
        request.starts_at_ms += slot * HALF_HOUR_MS + number as u64 % 4 * DAY_MS;
        request.idempotency_key = Some("once".into());
    }
    let answers = season.world.store.book(requests.clone()).await;
    assert_eq!(answers.len(), CROWD);
    let full: BookError = BookRefusal::SlotFull.into();
    for (number, answer) in answers.iter().enumerate() {
        // Twelve slots of two seats each.
        match answer {
            Ok(held) => {
                assert!(number < 24);
                assert_eq!(held.slot.starts_at_ms, requests[number].starts_at_ms);
            }
            Err(error) => assert!(number >= 24 && *error == full, "{number}: {error}"),
        }
    }
    let again = season.world.store.book(requests).await;
    assert_eq!(again, answers, "the same keys get the same visits");
}

pub(crate) async fn whom_the_database_refuses_fails_alone(world: World) {
    let season = Season::new(world).await;
    let mut requests = crowd(&season, 12).await;
    for (number, request) in requests.iter_mut().enumerate() {
        request.starts_at_ms +=
            number as u64 / 2 % 3 * HALF_HOUR_MS + number as u64 / 6 * 2 * DAY_MS;
    }
    break_the_second_day(&season).await;
    requests[4].starts_at_ms = FIRST_MS + DAY_MS;
    requests[11].starts_at_ms = FIRST_MS + DAY_MS;
    let answers = season.world.store.book(requests).await;
    for (number, answer) in answers.iter().enumerate() {
        if [4, 11].contains(&number) {
            let invalid = matches!(answer, Err(BookError::Store(StoreError::Invalid(_))));
            assert!(invalid, "{number}: {answer:?}");
        } else {
            assert!(answer.is_ok(), "{number}: {answer:?}");
        }
    }
    let sql = "SELECT CAST(SUM(visits) AS BIGINT) FROM visit_month";
    let counted: i64 = sqlx::query_scalar(sql)
        .fetch_one(&season.world.database)
        .await
        .unwrap();
    assert_eq!(counted, 10);
}

/// The only terminal of the second day is none of the facility's, so that no visit can be written there.
async fn break_the_second_day(season: &Season) {
    let world = &season.world;
    let day = date(2026, 11, 28);
    let plan = GridPlan {
        from: day,
        to: Some(day),
        ..plan(vec![world.terminals[0]])
    };
    let grid = world
        .store
        .add_grid(world.facility, plan, world.officer, NOW_MS)
        .await
        .unwrap();
    let elsewhere = season.elsewhere().await.terminal;
    let sql = format!(
        "UPDATE slot_grid_terminal SET terminal_id = '{elsewhere}' WHERE grid_id = '{grid}'"
    );
    statement(&world.database, &sql).await.unwrap();
}

pub(crate) async fn one_key_gives_one_visit_at_all_facilities(world: World) {
    let season = Season::new(world).await;
    let elsewhere = season.elsewhere().await;
    let here = NewBooking {
        idempotency_key: Some("a1".into()),
        ..season.request(FIRST_MS)
    };
    let there = NewBooking {
        application: elsewhere.application,
        ..here.clone()
    };
    let both = vec![here.clone(), there.clone()];
    let answers = season.world.store.book(both).await;
    assert!(answers[0].is_ok());
    assert_eq!(answers[1], Err(BookError::KeyReused));
    assert_eq!(season.book(there.clone()).await, Err(BookError::KeyReused));
    let again = season.world.store.book(vec![there, here]).await;
    assert_eq!(again, [Err(BookError::KeyReused), answers[0].clone()]);
}
