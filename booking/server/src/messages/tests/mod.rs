//! Sending, over a real SQLite file, to a gateway and a mail server that are not always well.

mod flagging;
mod gateway;
mod smtp;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use booking_domain::{
    Channel, DeliveryState, MessageFilter, NewFacility, Outbox, Registry, StoredMessage,
};
use booking_store::Store;
use grant::LinkKeyRing;
use protocol::Locale;
use rand::{SeedableRng, rngs::StdRng};
use telemetry::Metrics;
use tempfile::TempDir;

use super::{MessageSettings, dispatcher::Dispatcher, metrics::MessageMetrics, providers};
use crate::{DemoPlan, LinkIssuer, seed_demo};

const SITE: &str = "https://visit.gov.test";
/// 2026-11-24T06:30Z.
const NOW_MS: u64 = 1_795_501_800_000;
const LENGTH_MS: u64 = 30 * 60 * 1000;

/// A store with messages, and a clock that the test moves.
pub(super) struct World {
    pub(super) store: Store,
    clock: Arc<AtomicU64>,
    metrics: MessageMetrics,
    folder: TempDir,
}

impl World {
    /// A store with so many visits that have just opened: three links each.
    pub(super) async fn new(visits: u64) -> Self {
        // What the program does at its start. Another test may have done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::sqlite(&folder.path().join("visits.db"))
            .await
            .unwrap();
        let keys = Arc::new(LinkKeyRing::new(0, [(0, [1; 32])]).unwrap());
        let issuer = LinkIssuer::new(store.clone(), keys, SITE);
        for seed in 0..visits {
            let plan = DemoPlan::open_now(NOW_MS, LENGTH_MS, Locale::ZhTw);
            let rng = &mut StdRng::seed_from_u64(seed);
            seed_demo(&issuer, plan, rng).await.unwrap();
        }
        Self {
            store,
            clock: Arc::new(AtomicU64::new(NOW_MS)),
            metrics: MessageMetrics::new(&Metrics::default()).unwrap(),
            folder,
        }
    }

    pub(super) fn dispatcher(&self, channel: Channel, settings: &MessageSettings) -> Dispatcher {
        let clock = self.clock.clone();
        Dispatcher::new(
            channel,
            self.store.clone(),
            providers::provider(channel, settings, SITE).unwrap(),
            SITE,
            self.metrics.clone(),
            Arc::new(move || clock.load(Ordering::Relaxed)),
        )
    }

    pub(super) fn wait_s(&self, seconds: u64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    pub(super) async fn messages(&self) -> Vec<StoredMessage> {
        let filter = MessageFilter {
            limit: 1_000,
            ..MessageFilter::default()
        };
        self.store.messages(&filter).await.unwrap()
    }

    pub(super) async fn count(&self, state: DeliveryState) -> usize {
        let messages = self.messages().await;
        messages
            .iter()
            .filter(|message| message.state == state)
            .count()
    }

    /// Gives everybody an account. `email` says in SQL what the address is.
    pub(super) async fn accounts(&self, email: &str) {
        self.statement(&format!(
            "INSERT INTO account (person_id, email, email_key, password_hash, national_id,
                                  national_id_index, birth_date, state, consent_version,
                                  consented_at_ms, created_at_ms)
             SELECT id, {email}, id, '', x'00', randomblob(32), x'00', 'active', '1', 0, 0
             FROM person"
        ))
        .await;
    }

    /// Runs a statement past the store.
    pub(super) async fn statement(&self, sql: &str) {
        let file = self.folder.path().join("visits.db");
        let database = sqlx::AnyPool::connect(&format!("sqlite://{}", file.display()))
            .await
            .unwrap();
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        sqlx::query(sql).execute(&database).await.unwrap();
        database.close().await;
    }
}

#[tokio::test]
async fn without_a_gateway_messages_are_written_to_a_file_of_their_own() {
    let world = World::new(1).await;
    let file = world.folder.path().join("data").join("outbox.jsonl");
    let settings = MessageSettings {
        file: file.clone(),
        ..MessageSettings::default()
    };
    let mut dispatcher = world.dispatcher(Channel::Sms, &settings);
    assert_eq!(dispatcher.pass().await, Ok(3));
    assert_eq!(dispatcher.pass().await, Ok(0));
    assert_eq!(world.count(DeliveryState::Sent).await, 3);
    let counted = |counter: &prometheus::IntCounterVec| counter.with_label_values(&["sms"]).get();
    let (sent, kept) = (counted(&world.metrics.sent), counted(&world.metrics.kept));
    assert_eq!((sent, kept), (0, 3), "no gateway took them");
    let lines = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    let body = lines[0]["body"].as_str().unwrap();
    assert!(
        body.starts_with("14:30示範看守所接見：https://visit.gov.test/j#"),
        "{body}"
    );
    for (made, expected) in [(file.as_path(), 0o600), (file.parent().unwrap(), 0o700)] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&made.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, expected, "{}", made.display());
    }
}

#[tokio::test]
async fn who_cannot_be_reached_is_told_to_staff_and_not_tried_again() {
    let world = World::new(0).await;
    let facility = NewFacility {
        name: "示範看守所".into(),
        time_zone: "Asia/Taipei".into(),
    };
    world.store.add_facility(facility).await.unwrap();
    world
        .statement(
            "INSERT INTO outbox (id, key, kind, channel, facility_id, state, created_at_ms,
                                 next_attempt_at_ms)
             SELECT '018f3f5e-7c1a-7b2e-9c55-0242ac120002', 'k', 'facility_notice', 'email', id,
                    'queued', 1795501800000, 1795501800000
             FROM facility",
        )
        .await;
    let mut dispatcher = world.dispatcher(Channel::Email, &MessageSettings::default());
    assert_eq!(dispatcher.pass().await, Ok(1));
    let message = &world.messages().await[0];
    assert_eq!(
        (message.state, message.last_error.as_deref()),
        (DeliveryState::Failed, Some("no address"))
    );
}
