//! The store against a small reference: whatever happens at a facility, in any order, both say the same.
//!
//! - [`steps`], [`around`] and [`deeds`]: what may happen, drawn from a seed
//! - [`reference`], [`book`] and [`against`]: what the rules say to it, by the machines of the domain
//! - [`companions`], [`exceptions`], [`inmates`], [`lost_time`] and [`reviews`]: both sides of what each is about
//! - [`people`]: the people and what they have from the beginning
//! - [`doing`] and [`standing`]: one step, taken in the store and in the reference; both must give the same answer
//! - [`seen`]: states, seats, links and months, compared after every step
//!
//! Left to tests of their own: identities that are put right, what is told to whom, and what happens in one moment.
//!
//! A failure tells its steps and its seed. `OPENVISIT_SIMULATION_SEEDS=100..5000` runs others than the usual few.

mod against;
mod around;
mod book;
mod companions;
mod deeds;
mod doing;
mod exceptions;
mod inmates;
mod lost_time;
mod people;
mod reference;
mod reviews;
mod seen;
mod standing;
mod steps;

use std::ops::Range;

use rand::{SeedableRng, rngs::StdRng};
use testkit::seeds::{self, Told};

use self::{doing::Doing, seen::Seen, steps::Step};
use crate::support::{self, world::World};

/// How much happens at one facility.
const STEPS: usize = 200;
/// The usual seeds, on each engine.
const ON_SQLITE: Range<u64> = 0..6;
const ON_POSTGRESQL: Range<u64> = 6..9;

#[tokio::test]
async fn whatever_happens_the_store_says_what_the_rules_say_on_sqlite() {
    for seed in seeds::or(ON_SQLITE) {
        let (store, database, _folder) = support::sqlite().await;
        one_facility(World::new(store, database).await, seed).await;
    }
}

#[tokio::test]
async fn whatever_happens_the_store_says_what_the_rules_say_on_postgresql() {
    let server = support::postgres_server();
    for seed in seeds::or(ON_POSTGRESQL) {
        let (store, database) = support::postgres(&server, &format!("model_{seed}")).await;
        one_facility(World::new(store.clone(), database.clone()).await, seed).await;
        store.close().await;
        database.close().await;
    }
}

async fn one_facility(world: World, seed: u64) {
    let mut told = Told::of("a facility", seed);
    let mut script = StdRng::seed_from_u64(seed);
    let mut doing = Doing::begin(world).await;
    for number in 0..STEPS {
        let step = Step::draw(&mut script, &doing.reference, doing.now_ms);
        told.tell(format!("{number}: {step:?}"));
        let answers = doing.take(&step).await;
        told.tell(format!("    {answers:?}"));
        assert_eq!(answers.store, answers.reference);
        let (applicants, now_ms) = (doing.applicants(), doing.now_ms);
        let store = Seen::in_store(&doing.world, &applicants, now_ms).await;
        let reference = Seen::in_reference(&doing.reference, &applicants, now_ms);
        assert_eq!(store, reference);
    }
}
