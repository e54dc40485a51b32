//! Many devices, two processes, one link; and a link that is redeemed while it is replaced.
//!
//! The second and third process are this test program again, started with the address of the database in
//! [`CONTEND_FOR`].

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Lines, Write},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use booking_domain::{IssueCause, RedeemError, Visits};
use booking_store::Store;

use crate::support::{
    self,
    world::{STARTS_AT_MS, World, device, link, seat},
};

/// Where a contending process finds the database.
const CONTEND_FOR: &str = "OPENVISIT_TEST_CONTEND_FOR";
/// The number of a contending process's first device.
const FIRST_DEVICE: &str = "OPENVISIT_TEST_FIRST_DEVICE";
const DEVICES: u16 = 500;
const PROCESSES: u16 = 2;
const ROUNDS: u8 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_devices_in_two_processes_one_gets_the_seat_on_sqlite() {
    if let Ok(address) = std::env::var(CONTEND_FOR) {
        return contend(Store::open(&address).await.unwrap()).await;
    }
    let (store, database, folder) = support::sqlite().await;
    let address = format!("sqlite:{}", folder.path().join("visits.db").display());
    let test = "races::of_a_thousand_devices_in_two_processes_one_gets_the_seat_on_sqlite";
    one_gets_the_seat(World::new(store, database).await, test, &address).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_devices_in_two_processes_one_gets_the_seat_on_postgresql() {
    if let Ok(address) = std::env::var(CONTEND_FOR) {
        return contend(Store::open(&address).await.unwrap()).await;
    }
    let server = support::postgres_server();
    let url = server.new_database("race").await.unwrap();
    let store = Store::postgres(&url).await.unwrap();
    let database = sqlx::AnyPool::connect(&url).await.unwrap();
    let test = "races::of_a_thousand_devices_in_two_processes_one_gets_the_seat_on_postgresql";
    one_gets_the_seat(World::new(store, database).await, test, &url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_redeemed_while_it_is_replaced_is_void_afterwards_on_sqlite() {
    let (store, database, _folder) = support::sqlite().await;
    a_replaced_link_is_void(World::new(store, database).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_redeemed_while_it_is_replaced_is_void_afterwards_on_postgresql() {
    let server = support::postgres_server();
    let (store, database) = support::postgres(&server, "race").await;
    a_replaced_link_is_void(World::new(store, database).await).await;
}

async fn one_gets_the_seat(world: World, test: &str, address: &str) {
    let visit = world.add_visit().await;
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, STARTS_AT_MS)
        .await
        .unwrap();
    let mut contenders: Vec<_> = (0..PROCESSES)
        .map(|process| Contender::start(test, address, process * DEVICES))
        .collect();
    contenders.iter_mut().for_each(Contender::go);
    let mut outcomes = BTreeMap::new();
    for contender in contenders {
        for (outcome, count) in contender.outcomes() {
            *outcomes.entry(outcome).or_insert(0) += count;
        }
    }
    let expected = [
        ("used".to_owned(), PROCESSES * DEVICES - 1),
        ("won".to_owned(), 1),
    ];
    assert_eq!(outcomes, expected.into());
    let late = world
        .store
        .redeem(link(1), device(u16::MAX), STARTS_AT_MS)
        .await;
    assert_eq!(late, Err(RedeemError::Used));
}

async fn a_replaced_link_is_void(world: World) {
    let visit = world.add_visit().await;
    let world = Arc::new(world);
    world
        .issue(visit, 1, 0, IssueCause::Confirmed, STARTS_AT_MS)
        .await
        .unwrap();
    for round in 1..=ROUNDS {
        let old = round - 1;
        let redeems = tokio::spawn({
            let store = world.store.clone();
            async move { store.redeem(link(old), device(1), STARTS_AT_MS).await }
        });
        let replaces = tokio::spawn({
            let world = world.clone();
            let officer = IssueCause::Officer(world.officer);
            async move { world.issue(visit, 1, round, officer, STARTS_AT_MS).await }
        });
        let redeemed = redeems
            .await
            .unwrap()
            .map(|redemption| redemption.generation);
        let generation = u32::from(round);
        assert!(
            matches!(redeemed, Ok(_) | Err(RedeemError::Withdrawn)),
            "{redeemed:?}"
        );
        assert_eq!(redeemed.unwrap_or(generation), generation);
        assert_eq!(replaces.await.unwrap(), Ok(generation + 1));
        let again = world.store.redeem(link(old), device(1), STARTS_AT_MS).await;
        assert_eq!(again, Err(RedeemError::Withdrawn));
        let standing = world.store.standing(visit, seat(1)).await.unwrap().unwrap();
        assert_eq!(standing.generation, generation + 1);
    }
    let newest = world
        .store
        .redeem(link(ROUNDS), device(2), STARTS_AT_MS)
        .await;
    assert_eq!(newest.unwrap().generation, u32::from(ROUNDS) + 1);
}

/// The part of a contending process: all its devices at once, when told to go.
async fn contend(store: Store) {
    let first: u16 = std::env::var(FIRST_DEVICE).unwrap().parse().unwrap();
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let devices: Vec<_> = (first..first + DEVICES)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.redeem(link(1), device(number), STARTS_AT_MS).await })
        })
        .collect();
    for redemption in devices {
        match redemption.await.unwrap() {
            Ok(_) => println!("outcome won"),
            Err(RedeemError::Used) => println!("outcome used"),
            Err(other) => println!("outcome {other:?}"),
        }
    }
}

struct Contender {
    process: Child,
    output: Lines<BufReader<ChildStdout>>,
}

impl Contender {
    fn start(test: &str, address: &str, first_device: u16) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--nocapture"])
            .env(CONTEND_FOR, address)
            .env(FIRST_DEVICE, first_device.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        // The test harness has begun the line with the name of the test.
        assert!(
            output
                .by_ref()
                .map_while(Result::ok)
                .any(|line| line.ends_with("ready"))
        );
        Self { process, output }
    }

    fn go(&mut self) {
        writeln!(self.process.stdin.take().unwrap(), "go").unwrap();
    }

    fn outcomes(mut self) -> BTreeMap<String, u16> {
        let mut outcomes = BTreeMap::new();
        for line in self.output.by_ref().map_while(Result::ok) {
            if let Some(outcome) = line.strip_prefix("outcome ") {
                *outcomes.entry(outcome.to_owned()).or_insert(0) += 1;
            }
        }
        assert!(self.process.wait().unwrap().success());
        outcomes
    }
}
