//! The pool with hashes that cost some hundred times less than in use.

use super::*;

const ANYWHERE: ClientAddress = ClientAddress(None);

fn cheap() -> PasswordPool {
    PasswordPool::for_visitors(PasswordCost::new(64, 1).unwrap())
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn from(last: u8) -> ClientAddress {
    ClientAddress(Some([192, 0, 2, last].into()))
}

fn anywhere(pool: &PasswordPool) -> Place {
    pool.place(ANYWHERE).unwrap()
}

/// As many places as there are for these.
fn places(pool: &PasswordPool, client: ClientAddress) -> Vec<Place> {
    std::iter::from_fn(|| pool.place(client).ok()).collect()
}

/// In how long somebody comes back who finds no place.
fn back_in(pool: &PasswordPool, client: ClientAddress) -> Duration {
    match pool.place(client) {
        Err(PasswordPoolError::Busy { back_in }) => back_in,
        _ => panic!("there is a place"),
    }
}

#[tokio::test]
async fn a_password_has_its_own_hash_and_no_other() {
    let pool = cheap();
    let hash = async || anywhere(&pool).hash(secret("正確的密碼 0001")).await;
    let known = hash().await.unwrap();
    let verify = async |text| anywhere(&pool).verify(secret(text), &known).await;
    assert!(verify("正確的密碼 0001").await.unwrap());
    assert!(!verify("正確的密碼 0002").await.unwrap());
    assert_ne!(known, hash().await.unwrap());
}

#[tokio::test]
async fn a_hash_tells_its_cost_in_the_phc_format() {
    let pool = PasswordPool::for_staff(PasswordCost::default());
    let hash = anywhere(&pool).hash(secret("a")).await.unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"),
        "{hash}"
    );
}

#[tokio::test]
async fn nobodys_password_costs_as_much_as_somebodys() {
    let pool = cheap();
    let hash = anywhere(&pool).hash(secret("a")).await.unwrap();
    let computed = pool.computed();
    let verify = async |hash| anywhere(&pool).verify(secret("b"), hash).await;
    assert!(!verify(&hash).await.unwrap());
    assert_eq!(pool.computed(), computed + 1);
    anywhere(&pool).verify_nobody(secret("b")).await.unwrap();
    assert_eq!(pool.computed(), computed + 2);
    for none in [
        "",
        "x",
        "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
    ] {
        assert!(!verify(none).await.unwrap(), "{none}");
    }
    assert_eq!(pool.computed(), computed + 5);
}

#[tokio::test]
async fn a_new_password_is_hashed_in_the_turn_of_the_current_one_and_only_if_that_is_right() {
    let pool = cheap();
    let hash = anywhere(&pool).hash(secret("a")).await.unwrap();
    let computed = pool.computed();
    let exchange = async |current| {
        let place = anywhere(&pool);
        place.exchange(secret(current), &hash, secret("b")).await
    };
    assert_eq!(exchange("x").await.unwrap(), None);
    assert_eq!(pool.computed(), computed + 1);
    let new = exchange("a").await.unwrap().unwrap();
    assert_eq!(pool.computed(), computed + 3);
    let verified = anywhere(&pool).verify(secret("b"), &new).await;
    assert!(verified.unwrap());
}

#[tokio::test]
async fn who_comes_when_the_queue_is_full_is_refused_and_the_others_are_served() {
    let pool = cheap();
    let turns = pool.hold().await;
    let waiting: Vec<_> = places(&pool, ANYWHERE)
        .into_iter()
        .map(|place| tokio::spawn(place.verify_nobody(secret("a"))))
        .collect();
    assert_eq!(waiting.len(), AT_ONCE as usize + WAITING);
    assert!(back_in(&pool, ANYWHERE) > Duration::from_secs(10));
    assert_eq!(pool.computed(), 0);
    drop(turns);
    for waits in waiting {
        waits.await.unwrap().unwrap();
    }
    assert_eq!(pool.taken(), 0);
}

#[test]
fn no_network_takes_all_places_nor_puts_the_others_off_by_asking_often() {
    let pool = cheap();
    let own = places(&pool, from(1));
    assert!(own.len() <= WAITING / 2 + 1, "{}", own.len());
    let others = places(&pool, from(2));
    assert!(others.len() > 200, "{}", others.len());
    let before = back_in(&pool, from(3));
    for _ in 0..10_000 {
        back_in(&pool, from(1));
    }
    assert!(back_in(&pool, from(1)) > Duration::from_secs(100));
    let after = back_in(&pool, from(3));
    assert!(after < before + Duration::from_secs(10), "{after:?}");
}

#[tokio::test]
async fn no_hash_is_begun_for_whoever_has_gone_and_the_others_go_on_in_the_order_they_came() {
    let pool = cheap();
    let turns = pool.hold().await;
    let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
    let mut waiting = Vec::new();
    for number in 0..3 {
        let (place, done) = (anywhere(&pool), done.clone());
        let work = place.in_turn(move |_| done.send(number));
        waiting.push(tokio::spawn(async move { work.await.unwrap().unwrap() }));
        tokio::task::yield_now().await;
    }
    drop(done);
    waiting[1].abort();
    while !waiting[1].is_finished() {
        tokio::task::yield_now().await;
    }
    assert_eq!(pool.taken(), 2);
    // One turn only, so that they finish one after the other.
    let mut turns = turns;
    drop(turns.split(1));
    let came = [order.recv().await, order.recv().await, order.recv().await];
    assert_eq!(came, [Some(0), Some(2), None]);
}

#[tokio::test]
async fn a_store_that_does_not_answer_keeps_no_place() {
    let pool = cheap();
    let place = anywhere(&pool);
    let never = std::future::pending::<Result<(), StoreError>>();
    let read = place.read_within(Duration::ZERO, never).await;
    assert_eq!(read, Err(ProblemCode::Unavailable));
    assert_eq!(place.read(async { Ok(1) }).await, Ok(1));
}
