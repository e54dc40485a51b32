//! Links and grants: making them, reading them, redeeming them.

use std::{hint::black_box, sync::Arc};

use booking_domain::Visits;
use booking_server::{DemoPlan, LinkIssuer, seed_demo};
use booking_store::Store;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use grant::{DeviceKey, GrantKeyRing, LinkKeyRing, SeatGrant, Slot};
use ids::Seat;
use protocol::Locale;
use rand::{SeedableRng, rngs::StdRng};

const NOW_MS: u64 = 1_795_501_800_000;
const SLOT: Slot = Slot {
    starts_at_ms: NOW_MS,
    ends_at_ms: NOW_MS + 30 * 60_000,
};

fn link_keys() -> LinkKeyRing {
    LinkKeyRing::new(0, [(0, [7; 32])]).expect("one key of 32 bytes")
}

fn device() -> DeviceKey {
    DeviceKey::parse("4hG0n2pXQm6u1vJd8sKfTw").expect("22 characters")
}

fn links(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("links");
    let keys = link_keys();
    let mut rng = StdRng::seed_from_u64(1);
    group.bench_function("mint", |bencher| {
        bencher.iter(|| keys.mint(SLOT, &mut rng).expect("the slot is usable"));
    });
    let token = keys.mint(SLOT, &mut rng).expect("the slot is usable");
    group.bench_function("verify", |bencher| {
        bencher.iter(|| keys.verify(black_box(token.reveal())).expect("ours"));
    });
    group.finish();
}

fn grants(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("grants");
    let keys = GrantKeyRing::new(0, [(0, [8; 32])]).expect("one seed of 32 bytes");
    let grant = SeatGrant {
        visit: "01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55"
            .parse()
            .expect("a UUID"),
        seat: Seat::INMATE,
        generation: 1,
        device: device().hash(),
        name: "林陳秀英".to_owned(),
        facility: "示範看守所".to_owned(),
        inmate: "林明華".to_owned(),
        opens_at_ms: NOW_MS,
        starts_at_ms: NOW_MS,
        ends_at_ms: SLOT.ends_at_ms,
        locale: None,
    };
    group.bench_function("seal", |bencher| {
        bencher.iter(|| keys.seal(black_box(&grant), NOW_MS));
    });
    let sealed = keys.seal(&grant, NOW_MS);
    group.bench_function("open", |bencher| {
        bencher.iter(|| keys.open(black_box(&sealed), NOW_MS).expect("ours"));
    });
    group.finish();
}

fn redeeming(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system gives a reactor");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let store = runtime
        .block_on(Store::sqlite(&folder.path().join("visits.sqlite")))
        .expect("the folder is writable");
    let keys = Arc::new(link_keys());
    let issuer = LinkIssuer::new(store.clone(), Arc::clone(&keys), "https://visit.example");
    // Every visit has a slot of its own, so that no two links share the bits that tell slots apart.
    let mut slots = (0..).map(|minute| Slot {
        starts_at_ms: SLOT.starts_at_ms + minute * 60_000,
        ends_at_ms: SLOT.ends_at_ms + minute * 60_000,
    });
    let mut rng = StdRng::seed_from_u64(1);
    let device = device().hash();
    let mut group = criterion.benchmark_group("redeeming");
    group.sample_size(10);
    group.bench_function("SQLite", |bencher| {
        bencher.iter_batched(
            || {
                let plan = DemoPlan {
                    now_ms: NOW_MS,
                    opens_at_ms: NOW_MS,
                    slot: slots.next().expect("minutes do not end"),
                    locale: Locale::ZhTw,
                };
                let seeded = runtime.block_on(seed_demo(&issuer, plan, &mut rng));
                let visit = seeded.expect("a facility of its own");
                let (_, token) = visit.links[0].url.split_once('#').expect("a link");
                keys.verify(token).expect("ours").hash
            },
            |link| {
                let redeemed = store.redeem(link, device, NOW_MS);
                runtime.block_on(redeemed).expect("nobody else has it")
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, links, grants, redeeming);
criterion_main!(benches);
