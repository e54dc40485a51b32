//! A facility with one visit, and a server in front of it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use booking_domain::{
    IssueCause, Links, NewFacility, NewInmate, NewLink, NewPerson, NewTerminal, NewVisit, Officers,
    Registry, Slots, VisitState, Visits,
};
use booking_store::Store;
use grant::{
    GrantKeyRing, LinkKeyRing, LinkToken, RelayCredentials, RelaySecret, Secret, Slot, TestPass,
};
use ids::{PersonId, Seat, TerminalId, VisitId};
use protocol::{Credential, Locale};
use sfu_server::{Sfu, SfuConfig};
use signaling_server::{Relay, Signaling, SignalingParts, SignalingSettings};
use sqlx::{AnyConnection, Connection as _};
use telemetry::{
    Metrics,
    clock::{WallClock, unix_now_ms},
};
use tempfile::TempDir;

use crate::switched::Switched;

const DATABASE: &str = "visits.sqlite";
/// The build of the pages.
pub(crate) const BUILD: &str = "b1";
pub(crate) const ORIGIN: &str = "https://visit.example";
pub(crate) const RELAY: &str = "turns:relay.example:443?transport=tcp";
/// How many phones may test at once.
pub(crate) const MOST_TESTS: usize = 3;
pub(crate) const RELAY_SECRET: &str = "north-star-of-the-visiting-room-42";

/// The service's clock: the system's, until it is set.
#[derive(Clone, Default)]
pub(crate) struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// Sets it by so many milliseconds.
    pub(crate) fn step(&self, step_ms: i64) {
        self.0.fetch_add(step_ms, Ordering::SeqCst);
    }

    fn wall_clock(&self) -> Arc<WallClock> {
        let set = self.0.clone();
        let tells = move || unix_now_ms().saturating_add_signed(set.load(Ordering::SeqCst));
        Arc::new(WallClock::telling(tells))
    }
}

pub(crate) struct World {
    pub(crate) signaling: Signaling,
    pub(crate) clock: TestClock,
    pub(crate) metrics: Metrics,
    pub(crate) visit: VisitId,
    pub(crate) links: Arc<LinkKeyRing>,
    pub(crate) slot: Slot,
    tokens: Vec<LinkToken>,
    terminal: Secret,
    address: SocketAddr,
    visits: Arc<Switched>,
    grants: Arc<GrantKeyRing>,
    booked: NewVisit,
    /// The database's address.
    database: String,
    /// What it lies in, if it is a file.
    _folder: Option<Arc<TempDir>>,
}

impl World {
    /// A visit that is open and has minutes to go.
    pub(crate) async fn open() -> Self {
        Self::with_times(0, 20 * 60_000).await
    }

