//! Fifty contenders for ten seats, again and again; and a process that is killed in mid-booking.
//!
//! How often is said by [`ROUNDS`] and [`KILLS`]; without them a few times. The process that is killed is this
//! test program again, started with the address of the database in [`BOOK_IN`].

mod rivals;

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::Arc,
};

use booking_domain::{BookError, BookRefusal, Bookings, NewBooking};
use booking_store::Store;
use ids::{ApplicationId, PersonId, TerminalId, VisitId};
use sqlx::{AnyPool, Row};

use crate::support::{
    self,
    season::{
        DAY_MS, FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, adult, approve, new_applicant, new_terminal,
    },
    statement,
    world::World,
};

/// How many rounds of contenders.
const ROUNDS: &str = "OPENVISIT_TEST_ROUNDS";
/// How many processes are killed.
const KILLS: &str = "OPENVISIT_TEST_KILLS";
/// Where a process that will be killed finds the database.
const BOOK_IN: &str = "OPENVISIT_TEST_BOOK_IN";
/// Which round it is for that process.
const ROUND: &str = "OPENVISIT_TEST_ROUND";

const CONTENDERS: usize = 50;
const SEATS: u8 = 10;
/// The bookings of a process that is killed, and how many of them are under way at once.
const BOOKINGS: usize = 24;
const AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_contenders_ten_get_the_ten_seats_on_sqlite() {
    let (store, database, folder) = support::sqlite().await;
    let second = Store::sqlite(&folder.path().join("visits.db"))
        .await
        .unwrap();
    ten_get_the_seats(World::new(store, database).await, second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_contenders_ten_get_the_ten_seats_on_postgresql() {
    let server = support::postgres_server();
    let url = server.new_database("rush").await.unwrap();
    let store = Store::postgres(&url).await.unwrap();
    let second = Store::postgres(&url).await.unwrap();
    let database = AnyPool::connect(&url).await.unwrap();
    ten_get_the_seats(World::new(store, database).await, second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_in_mid_booking_loses_and_doubles_nothing_on_sqlite() {
    if let Ok(address) = std::env::var(BOOK_IN) {
        return book_until_killed(&address).await;
    }
    let (store, database, folder) = support::sqlite().await;
    let address = format!("sqlite:{}", folder.path().join("visits.db").display());
    let test = "rush::a_process_killed_in_mid_booking_loses_and_doubles_nothing_on_sqlite";
    nothing_is_lost_or_doubled(World::new(store, database).await, test, &address).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_in_mid_booking_loses_and_doubles_nothing_on_postgresql() {
    if let Ok(address) = std::env::var(BOOK_IN) {
        return book_until_killed(&address).await;
    }
    let server = support::postgres_server();
    let url = server.new_database("rush").await.unwrap();
    let store = Store::postgres(&url).await.unwrap();
    let database = AnyPool::connect(&url).await.unwrap();
    let test = "rush::a_process_killed_in_mid_booking_loses_and_doubles_nothing_on_postgresql";
    nothing_is_lost_or_doubled(World::new(store, database).await, test, &url).await;
}

/// Contenders in two stores, as two processes would have them. The first one wants to speak with the last one's
/// inmate.
async fn ten_get_the_seats(world: World, second: Store) {
    let (season, people) = crowd(world, CONTENDERS).await;
    let inmate_of_another = &people[CONTENDERS - 1];
    let inmate = inmate_of(&season.world.database, inmate_of_another.1).await;
    let (rival, _) = people[0];
    let rivals = approve(&season.world, rival, inmate.parse().unwrap(), "sibling").await;
    let stores = [season.world.store.clone(), second];
    let season = Arc::new(season);
    for round in 0..times(ROUNDS, 20) {
        let starts_at_ms = slot(round);
        let bookings: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(contender, (person, application))| {
                let store = stores[contender % 2].clone();
                // The first one wants the last one's inmate.
                let application = if contender == 0 { rivals } else { *application };
                let request = NewBooking {
                    application,
                    party: vec![adult(*person)],
                    ..season.request(starts_at_ms)
                };
                tokio::spawn(async move { store.book(vec![request]).await.remove(0) })
            })
            .collect();
        let mut visits = Vec::new();
        for booking in bookings {
            match booking.await.unwrap() {
                Ok(held) => visits.push(held.visit),
                Err(BookError::Refused(BookRefusal::SlotFull | BookRefusal::AlreadyBusy)) => {}
                Err(other) => panic!("round {round}: {other}"),
            }
        }
        assert_eq!(visits.len(), usize::from(SEATS), "round {round}");
        let rows = sqlx::query("SELECT terminal_id, inmate_id FROM visit WHERE state = 'held'")
            .fetch_all(&season.world.database)
            .await
            .unwrap();
        let distinct = |column| {
            let values = rows.iter().map(|row| row.get::<String, _>(column));
            values.collect::<BTreeSet<_>>().len()
        };
        assert_eq!(rows.len(), usize::from(SEATS), "round {round}");
        assert_eq!(distinct("terminal_id"), usize::from(SEATS), "round {round}");
        assert_eq!(distinct("inmate_id"), usize::from(SEATS), "round {round}");
        settle(&season.world.database).await;
    }
}

/// Kills a process after so many answers, then looks: what was answered is there, and asking again for
/// everything gives each request one visit, the same as before.
async fn nothing_is_lost_or_doubled(world: World, test: &str, address: &str) {
    let (season, people) = crowd(world, BOOKINGS).await;
    let database = season.world.database.clone();
    season.world.store.close().await;
    for round in 0..times(KILLS, 4) {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--nocapture"])
            .env(BOOK_IN, address)
            .env(ROUND, round.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let answered: Vec<(usize, VisitId)> = output
            .by_ref()
            .map_while(Result::ok)
            .filter_map(|line| answer(&line))
            .take(usize::try_from(round).unwrap() % (BOOKINGS - AT_ONCE) + 1)
            .collect();
        // SIGKILL: nothing of the process runs after it.
        process.kill().unwrap();
        // What it had answered before it was killed counts as well.
        let late = output
            .map_while(Result::ok)
            .filter_map(|line| answer(&line));
        let answered: Vec<_> = answered.into_iter().chain(late).collect();
        process.wait().unwrap();
        assert!(!answered.is_empty(), "round {round}");
        let store = Store::open(address).await.unwrap();
        let again = store.book(requests(round, &people)).await;
        store.close().await;
        let again = again.into_iter().map(|held| held.unwrap().visit);
        let again: Vec<VisitId> = again.collect();
        for (booking, visit) in answered {
            assert_eq!(again[booking], visit, "round {round}, booking {booking}");
        }
        let sql = "SELECT COUNT(*) FROM visit WHERE state = 'held'";
        let held: i64 = sqlx::query(sql).fetch_one(&database).await.unwrap().get(0);
        assert_eq!(held, i64::try_from(BOOKINGS).unwrap(), "round {round}");
        let sql = "SELECT CAST(SUM(visits) AS BIGINT) FROM visit_month";
        let counted: i64 = sqlx::query(sql).fetch_one(&database).await.unwrap().get(0);
        assert_eq!(counted, held, "round {round}");
        settle(&database).await;
    }
}

/// The part of the process that is killed: a few bookings under way at all times, each told once answered.
async fn book_until_killed(address: &str) {
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    let store = Store::open(address).await.unwrap();
    let database = AnyPool::connect(&address.replace("sqlite:", "sqlite://"))
        .await
        .unwrap();
    let people = read_crowd(&database).await;
    let mut waiting = requests(round, &people).into_iter().enumerate().peekable();
    let mut bookings = tokio::task::JoinSet::new();
    println!();
    loop {
        while bookings.len() < AT_ONCE && waiting.peek().is_some() {
            let Some((booking, request)) = waiting.next() else {
                break;
            };
            let store = store.clone();
            bookings.spawn(async move { (booking, store.book(vec![request]).await.remove(0)) });
        }
        let Some(booked) = bookings.join_next().await else {
            break;
        };
        let (booking, visit) = booked.unwrap();
        println!("answer {booking} {}", visit.unwrap().visit);
    }
}

fn answer(line: &str) -> Option<(usize, VisitId)> {
    let (booking, visit) = line.strip_prefix("answer ")?.split_once(' ')?;
    Some((booking.parse().ok()?, visit.parse().ok()?))
}

fn requests(round: u64, people: &[(PersonId, ApplicationId)]) -> Vec<NewBooking> {
    let request =
        |(booking, (person, application)): (usize, &(PersonId, ApplicationId))| NewBooking {
            application: *application,
            party: vec![adult(*person)],
            starts_at_ms: slot(booking as u64 / u64::from(SEATS)),
            idempotency_key: Some(format!("round {round}")),
            now_ms: NOW_MS,
        };
    people.iter().enumerate().map(request).collect()
}

/// A season with ten terminals, and people with an inmate each.
async fn crowd(world: World, people: usize) -> (Season, Vec<(PersonId, ApplicationId)>) {
    let season = Season::new(world).await;
    for number in 2..SEATS {
        let terminal: TerminalId = new_terminal(&season.world, number).await;
        let grid = season.grid;
        let sql = format!("INSERT INTO slot_grid_terminal VALUES ('{grid}', '{terminal}')");
        statement(&season.world.database, &sql).await.unwrap();
    }
    let mut crowd = Vec::new();
    for number in 0..people {
        crowd.push(new_applicant(&season.world, number).await);
    }
    (season, crowd)
}

/// The same people, as another process finds them.
async fn read_crowd(database: &AnyPool) -> Vec<(PersonId, ApplicationId)> {
    let sql = "SELECT application.person_id, application.id
               FROM application JOIN inmate ON inmate.id = application.inmate_id
               WHERE inmate.number LIKE '2%' ORDER BY inmate.number";
    let rows = sqlx::query(sql).fetch_all(database).await.unwrap();
    let text = |row: &sqlx::any::AnyRow, index: usize| row.get::<String, _>(index);
    rows.iter()
        .map(|row| (text(row, 0).parse().unwrap(), text(row, 1).parse().unwrap()))
        .collect()
}

async fn inmate_of(database: &AnyPool, application: ApplicationId) -> String {
    let sql = format!("SELECT inmate_id FROM application WHERE id = '{application}'");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .fetch_one(database)
        .await;
    row.unwrap().get(0)
}

/// Everybody goes home: the seats are free again.
async fn settle(database: &AnyPool) {
    for sql in [
        "UPDATE visit SET state = 'cancelled' WHERE state = 'held'",
        "DELETE FROM visit_month",
    ] {
        statement(database, sql).await.unwrap();
    }
}

/// The slots that can be booked, over and over.
fn slot(round: u64) -> u64 {
    FIRST_MS + round / 3 % 4 * DAY_MS + round % 3 * HALF_HOUR_MS
}

fn times(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |times| times.parse().unwrap())
}
