//! A small rush to a service in this process.

use std::{net::TcpListener, time::Duration};

use loadtest::rush::{RushPlan, StoreKind, Venue, person::Kind, rush_to};
use openvisit::{config::Config, keys, parts::Parts, service::Service};

#[tokio::test(flavor = "multi_thread")]
async fn every_seat_is_sold_once_and_nobody_meets_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let keys = keys::load_or_create(&path("keys.json"), &mut rand::rng()).unwrap();
    let mut config = Config::default();
    config.http.public_url.clone_from(&url);
    config.store.url = format!("sqlite:{}", path("openvisit.sqlite").display());
    config.keys.file = path("keys.json");
    config.documents.folder = path("documents");
    config.media.threads = 1;
    let parts = Parts::open(&config).await.unwrap();
    let service = Service::start(&config, parts, listener, None)
        .await
        .unwrap();
    let serving = tokio::spawn(service.run_until_stopped());

    let plan = RushPlan {
        store: StoreKind::Sqlite,
        people: 200,
        seats: 40,
        within: Duration::ZERO,
        rounds: 2,
    };
    let venue = Venue {
        base: &url.parse().unwrap(),
        url: &url,
        store: &config.store.url,
        keys: &keys,
        pid: std::process::id(),
    };
    let figures = rush_to(&venue, &plan, &mut |_| {}).await.unwrap();
    serving.abort();

    assert!(figures.is_clean(), "{}", figures.table());
    assert!(figures.rounds.iter().all(|round| round.sold == 40));
    assert!(
        figures
            .rounds
            .iter()
            .all(|round| round.sold_out_ms.is_some())
    );
    assert_eq!(figures.times(Kind::FirstSlots).unwrap().count, 400);
    assert_eq!(figures.times(Kind::Booked).unwrap().count, 80);
}