    /// A visit that opens and ends so many milliseconds from now.
    pub(crate) async fn with_times(opens_in_ms: u64, ends_in_ms: u64) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join(DATABASE);
        let store = Store::sqlite(&file).await.unwrap();
        let now_ms = unix_now_ms();
        let slot = Slot {
            starts_at_ms: now_ms + opens_in_ms,
            ends_at_ms: now_ms + ends_in_ms,
        };
        let database = format!("sqlite://{}", file.display());
        Self::of(store, database, Some(folder), slot).await
    }

    /// A visit that is open and lasts so long, in a PostgreSQL database: the service has it by one address, the test
    /// by another.
    pub(crate) async fn on_postgres(url: &str, direct: &str, length: Duration) -> Self {
        let store = Store::postgres(url).await.unwrap();
        let now_ms = unix_now_ms();
        let slot = Slot {
            starts_at_ms: now_ms,
            ends_at_ms: now_ms + u64::try_from(length.as_millis()).unwrap(),
        };
        Self::of(store, direct.to_owned(), None, slot).await
    }

    async fn of(store: Store, database: String, folder: Option<TempDir>, slot: Slot) -> Self {
        let links = Arc::new(LinkKeyRing::new(3, [(3, [7; 32])]).unwrap());
        let grants = Arc::new(GrantKeyRing::new(1, [(1, [9; 32])]).unwrap());
        let terminal = Secret::generate(&mut rand::rng());
        let booked = furnish(&store, &terminal, slot).await;
        let visit = store.add_visit(booked.clone()).await.unwrap();
        let visits = Arc::new(Switched::new(store));
        let clock = TestClock::default();
        let (signaling, metrics, address) = serve(&visits, &links, &grants, &clock).await;
        let mut world = Self {
            signaling,
            clock,
            metrics,
            visit,
            links,
            slot,
            tokens: Vec::new(),
            terminal,
            address,
            visits,
            grants,
            booked,
            database,
            _folder: folder.map(Arc::new),
        };
        for seat in 1..=3 {
            let token = world.issue_for(seat, IssueCause::Confirmed).await.0;
            world.tokens.push(token);
        }
        world
    }

    /// The same facility, served by a process that has just started.
    pub(crate) async fn restarted(self) -> Self {
        let (signaling, metrics, address) =
            serve(&self.visits, &self.links, &self.grants, &self.clock).await;
        Self {
            signaling,
            metrics,
            address,
            ..self
        }
    }

    pub(crate) fn store_is_away(&self, away: bool) {
        self.visits.is_away(away);
    }

    pub(crate) fn store_refuses_who_left(&self) {
        self.visits.refuses_who_left();
    }

    /// Somebody elsewhere writes into the store how the visit stands.
    pub(crate) async fn now_stands(&self, state: VisitState) {
        let mut database = self.database().await;
        sqlx::query("UPDATE visit SET state = $1")
            .bind(state.as_str())
            .execute(&mut database)
            .await
            .unwrap();
        database.close().await.unwrap();
    }

    /// When the visit ends, as the store has it.
    pub(crate) async fn ends_at_ms(&self) -> u64 {
        self.of_visit::<i64>("ends_at_ms").await.try_into().unwrap()
    }

    /// How long a visitor was there without the inmate, as the store has it.
    pub(crate) async fn without_inmate_ms(&self) -> u64 {
        let spent = self.of_visit::<i64>("without_inmate_ms").await;
        spent.try_into().unwrap()
    }

    /// How the visit stands, as the store has it.
    pub(crate) async fn state(&self) -> String {
        self.of_visit("state").await
    }

    async fn of_visit<T>(&self, column: &str) -> T
    where
        T: for<'a> sqlx::Decode<'a, sqlx::Any> + sqlx::Type<sqlx::Any> + Send + Unpin,
    {
        let sql = format!("SELECT {column} FROM visit WHERE id = $1");
        self.found(sql, self.visit.to_string()).await
    }

    /// How often a step of the visit stands in the audit trail.
    pub(crate) async fn steps(&self, step: &str) -> i64 {
        let of_it = "SELECT COUNT(*) FROM audit_event WHERE subject = 'visit' AND subject_id = $1";
        let sql = format!("{of_it} AND action = '{step}'");
        self.found(sql, self.visit.to_string()).await
    }

    async fn found<T>(&self, sql: String, key: String) -> T
    where
        T: for<'a> sqlx::Decode<'a, sqlx::Any> + sqlx::Type<sqlx::Any> + Send + Unpin,
    {
        let mut database = self.database().await;
        let found = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(key)
            .fetch_one(&mut database)
            .await
            .unwrap();
        database.close().await.unwrap();
        found
    }

    async fn database(&self) -> AnyConnection {
        AnyConnection::connect(&self.database).await.unwrap()
    }

    /// Staff pair another device with the terminal. `terminal` is the new one's from now on.
    pub(crate) async fn pair_anew(&mut self) {
        self.terminal = Secret::generate(&mut rand::rng());
        let mut database = self.database().await;
        sqlx::query("UPDATE terminal SET secret_hash = $1")
            .bind(self.terminal.hash().as_bytes().to_vec())
            .execute(&mut database)
            .await
            .unwrap();
        database.close().await.unwrap();
    }

    /// When the terminal last came or went, as the store has it.
    pub(crate) async fn terminal_seen_ms(&self) -> Option<u64> {
        self.signaling.flush().await;
        let facility = self.visits.store.visit_facility(self.visit).await;
        let facility = facility.unwrap().unwrap();
        let listed = self.visits.store.terminals(facility, 0).await.unwrap();
        listed[0].last_seen_at_ms
    }

    /// The id of the terminal.
    pub(crate) async fn terminal_id(&self) -> TerminalId {
        let found = self.visits.store.terminal(self.terminal.hash()).await;
        found.unwrap().unwrap().id
    }

    pub(crate) fn address(&self) -> String {
        format!("ws://{}/ws", self.address)
    }

    /// Sends a new link to a seat. Also says how many the seat has had.
    pub(crate) async fn issue(&self, seat: u8) -> (LinkToken, u32) {
        let asked = IssueCause::Visitor { since_ms: u64::MAX };
        self.issue_for(seat, asked).await
    }

    async fn issue_for(&self, seat: u8, cause: IssueCause) -> (LinkToken, u32) {
        self.issue_of(self.visit, self.slot, seat, cause).await
    }

    /// Another visit of the same people, right after the first and open already: the link of its first seat.
    pub(crate) async fn next_visit(&self) -> LinkToken {
        let slot = Slot {
            starts_at_ms: self.slot.ends_at_ms,
            ends_at_ms: self.slot.ends_at_ms + 20 * 60_000,
        };
        let next = NewVisit {
            slot,
            ..self.booked.clone()
        };
        let visit = self.visits.store.add_visit(next).await.unwrap();
        self.issue_of(visit, slot, 1, IssueCause::Confirmed).await.0
    }

    async fn issue_of(
        &self,
        visit: VisitId,
        slot: Slot,
        seat: u8,
        cause: IssueCause,
    ) -> (LinkToken, u32) {
        let token = self.links.mint(slot, &mut rand::rng()).unwrap();
        let link = NewLink {
            visit,
            seat: Seat::try_from(seat).unwrap(),
            hash: token.hash(),
            cause,
            url: "…".to_owned(),
            at_ms: unix_now_ms(),
        };
        let generation = self.visits.store.issue(link).await.unwrap();
        (token, generation)
    }

    /// The link of a visitor's seat, as `device` shows it.
    pub(crate) fn link(&self, seat: usize, device: char) -> Credential {
        let token = self.tokens[seat - 1].reveal().to_owned();
        Credential::Link {
            token,
            device_key: device_key(device),
        }
    }

    /// What a pass for a phone's test says.
    pub(crate) fn pass_says(&self, pass: &str) -> TestPass {
        self.grants.open_test(pass, unix_now_ms()).unwrap()
    }

    /// A pass for a phone's test that is over so many milliseconds from now.
    pub(crate) fn pass_for(&self, person: PersonId, length_ms: u64) -> String {
        let now_ms = unix_now_ms();
        let pass = TestPass {
            room: VisitId::from_uuid(uuid::Uuid::from_u128(1)),
            person,
            ends_at_ms: now_ms + length_ms,
        };
        self.grants.seal_test(&pass, now_ms)
    }

    /// Grants of another service.
    pub(crate) fn foreign_grants() -> GrantKeyRing {
        GrantKeyRing::new(1, [(1, [8; 32])]).unwrap()
    }

    /// The value of a metric without labels.
    pub(crate) fn metric(&self, name: &str) -> usize {
        let text = self.metrics.render().unwrap();
        let own = format!("openvisit_{name} ");
        let value = text.lines().find_map(|line| line.strip_prefix(&own));
        value.unwrap().parse().unwrap()
    }

    /// Waits until a metric has a value.
    pub(crate) async fn until_metric(&self, name: &str, value: usize) {
        while self.metric(name) != value {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn terminal(&self) -> Credential {
        Credential::Terminal {
            secret: self.terminal.reveal().to_owned(),
        }
    }
}

/// The key of a device: one of 16 that are easy to tell apart.
pub(crate) fn device_key(device: char) -> String {
    let mut key = String::from(device).repeat(21);
    key.push('A');
    key
}

/// What makes the credentials that the server gives.
pub(crate) fn relay_credentials() -> RelayCredentials {
    RelayCredentials::new(RelaySecret::parse(RELAY_SECRET).unwrap(), 6 * 3_600_000)
}

/// All that a visit takes.
async fn furnish(store: &Store, terminal: &Secret, slot: Slot) -> NewVisit {
    let facility = NewFacility {
        name: "岩灣".to_owned(),
        time_zone: "Asia/Taipei".to_owned(),
    };
    let facility = store.add_facility(facility).await.unwrap();
    let terminal = NewTerminal {
        facility,
        name: "三號".to_owned(),
        secret: terminal.hash(),
    };
    let terminal = store.add_terminal(terminal).await.unwrap();
    let inmate = NewInmate {
        facility,
        number: "1024".to_owned(),
        name: "陳明華".to_owned(),
        first_name: "明華".to_owned(),
    };
    let inmate = store.add_inmate(inmate).await.unwrap();
    let mut party = Vec::new();
    for (name, phone) in [
        ("林美玉", "0900000001"),
        ("陳小安", "0900000002"),
        ("陳大同", "0900000003"),
    ] {
        let person = NewPerson {
            name: name.to_owned(),
            phone: phone.to_owned(),
            locale: Locale::ZhTw,
        };
        party.push(store.add_person(person).await.unwrap());
    }
    NewVisit {
        terminal,
        inmate,
        opens_at_ms: slot.starts_at_ms,
        slot,
        party,
    }
}

async fn serve(
    visits: &Arc<Switched>,
    links: &Arc<LinkKeyRing>,
    grants: &Arc<GrantKeyRing>,
    clock: &TestClock,
) -> (Signaling, Metrics, SocketAddr) {
    let metrics = Metrics::default();
    let sfu = Sfu::start(SfuConfig {
        threads: 1,
        metrics: metrics.clone(),
        ..SfuConfig::default()
    });
    let settings = SignalingSettings {
        allowed_origins: vec![ORIGIN.to_owned()],
        relay: Some(Relay {
            urls: vec![RELAY.to_owned()],
            credentials: relay_credentials(),
        }),
        build: Some(BUILD.to_owned()),
        max_phone_tests: MOST_TESTS,
        ..SignalingSettings::default()
    };
    let parts = SignalingParts {
        visits: Arc::clone(visits) as Arc<dyn Visits>,
        links: Arc::clone(links),
        grants: Arc::clone(grants),
        sfu: Arc::new(sfu.unwrap()),
        metrics: metrics.clone(),
        clock: clock.wall_clock(),
    };
    let signaling = Signaling::start(settings, parts).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = signaling.routes();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (signaling, metrics, address)
}
