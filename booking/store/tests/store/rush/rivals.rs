//! Fifty who want the last visit of an inmate's month, each at a time of their own; the same fifty who want that inmate
//! at one time; and fifty parties that all want the same companion, at times that overlap.

use std::sync::Arc;

use booking_domain::{
    BookError, BookRefusal, Bookings, GridPlan, NewBooking, NewFacility, NewInmate, NewTerminal,
    Registry, Slots,
};
use booking_store::Store;
use grant::SecretHash;
use ids::{ApplicationId, FacilityId, InmateId, PersonId};
use sqlx::AnyPool;

use super::{CONTENDERS, ROUNDS, crowd, inmate_of, settle, times};
use crate::support::{
    self,
    season::{DAY_MS, FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, adult, agree, approve, plan},
    statement,
    world::World,
};

/// The batches of a season, in minutes after midnight, and those that follow them here: fifty in the five days of
/// November that can be booked.
const SEASONS: [u64; 4] = [540, 570, 600, 840];
const LATER: [u64; 6] = [870, 900, 930, 960, 990, 1020];

#[tokio::test(flavor = "multi_thread")]
async fn of_rivals_for_the_last_of_a_month_for_one_inmate_or_for_one_visitor_one_wins_on_sqlite() {
    let (store, database, folder) = support::sqlite().await;
    let second = Store::sqlite(&folder.path().join("visits.db"))
        .await
        .unwrap();
    one_wins(World::new(store, database).await, second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_rivals_for_the_last_of_a_month_for_one_inmate_or_for_one_visitor_one_wins_on_postgresql()
 {
    let server = support::postgres_server();
    let url = server.new_database("rivals").await.unwrap();
    let store = Store::postgres(&url).await.unwrap();
    let second = Store::postgres(&url).await.unwrap();
    let database = AnyPool::connect(&url).await.unwrap();
    one_wins(World::new(store, database).await, second).await;
}

async fn one_wins(world: World, second: Store) {
    let (season, people) = crowd(world, CONTENDERS).await;
    let database = &season.world.database;
    // Besides those that every season has: 14:30 to 17:00.
    for (batch, minute) in (5..).zip(LATER) {
        let grid = season.grid;
        let sql = format!("INSERT INTO slot_grid_batch VALUES ('{grid}', {batch}, {minute})");
        statement(database, &sql).await.unwrap();
    }
    let stores = [season.world.store.clone(), second];
    let requests = for_one_inmate(&season, &people).await;
    for_the_last_of_a_month(&season, &stores, &requests).await;
    for_one_time(&season, &stores, &requests).await;
    for_one_companion(&season, &stores, &people).await;
}

/// What everybody asks for who wants the same inmate, each at a time of their own.
async fn for_one_inmate(season: &Season, people: &[(PersonId, ApplicationId)]) -> Vec<NewBooking> {
    let (world, inmate) = (&season.world, season.world.inmates[0]);
    let mut requests = Vec::new();
    for (number, (person, _)) in people.iter().enumerate() {
        let application = approve(world, *person, inmate, "sibling").await;
        requests.push(NewBooking {
            application,
            party: vec![adult(*person)],
            ..season.request(time(number))
        });
    }
    requests
}

/// One of the two visits of November is booked; whoever wins takes the other one.
async fn for_the_last_of_a_month(season: &Season, stores: &[Store; 2], requests: &[NewBooking]) {
    let (world, inmate) = (&season.world, season.world.inmates[0]);
    for round in 0..times(ROUNDS, 3) {
        let sql = format!("INSERT INTO visit_month VALUES ('{inmate}', '2026-11', 1)");
        statement(&world.database, &sql).await.unwrap();
        let refusals = rivalry(stores, requests, round).await;
        let used = |refusal: &BookRefusal| *refusal == BookRefusal::QuotaUsed;
        assert!(refusals.iter().all(used), "round {round}: {refusals:?}");
        assert_eq!(season.used().await, 2, "round {round}");
        settle(&world.database).await;
    }
}

/// There is a terminal for each of ten of them, and the month has two visits left: only the inmate is one.
async fn for_one_time(season: &Season, stores: &[Store; 2], requests: &[NewBooking]) {
    let at_one_time = requests.iter().map(|request| NewBooking {
        application: request.application,
        party: request.party.clone(),
        ..season.request(FIRST_MS)
    });
    let requests: Vec<_> = at_one_time.collect();
    for round in 0..times(ROUNDS, 3) {
        let refusals = rivalry(stores, &requests, round).await;
        let busy = |refusal: &BookRefusal| *refusal == BookRefusal::AlreadyBusy;
        assert!(refusals.iter().all(busy), "round {round}: {refusals:?}");
        settle(&season.world.database).await;
    }
}

/// Everybody has an inmate of their own, every second one at another facility, whose visits begin in the middle of those
/// here. So only the companion is wanted by all.
async fn for_one_companion(
    season: &Season,
    stores: &[Store; 2],
    people: &[(PersonId, ApplicationId)],
) {
    let (world, companion) = (&season.world, season.world.people[3]);
    let mut requests = Vec::new();
    let elsewhere = elsewhere(season).await;
    for (number, (person, here)) in people.iter().enumerate() {
        let mut application = *here;
        let mut inmate: InmateId = inmate_of(&world.database, *here).await.parse().unwrap();
        let mut starts_at_ms = FIRST_MS;
        if number % 2 == 1 {
            let another = NewInmate {
                facility: elsewhere,
                number: format!("{:04}", 4000 + number),
                name: "林志遠".into(),
                first_name: "志遠".into(),
            };
            inmate = world.store.add_inmate(another).await.unwrap();
            application = approve(world, *person, inmate, "spouse").await;
            starts_at_ms += HALF_HOUR_MS / 2;
        }
        approve(world, companion, inmate, "sibling").await;
        agree(world, *person, companion, inmate).await;
        requests.push(NewBooking {
            application,
            party: vec![adult(*person), adult(companion)],
            ..season.request(starts_at_ms)
        });
    }
    for round in 0..times(ROUNDS, 3) {
        let refusals = rivalry(stores, &requests, round).await;
        let taken = |refusal: &BookRefusal| {
            matches!(refusal, BookRefusal::AlreadyBusy | BookRefusal::SlotFull)
        };
        assert!(refusals.iter().all(taken), "round {round}: {refusals:?}");
        settle(&world.database).await;
    }
}

/// A facility whose only batch begins at 09:15.
async fn elsewhere(season: &Season) -> FacilityId {
    let world = &season.world;
    let facility = NewFacility {
        name: "示範監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let facility = world.store.add_facility(facility).await.unwrap();
    let terminal = NewTerminal {
        facility,
        name: "第一接見室".into(),
        secret: SecretHash::from_bytes([99; 32]),
    };
    let terminal = world.store.add_terminal(terminal).await.unwrap();
    let plan = GridPlan {
        batches: vec![555],
        ..plan(vec![terminal])
    };
    let added = world.store.add_grid(facility, plan, world.officer, NOW_MS);
    added.await.unwrap();
    facility
}

/// All ask at once, by turns in two stores, as two processes would. One gets a visit; why the others do not.
async fn rivalry(stores: &[Store; 2], requests: &[NewBooking], round: u64) -> Vec<BookRefusal> {
    let start = Arc::new(tokio::sync::Barrier::new(requests.len()));
    let bookings: Vec<_> = requests
        .iter()
        .zip([0, 0, 1, 1].into_iter().cycle())
        .map(|(request, store)| {
            let (request, store, start) = (request.clone(), stores[store].clone(), start.clone());
            tokio::spawn(async move {
                start.wait().await;
                store.book(vec![request]).await.remove(0)
            })
        })
        .collect();
    let (mut held, mut refusals) = (Vec::new(), Vec::new());
    for booking in bookings {
        match booking.await.unwrap() {
            Ok(visit) => held.push(visit),
            Err(BookError::Refused(refusal)) => refusals.push(refusal),
            Err(other) => panic!("round {round}: {other}"),
        }
    }
    assert_eq!(held.len(), 1, "round {round}: {held:?}");
    refusals
}

/// A time of one's own, from the 26th of November to the 30th.
fn time(number: usize) -> u64 {
    let batches = [SEASONS.as_slice(), &LATER].concat();
    let minute = batches[number % batches.len()] - SEASONS[0];
    let day = u64::try_from(number / batches.len()).unwrap();
    FIRST_MS - DAY_MS + day * DAY_MS + minute * 60_000
}
